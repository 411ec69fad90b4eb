"""The program of the page on raw sockets serves as it stands."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs/how-to/serve-raw-sockets.md").read_text(encoding="utf-8")


def test_the_program_echoes(tmp_path: Path) -> None:
    program = tmp_path / "echo.py"
    program.write_text(re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, str(program), "--port", "0", "--reactors", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(b"hello")
            assert connection.recv(5) == b"hello"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
