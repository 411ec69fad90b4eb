"""The reference service loads lists by one query: nothing is reported when every operation is used in `dev`."""

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres


def test_no_operation_sends_a_query_for_each_row(postgres: EmbeddedPostgres, server_command: list[str]) -> None:
    url = postgres.create_database("repeats")
    with ServerProcess(server_command, "--profile", "dev", "--database-url", url) as server:
        for number in range(40):
            user = {"name": f"User {number}", "email": f"user{number}@example.com"}
            assert server.request("POST", "/users", user).status == 201
        assert len(server.request("GET", "/users?limit=40").json["items"]) == 40
        assert server.request("PATCH", "/users/1", {"age": 3}).status == 200
        assert server.request("GET", "/users/1/posts").status == 200
        assert server.request("DELETE", "/users/1").status == 204
        server.stop()
        assert "N+1" not in server.output
    postgres.drop_database("repeats")
