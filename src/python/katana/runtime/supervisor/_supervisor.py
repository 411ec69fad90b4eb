"""The supervisor: forks reactors, watches them, replaces them, ends them.

In: a service, its configuration, signals, heartbeats. Out: an exit code. Never: a request, an event loop, a thread.

1. Sockets are bound before the first fork and kept open: a reactor's death resets nobody who waits to be accepted.
2. The first reactor starts alone: it migrates the database, and what keeps it from starting ends the instance with its
   exit code. The others follow when it is ready, without migrating.
3. A reactor that ends unasked is replaced: at once if it has served for a while, else after a delay that doubles. One
   that has started and does not beat for `HEARTBEAT_SECONDS` prints its stack and is killed.
4. SIGHUP replaces one reactor after the other: the successor listens on the same socket before the predecessor is told
   to finish. A successor that does not start ends the replacement, and the old ones go on.
5. The admin port, if there is one, is served by a child of its own, which is told the state of the instance whenever it
   changes. It ends last.
6. SIGUSR2 starts the new version of the program (`_takeover.py`). When it serves, this one ends as at SIGTERM; when it
   ends before, this one goes on.
7. SIGTERM and SIGINT: nobody new is accepted, each reactor finishes. A second one makes them end at once; whoever is
   left after the shutdown deadline and a while is killed.
"""

from __future__ import annotations

import gc
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Final

from katana.runtime._config import Config
from katana.runtime._listen import bind, bind_all, url_of
from katana.runtime._notify import notify
from katana.runtime._refusals import Refusals, together
from katana.runtime._served import Servable
from katana.runtime.supervisor._admin import run_admin
from katana.runtime.supervisor._cores import usable_cores
from katana.runtime.supervisor._process import Process, Run
from katana.runtime.supervisor._reactor import Assignment, run_reactor
from katana.runtime.supervisor._reload import Reload
from katana.runtime.supervisor._slot import CRASH_LOOP, Slot
from katana.runtime.supervisor._status import About, Status, encode_status, status_of
from katana.runtime.supervisor._succession import Succession
from katana.runtime.supervisor._takeover import Inheritance, inherit

_log = logging.getLogger("katana.supervisor")

HEARTBEAT_SECONDS: Final = 10.0
_DUMP_SECONDS: Final = 1.0
_KILL_AFTER: Final = 10.0
_ADMIN_SECONDS: Final = 3.0
_ADMIN_PAUSE: Final = 1.0
_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
_HANDLED: Final = (*_ENDING, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)


