"""A server ends with its owner, however that ends, and not before."""

import os
import signal

import pytest

from katana.embedded import EmbeddedPostgres


def test_ends_when_its_owner_ends_without_stopping_it(start_owner, wait_until):
    owner = start_owner()
    owner.process.communicate("")
    wait_until(owner.left_nothing)


def test_ends_when_its_owner_is_killed(start_owner, wait_until):
    owner = start_owner()
    owner.process.kill()
    wait_until(owner.left_nothing)


def test_ends_when_the_process_group_of_its_owner_is_killed(start_owner, wait_until):
    owner = start_owner()
    os.killpg(owner.process.pid, signal.SIGKILL)
    wait_until(owner.left_nothing)


def test_ends_with_its_owner_although_a_forked_child_lives_on(start_owner, wait_until):
    owner = start_owner(after="if os.fork() == 0: signal.pause()")
    owner.process.kill()
    wait_until(owner.left_nothing)
    os.killpg(owner.process.pid, signal.SIGKILL)


def test_ends_when_its_owner_is_killed_while_it_is_being_made(start_owner, wait_until, tmp_path):
    places = f"os.environ.update(XDG_CACHE_HOME={str(tmp_path)!r}, TMPDIR={str(tmp_path)!r})"
    kill_self = "_template.Templates.provide = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(ValueError, match="Expecting value"):  # the owner never says that its server is ready
        start_owner(before=f"{places}\nfrom katana.embedded import _template; {kill_self}")
    wait_until(lambda: not list(tmp_path.glob("katana-pg-*")))


def test_survives_the_interrupt_key_of_its_owners_terminal(start_owner, ask):
    owner = start_owner(before="signal.signal(signal.SIGINT, signal.SIG_IGN)")
    os.killpg(owner.process.pid, signal.SIGINT)
    assert ask(owner.url, "SELECT 1") == "1"


def test_ends_when_its_supervisor_is_killed(wait_until, is_gone):
    server = EmbeddedPostgres.start()
    pid, directory = server.pid, server.socket_directory
    os.kill(server._supervision.pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid))
    assert not server.running
    server.stop()
    assert not directory.exists()


def test_is_left_alone_by_a_forked_child_that_stops_it(ask):
    with EmbeddedPostgres.start() as server:
        child = os.fork()
        if child == 0:
            server.stop()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(server.url(), "SELECT 1") == "1"


def test_notices_that_the_server_has_ended_by_itself(wait_until):
    with EmbeddedPostgres.start() as server:
        os.kill(server.pid, signal.SIGQUIT)
        wait_until(lambda: not server.running)
        assert server.pid == 0
        server.restart()
        assert server.running


def test_shuts_durable_data_down_in_order_before_the_next_server_may_start(start_owner, ask, tmp_path):
    owner = start_owner(arguments=f"data_dir=__import__('pathlib').Path({str(tmp_path)!r})")
    ask(owner.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    owner.process.kill()
    with EmbeddedPostgres.start(data_dir=tmp_path) as server:
        assert ask(server.url(), "SELECT answer FROM kept") == "42"
        assert "was not properly shut down" not in server.log
