"""Clients who ask all the time notice nothing of a reload, and of a death no more than those whom it concerns."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from pathlib import Path

import pytest

from unit.runtime_supervisor.supervised import Load, Supervised, alive, free_port, until

_ENOUGH = 10_000


def _zombies(parent: int) -> list[int]:
    """Children that have ended and that nobody has asked about."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if not alive(int(pid))]


def test_a_killed_reactor_loses_what_it_had_and_nothing_more() -> None:
    with Supervised("--reactors", "2") as instance, Load(instance.port, 8, reconnect=False) as load:
        killed, other = instance.pids(2)
        until(lambda: load.answered > 1000)
        os.kill(killed, signal.SIGKILL)
        before = load.answered
        until(lambda: load.answered > before + 1000)
        assert {each.reactor for each in load.lost} <= {killed, 0}
        assert len(load.lost) <= 8
        until(lambda: len(instance.pids(2)) == 2)
        assert other in instance.pids(2)
        assert not any("timed out" in each.error for each in load.lost)
        assert _zombies(instance.process.pid) == []
    assert "was killed by signal 9; it starts again in 0.0 s" in instance.output


def test_requests_under_way_fail_with_their_reactor_at_once_and_no_others(tmp_path: Path) -> None:
    port, go = free_port(), tmp_path / "go"
    with Supervised("--reactors", "2", "--admin-port", str(port), environment={"HOLD": str(go)}) as instance:
        killed, other = instance.pids(2)
        ends: list[int] = []

        def ask() -> None:
            try:
                ends.append(int(instance.get("/hold")[1]))
            except (OSError, http.client.HTTPException):
                ends.append(0)

        def waiting() -> dict[int, int]:
            return {each["pid"]: each["in_flight"] for each in instance.status(port)["reactors"]}

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        until(lambda: sum(waiting().values()) == len(threads))
        concerned = waiting()[killed]
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(ends) == concerned)
        assert ends == [0] * concerned
        assert instance.get("/pid")[0] == 200
        go.touch()
        for thread in threads:
            thread.join()
        assert ends[concerned:] == [other] * (len(threads) - concerned)


@pytest.mark.parametrize("reconnect", [False, True], ids=["keep-alive", "a connection for each"])
def test_reloads_under_load_lose_none_of_ten_thousand_requests(*, reconnect: bool) -> None:
    with Supervised("--reactors", "2") as instance, Load(instance.port, 8, reconnect=reconnect) as load:
        first = instance.pids(2)
        reloads = 0
        while reloads < 3 or load.answered < _ENOUGH:
            reloads += 1
            instance.process.send_signal(signal.SIGHUP)
            instance.said("all reactors are replaced", reloads)
            step = load.answered
            until(lambda step=step: load.answered > step + 500)
        assert not first & instance.pids(2)
        until(lambda: not any(alive(pid) for pid in first))
        assert _zombies(instance.process.pid) == []
    assert (load.lost, load.refused) == ([], 0)


def test_every_request_that_is_sent_is_answered_at_sigterm() -> None:
    with Supervised("--reactors", "2") as instance, Load(instance.port, 16, reconnect=False) as load:
        instance.pids(2)
        until(lambda: load.answered > 1000)
        instance.process.send_signal(signal.SIGTERM)
        assert instance.ended() == 0
        load.join()
    # A connection that the kernel completes in the very instant in which its listener closes is nobody's: the first
    # request of a connection may meet that.
    assert [each for each in load.lost if each.reactor] == []
    assert load.refused == 16


def test_requests_under_way_are_answered_at_sigterm() -> None:
    with Supervised("--reactors", "2") as instance:
        results: list[int] = []
        threads = [threading.Thread(target=lambda: results.append(instance.get("/wait?0.5")[0])) for _ in range(20)]
        for thread in threads:
            thread.start()
        assert instance.get("/readyz")[0] == 200
        instance.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert results == [200] * 20
        assert instance.ended() == 0


def test_a_reactor_that_hangs_does_not_outlive_its_supervisor() -> None:
    instance = Supervised("--reactors", "1", "--shutdown-deadline", "0.1s").__enter__()
    (pid,) = instance.pids(1)
    threading.Thread(target=_hang, args=(instance,), daemon=True).start()
    instance.said("hanging")
    instance.process.kill()
    until(lambda: not alive(pid), 5)
    instance.ended()


def _hang(instance: Supervised) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        instance.get("/hang")
