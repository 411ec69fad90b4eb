"""The process between the owner of a server and PostgreSQL. Run as a script; imported for its text alone.

In: a JSON object in argv[1]; commands, one JSON object a line, on standard input. Out: events, one JSON object a line,
on standard output. Never: anything outside the standard library, more than one thread, a decision about PostgreSQL.

Why it exists: nothing that runs inside the owner survives SIGKILL, and a server must not outlive its owner.

1. It lives in a session of its own, so neither Ctrl-C at the terminal nor the SIGKILL of a process group (Pants ends
   sandboxes that way) reaches it or PostgreSQL before the owner has decided.
2. It ends when its standard input ends, or when the owner's process ends. Either is enough: a child that the owner
   forked may keep the pipe open, and pidfd_open(2) exists on Linux alone.
3. However it ends, the child is stopped first (the signals of `ladder`, each with its patience in seconds), then the
   directories of `remove` are removed.
4. If it is killed itself, the kernel sends the child SIGQUIT (PR_SET_PDEATHSIG, safe here: one thread).
5. PostgreSQL refuses to run as root. Root's child becomes uid 65534 of a new user namespace, where it still owns the
   files of root and nothing else; where namespaces are forbidden it becomes the user `nobody`.

| command                                        | event                                   |
|------------------------------------------------|-----------------------------------------|
| (start)                                        | `{"identity": "self", "namespace" or "nobody", "uid": n, "gid": n}` |
| `{"run": argv, "log": path, "env": {..}}`      | `{"started": pid}`                      |
| `{"signal": number}`                           | none                                    |
| (the child ended)                              | `{"exited": returncode}`                |
"""

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_CANNOT_EXECUTE = 126


def identity() -> dict[str, str | int]:
    """Whom a child will run as: the identity event."""
    if os.geteuid() != 0:
        return {"identity": "self", "uid": os.geteuid(), "gid": os.getegid()}
    if _namespace_works():
        return {"identity": "namespace", "uid": 0, "gid": os.getegid()}
    import pwd  # noqa: PLC0415 - most never come here, and a start costs their time

    try:
        entry = pwd.getpwnam("nobody")
        return {"identity": "nobody", "uid": entry.pw_uid, "gid": entry.pw_gid}
    except KeyError:
        return {"identity": "nobody", "uid": _NOBODY, "gid": _NOBODY}


def _namespace_works() -> bool:
    if not hasattr(os, "unshare"):
        return False
    pid = os.fork()
    if pid == 0:
        try:
            _enter_namespace()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _enter_namespace() -> None:
    """Become uid and gid 65534 of a new user namespace (user_namespaces(7): deny setgroups before the gid map)."""
    uid, gid = os.geteuid(), os.getegid()
    os.unshare(os.CLONE_NEWUSER)
    for file, text in (("setgroups", "deny"), ("uid_map", f"{_NOBODY} {uid} 1"), ("gid_map", f"{_NOBODY} {gid} 1")):
        Path("/proc/self", file).write_text(text, encoding="ascii")


def _become(who: dict[str, str | int]) -> None:
    if who["identity"] == "namespace":
        _enter_namespace()
    elif who["identity"] == "nobody":
        os.setgroups([])
        os.setgid(int(who["gid"]))
        os.setuid(int(who["uid"]))


def _death_signal() -> Callable[[], object]:
    """A call that makes the kernel send this process SIGQUIT when its parent dies, where there is such a thing."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    try:
        import ctypes  # noqa: PLC0415 - a Python without it works too

        prctl = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return lambda: None
    return lambda: prctl(_PR_SET_PDEATHSIG, int(signal.SIGQUIT), 0, 0, 0)


class Supervisor:
    """One child at a time, and the loop that waits for commands, for the owner's end and for the child's."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.owner = config["owner"]
        self.ladder = config["ladder"]
        self.remove = config["remove"]
        self.who = identity()
        self.child: int = 0
        self.buffer: bytes = b""
        self.ask_death_signal = _death_signal()
        self.wake_read, wake_write = os.pipe()
        os.set_blocking(self.wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.ending = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)

    def _end(self, *_: object) -> None:
        self.ending = True

    def serve(self) -> None:
        self.emit(self.who)
        poll = select.poll()
        poll.register(0, select.POLLIN | select.POLLHUP)
        poll.register(self.wake_read, select.POLLIN)
        owner = self.watch_owner()
        if owner is not None:
            poll.register(owner, select.POLLIN)
        while not self.ending:
            ready = {fd for fd, _ in poll.poll()}
            self.reap()
            if owner in ready:
                return
            if 0 in ready and not self.read_commands():
                return

    def watch_owner(self) -> int | None:
        """A descriptor that becomes readable when the owner ends, or None where there is no such thing."""
        descriptor = None
        with contextlib.suppress(AttributeError, OSError):
            descriptor = os.pidfd_open(self.owner)
        if os.getppid() != self.owner:  # it ended before the descriptor was made
            self.ending = True
        return descriptor

    def read_commands(self) -> bool:
        data = os.read(0, 65536)
        if not data:
            return False
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.obey(json.loads(line))
        return True

    def obey(self, command: dict[str, Any]) -> None:
        if "run" in command:
            self.run(command["run"], command["log"], command["env"])
        else:
            self.signal_child(command["signal"])

    def run(self, argv: list[str], log: str, environment: dict[str, str]) -> None:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        parent = os.getpid()
        self.child = os.fork()
        if self.child == 0:
            try:
                self.execute(argv, environment, output, parent)
            except OSError as error:
                os.write(2, f"cannot execute {argv[0]}: {error}\n".encode())
            finally:
                os._exit(_CANNOT_EXECUTE)
        os.close(output)
        self.emit({"started": self.child})

    def execute(self, argv: list[str], environment: dict[str, str], output: int, parent: int) -> None:
        """In the child: never returns unless it fails."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.setpgid(0, 0)
        os.chdir("/")
        _become(self.who)
        self.ask_death_signal()  # after the change of identity, which clears it
        if os.getppid() == parent:
            os.execve(argv[0], argv, environment)  # noqa: S606 - no shell wanted

    def reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self.wake_read, 512):
                pass
        if not self.child:
            return
        pid, status = os.waitpid(self.child, os.WNOHANG)
        if pid:
            self.child = 0
            self.emit({"exited": os.waitstatus_to_exitcode(status)})

    def finish(self) -> None:
        """Stop the child, then remove what was asked to be removed."""
        for number, patience in self.ladder:
            if not self.child:
                break
            self.signal_child(number)
            deadline = time.monotonic() + patience
            while self.child and (left := deadline - time.monotonic()) > 0:
                select.select([self.wake_read], [], [], left)
                self.reap()
        if self.remove:
            import shutil  # noqa: PLC0415 - a third of the start-up time, needed at the end only

            for path in self.remove:
                shutil.rmtree(path, ignore_errors=True)

    def signal_child(self, number: int) -> None:
        """SIGKILL goes to the child's group: `initdb` has children, a postmaster's leave the group by themselves."""
        if not self.child:
            return
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if number == signal.SIGKILL else os.kill)(self.child, number)

    def emit(self, event: dict[str, str | int]) -> None:
        """Tell the owner; one that no longer listens has ended."""
        try:
            os.write(1, json.dumps(event).encode() + b"\n")
        except OSError:
            self.ending = True


def main() -> None:
    supervisor = Supervisor(json.loads(sys.argv[1]))
    try:
        supervisor.serve()
    finally:
        supervisor.finish()


if __name__ == "__main__":
    main()
