"""The database goes away and comes back; the server goes away on request. Nothing is lost in silence."""

import signal
import socket
import threading
from collections import Counter

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}


def test_a_dead_database_is_503_with_retry_after_and_a_live_one_heals(
    server_command: list[str], own_postgres: EmbeddedPostgres
) -> None:
    url = own_postgres.create_database("outage")
    with ServerProcess(server_command, "--database-url", url) as server:
        created = server.request("POST", "/users", ADA)
        assert created.status == 201
        own_postgres.kill()
        down = server.request("GET", "/users")
        assert down.status == 503
        assert int(down.headers["retry-after"]) >= 1
        assert down.headers["content-type"] == "application/problem+json"
        server.until("GET", "/readyz", 503)
        assert server.request("GET", "/livez").status == 200
        own_postgres.restart()
        assert server.until("GET", created.headers["location"], 200).json == created.json
        server.until("GET", "/readyz", 200)  # each reactor finds out by itself


def test_every_request_during_an_outage_gets_an_answer_and_every_201_is_stored(
    server_command: list[str], own_postgres: EmbeddedPostgres
) -> None:
    url = own_postgres.create_database("churn")
    statuses: Counter[int] = Counter()
    stored: list[str] = []

    def create(worker: int) -> None:
        for number in range(40):
            answer = server.request("POST", "/users", {**ADA, "email": f"u{worker}.{number}@example.com"})
            statuses[answer.status] += 1
            if answer.status == 201:
                stored.append(answer.headers["location"])

    with ServerProcess(server_command, "--database-url", url) as server:
        workers = [threading.Thread(target=create, args=(n,)) for n in range(8)]
        for worker in workers:
            worker.start()
        own_postgres.kill()
        own_postgres.restart()
        for worker in workers:
            worker.join(60)
        assert sum(statuses.values()) == 8 * 40
        assert set(statuses) <= {201, 503}
        for location in stored:
            server.until("GET", location, 200)


def test_sigterm_finishes_what_is_in_flight_and_exits_0(server_command: list[str], database_url: str) -> None:
    with ServerProcess(server_command, "--database-url", database_url) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as slow:
            body = b'{"name":"Late","email":"late@example.com"}'
            head = b"POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            slow.sendall(head % len(body) + body[:10])
            assert server.request("GET", "/livez").status == 200
            server.signal(signal.SIGTERM)
            slow.sendall(body[10:])
            answer = slow.recv(65536)
        assert answer.startswith(b"HTTP/1.1 201 "), answer
        assert server.wait() == 0


def test_sigterm_under_load_cuts_no_response_short(server_command: list[str], database_url: str) -> None:
    answers: Counter[str] = Counter()

    def ask_until_refused() -> None:
        while True:
            try:
                answers[exchange(server.port)] += 1
            except ConnectionRefusedError:
                return
            except ConnectionResetError:  # The listener was closed just when this client had connected.
                continue

    with ServerProcess(server_command, "--database-url", database_url) as server:
        workers = [threading.Thread(target=ask_until_refused) for _ in range(8)]
        for worker in workers:
            worker.start()
        while answers["complete"] < 100:
            server.request("GET", "/livez")
        server.signal(signal.SIGTERM)
        for worker in workers:
            worker.join(30)
        assert server.wait() == 0
    assert set(answers) <= {"complete", "nothing"}


def exchange(port: int) -> str:
    """One request on a connection of its own: what became of its response."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    whole = head.startswith(b"HTTP/1.1 200 ") and b"content-length: %d\r\n" % len(body) in head + b"\r\n"
    return "complete" if whole else "cut" if received else "nothing"


def test_ctrl_c_closes_idle_connections_and_exits_0(server_command: list[str], database_url: str) -> None:
    with ServerProcess(server_command, "--database-url", database_url) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle:
            idle.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
            server.signal(signal.SIGINT)
            assert idle.recv(65536) == b""
        assert server.wait() == 0
        assert "Traceback" not in server.output
