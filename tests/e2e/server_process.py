"""The reference server as its users run it: a process of its own, spoken to over a socket.

In: a database URL and options. Out: a port, exchanges, an exit code. Never: a fixed port, a process left behind.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

START_SECONDS = 30.0
STOP_SECONDS = 15.0
_LISTENING = re.compile(r"(?:http|tcp)://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Exchange:
    """One response: `headers` with lower-case names, `json` the decoded body (None when it is empty or not JSON)."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body) if self.body else None


class ServerProcess:
    """A running server. `output` is all it printed so far (both streams)."""

    def __init__(self, command: Sequence[str], *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [*command, "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), **(environment or {})},
        )
        self._lines: list[str] = []
        self._port = 0
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        self._listening.wait(START_SECONDS)
        if not self._port:
            self.stop()
            raise AssertionError(f"the server did not start:\n{self.output}")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            match = _LISTENING.search(line)
            if match and not self._port:
                self._port = int(match[1])
                self._listening.set()
        self._listening.set()

    @property
    def output(self) -> str:
        """What the server printed."""
        return "".join(self._lines)

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        return self._port

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """The exit code, once it has ended."""
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def stop(self) -> int:
        """End it as an operator would, and by force when it does not go."""
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.wait()
            raise AssertionError(f"the server did not stop:\n{self.output}") from None

    def request(
        self, method: str, target: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> Exchange:
        """One request on a connection of its own; a body that is not bytes goes as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            kind = {} if data is None else {"Content-Type": "application/json"}
            connection.request(method, target, data, {**kind, **(headers or {})})
            response = connection.getresponse()
            return Exchange(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def raw(self, data: bytes, *, end: bool = False) -> bytes:
        """Everything the server answers to these bytes until it closes (or five quiet seconds pass).

        `end` says that nothing follows.
        """
        with socket.create_connection(("127.0.0.1", self._port), timeout=5) as connection:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            try:
                while chunk := connection.recv(65536):
                    received += chunk
            except (TimeoutError, ConnectionResetError):
                pass
            return received

    def until(self, method: str, target: str, status: int, seconds: float = 30.0) -> Exchange:
        """Repeat a request until it answers `status`; any other answer on the way is fine, silence is not."""
        deadline = time.monotonic() + seconds
        while True:
            exchange = self.request(method, target)
            if exchange.status == status or time.monotonic() > deadline:
                assert exchange.status == status, f"{exchange.status} after {seconds} s: {exchange.body!r}"
                return exchange
            time.sleep(0.05)