class Supervisor:
    """An instance of a service.

    Args:
        service, config: what to run; `config.reactors` is at least 1.
        greet: called with the URL and the number of reactors when all have started.
        tied_to: what of this process a new version could not take over; None: there is nothing.
    """

    def __init__(
        self, service: Servable, config: Config, greet: Callable[[str, int], None], tied_to: str | None = None
    ) -> None:
        self._service = service
        self._config = config
        self._greet = greet
        self._inheritance: Inheritance | None = None
        self._slots: list[Slot] = []
        self._retiring: list[Process] = []
        self._admin: Process | None = None
        self._admin_sock: socket.socket | None = None
        self._admin_at = 0.0
        self._told = b""
        self._overdue: dict[Process, float] = {}
        self._reload = Reload(self._fork, self._retire)
        self._past: Refusals = {}
        self._started = False
        self._handed_over = False
        self._stopping: int | None = None
        self._kill_at = 0.0
        self._exit: int | None = None
        self._poll = select.poll()
        self._succession = Succession(tied_to, self._poll)

    def run(self) -> int:
        """Serve until a signal; returns the exit code of the process. Raises ListenError."""
        socks = self._listen()
        cores = usable_cores()
        can_pin = hasattr(os, "sched_setaffinity")
        pinned = can_pin and self._config.pin and 1 < len(cores) >= len(socks)
        self._slots = [Slot(n, sock, cores[n] if pinned else None) for n, sock in enumerate(socks)]
        url = url_of(socks[0], self._service.scheme)
        wakeup, wake = os.pipe()
        for descriptor in (wakeup, wake):
            os.set_blocking(descriptor, False)
        previous = {number: signal.signal(number, _ignore) for number in _HANDLED}
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._poll.register(wakeup, select.POLLIN)
        self._foreign = (wakeup, wake)
        gc.collect()
        gc.freeze()  # What is imported by now is shared by all reactors: no collector writes into it.
        try:
            self._start(self._slots[0], migrate=self._config.migrate)
            while self._stopping is None or self._processes():
                self._turn(wakeup, url)
            self._end_admin()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in previous.items():
                signal.signal(number, handler)
            for descriptor in self._foreign:
                os.close(descriptor)
            self._close_sockets()
            if self._admin_sock is not None:
                self._admin_sock.close()
        return self._exit or 0

    def _listen(self) -> list[socket.socket]:
        """The sockets to serve on: new ones, or those of the version that this one takes over from."""
        config, count = self._config, self._config.reactors or 1
        self._inheritance = left = inherit(os.environ)
        if left is not None:
            self._admin_sock = left.admin_socket(config.admin_host, config.admin_port)
        if config.admin_port is not None and self._admin_sock is None:
            self._admin_sock = bind(config.admin_host, config.admin_port, option="--admin-port")
        if self._admin_sock is not None:
            self._admin_sock.listen()  # who asks before its process serves waits for it
        if left is None:
            return bind_all(config.host, config.port, count)
        socks = left.sockets(config.host, config.port, count)
        if len(socks) > count:
            _log.warning("%d reactors, as before: with fewer, who waits for the others would be lost", len(socks))
        return socks

    # --- the loop

    def _turn(self, wakeup: int, url: str) -> None:
        """Waits for the next event and answers it."""
        self._poll.poll(self._patience() * 1000)
        now = time.monotonic()
        for number in _read(wakeup):
            if number in _ENDING:
                self._end(number, now)
            elif number == signal.SIGHUP:
                self._begin_reload()
            elif number == signal.SIGUSR2:
                self._begin_takeover()
        for process in self._processes():
            process.listen(now)
            code = process.ended()
            if code is not None:
                self._ended(process, code, now)
        if self._admin is not None:
            self._admin.listen(now)
            if self._admin.ended() is not None:
                self._poll.unregister(self._admin.channel)
                self._admin, self._admin_at = None, now + _ADMIN_PAUSE
        self._look(now)
        taken = self._succession.look()
        if taken is not None:
            self._give_way(taken, now)
        self._advance(now, url)
        self._tell()

    def _patience(self) -> float:
        """Seconds until something is due without an event."""
        now = time.monotonic()
        starting = [slot.start_at for slot in self._slots if slot.successor is None] if self._stopping is None else []
        due = [at for at in starting if at is not None]
        if self._admin is None and self._admin_wanted:
            due.append(self._admin_at)
        due += list(self._overdue.values())
        due += [p.last_beat + HEARTBEAT_SECONDS for p in self._processes() if p.ready and p not in self._overdue]
        due += [self._kill_at] if self._stopping is not None else []
        return max(0.0, min(due, default=now + 1.0) - now) + 0.001

    @property
    def _admin_wanted(self) -> bool:
        """Whether the admin port is to be served; of two versions, by the one that the service is served by."""
        return self._admin_sock is not None and not self._handed_over and (self._started or self._inheritance is None)

    def _processes(self) -> list[Process]:
        serving = [p for slot in self._slots for p in (slot.process, slot.successor) if p is not None]
        return serving + self._retiring

    def _advance(self, now: float, url: str) -> None:
        """Starts what is to be started now."""
        if self._stopping is not None:
            return
        if self._admin is None and self._admin_sock is not None and self._admin_wanted and now >= self._admin_at:
            run = partial(run_admin, self._service.name, self._admin_sock, self._status())
            self._admin = self._child(run, self._admin_sock)
        for slot in self._slots:
            if slot.successor is None and slot.start_at is not None and slot.start_at <= now:
                self._start(slot)
        if not self._started and self._slots[0].ready:
            for slot in self._slots[1:]:
                if slot.process is None and slot.start_at is None:
                    self._start(slot)
            if all(slot.ready or slot.failures for slot in self._slots):
                self._started = True
                self._greet(url, len(self._slots))
                self._say_started()
        self._reload.look()

    # --- children

    def _start(self, slot: Slot, *, migrate: bool = False) -> None:
        slot.start_at = None
        slot.process = self._fork(slot, migrate=migrate)

    def _fork(self, slot: Slot, *, migrate: bool = False) -> Process:
        config = replace(self._config, migrate=migrate)
        assignment = Assignment(self._service, config, slot.sock, slot.core)
        return self._child(partial(run_reactor, assignment), slot.sock)

    def _child(self, run: Run, own: socket.socket) -> Process:
        """Forks a child that keeps `own` and nothing of its siblings."""
        everyone = [*self._processes(), *([self._admin] if self._admin is not None else [])]
        siblings = [descriptor for process in everyone for descriptor in process.descriptors]
        siblings += self._succession.descriptors
        if self._inheritance is not None and not self._started:
            siblings.append(self._inheritance.pipe)
        socks = [slot.sock for slot in self._slots] + [sock for sock in (self._admin_sock,) if sock is not None]
        sys.stdout.flush()
        sys.stderr.flush()
        others = [sock.fileno() for sock in socks if sock is not own]
        process = Process(run, time.monotonic(), (*self._foreign, *siblings, *others))
        self._poll.register(process.channel, select.POLLIN)
        return process

    def _ended(self, process: Process, code: int, now: float) -> None:
        self._poll.unregister(process.channel)
        self._overdue.pop(process, None)
        if process.beat is not None:
            self._past = together((self._past, process.beat.refusals))
        if process in self._retiring:
            self._retiring.remove(process)
            return
        slot = next(s for s in self._slots if process in (s.process, s.successor))
        if process is slot.successor:
            slot.successor = None
            if self._stopping is None:
                self._reload.fail(slot)
        elif self._stopping is not None:
            slot.process = None
        elif not self._started and (slot.number == 0 or self._inheritance is not None):
            slot.process = None
            self._exit = 128 - code if code < 0 else code
            self._end(signal.SIGTERM, now)
        else:
            self._replace(slot, process, code, now)

    def _replace(self, slot: Slot, process: Process, code: int, now: float) -> None:
        delay = slot.crashed(process, now)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        again = f", {slot.failures} times in a row" if slot.failures >= CRASH_LOOP else ""
        _log.error(
            "reactor %d (process %d) %s%s; it starts again in %.1f s", slot.number, process.pid, how, again, delay
        )

    def _look(self, now: float) -> None:
        """Finds the children that do not react."""
        if self._stopping is not None and now >= self._kill_at:
            for process in self._processes():
                _log.error("process %d did not end in time and is killed", process.pid)
                process.signal(signal.SIGKILL)
            self._kill_at = now + _KILL_AFTER
        for process in self._processes():
            if not process.ready:  # what makes the controllers may keep its loop for as long as it needs
                continue
            if process in self._overdue:
                if now >= self._overdue[process]:
                    process.signal(signal.SIGKILL)
                    self._overdue[process] = now + _DUMP_SECONDS
            elif now >= process.last_beat + HEARTBEAT_SECONDS:
                _log.error("process %d has not reacted for %.0f s: its stack follows", process.pid, HEARTBEAT_SECONDS)
                process.signal(signal.SIGUSR1)
                self._overdue[process] = now + _DUMP_SECONDS

    # --- signals

    def _begin_reload(self) -> None:
        if self._stopping is not None:
            return
        if self._succession.pid is not None:
            self._reload.refuse(f"a new version is starting, as process {self._succession.pid}")
        elif not self._started:
            self._reload.refuse("the instance is still starting")
        else:
            self._reload.begin(self._slots)

    def _retire(self, process: Process) -> None:
        process.signal(signal.SIGTERM)
        self._retiring.append(process)

    # --- a new version

    def _begin_takeover(self) -> None:
        if self._stopping is None:
            busy = not self._started or self._reload.attempts.under_way
            self._succession.begin([slot.sock for slot in self._slots], self._admin_sock, busy=busy)

    def _give_way(self, pid: int, now: float) -> None:
        """Another process serves now."""
        notify(f"MAINPID={pid}")
        self._handed_over = True
        if self._admin is not None:
            self._admin.signal(signal.SIGTERM)
        self._end(signal.SIGTERM, now)

    def _say_started(self) -> None:
        if self._inheritance is None:
            notify("READY=1")
        else:  # the old version, whom the manager listens to, tells it about this one
            self._inheritance.announce()

    # --- the admin port

    def _status(self) -> Status:
        return status_of(
            tuple(slot.status() for slot in self._slots),
            stopping=self._stopping is not None,
            about=About(
                service=self._service.name,
                version=self._service.version,
                supervisor=os.getpid(),
                reloads=self._reload.attempts,
                takeovers=self._succession.attempts,
            ),
            past=self._past,
        )

    def _tell(self) -> None:
        """Tells the admin port what is new."""
        if self._admin is not None and self._admin.ready and not self._handed_over:
            line = encode_status(self._status()) + b"\n"
            if line != self._told:
                self._admin.tell(line)
                self._told = line

    def _end_admin(self) -> None:
        if self._admin is not None:
            self._admin.signal(signal.SIGTERM)
            until = time.monotonic() + _ADMIN_SECONDS
            while self._admin.ended() is None:
                if time.monotonic() > until:
                    self._admin.signal(signal.SIGKILL)
                self._poll.poll(50)
            self._admin = None

    def _end(self, number: int, now: float) -> None:
        if self._stopping is None:
            if not self._handed_over and (self._started or self._inheritance is None):
                notify("STOPPING=1")  # else the service goes on, in another process
            self._succession.end()
            self._stopping = number
            self._kill_at = now + self._config.shutdown_deadline + _KILL_AFTER
            self._close_sockets()
            if not self._started and self._exit is None:
                self._exit = 128 + number
        elif self._exit is None:
            self._exit = 128 + number
        for process in self._processes():
            process.signal(signal.SIGTERM)

    def _close_sockets(self) -> None:
        """Of the service: the admin port is served until the end."""
        for slot in self._slots:
            slot.sock.close()


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """The handler: its signal's number is in the pipe."""


def _read(wakeup: int) -> bytes:
    try:
        return os.read(wakeup, 4096)
    except BlockingIOError:
        return b""
