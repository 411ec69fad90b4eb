"""Options from the environment and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from katana.runtime._config import LIMIT_OPTIONS, OPTIONS, PROFILES, Config, ConfigError, resolve, shown
from katana.runtime._limits import LIMITS


def test_the_command_line_wins_over_the_environment_and_that_over_defaults() -> None:
    config = resolve({"port": "9000"}, {"KATANA_PORT": "8000", "KATANA_HOST": "0.0.0.0", "HOME": "/"})
    assert (config.port, config.host, config.profile) == (9000, "0.0.0.0", "prod")
    assert [config.source(name) for name in ("port", "host", "profile")] == ["--port", "KATANA_HOST", "default"]


def test_every_default_of_the_options_is_the_default_of_the_type() -> None:
    assert resolve({}, {}) == Config()


@pytest.mark.parametrize(
    ("text", "seconds"), [("10", 10.0), ("1.5s", 1.5), ("500ms", 0.5), ("2m", 120.0), ("1h", 3600.0), ("0", 0.0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert resolve({"shutdown_deadline": text}, {}).shutdown_deadline == pytest.approx(seconds)


@pytest.mark.parametrize(("text", "size"), [("10", 10), ("512KiB", 524288), ("1 mib", 1048576), ("2GiB", 2 << 30)])
def test_sizes(text: str, size: int) -> None:
    assert resolve({"body_limit": text}, {}).body_limit == size


@pytest.mark.parametrize(("text", "migrate"), [("true", False), ("1", False), ("false", True), ("off", True)])
def test_a_negated_flag_can_be_given_as_a_variable(text: str, *, migrate: bool) -> None:
    assert resolve({}, {"KATANA_NO_MIGRATE": text}).migrate is migrate


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "x"),
        ("port", "-1"),
        ("port", "65536"),
        ("port", "٣"),
        ("host", " "),
        ("profile", "production"),
        ("shutdown_deadline", "soon"),
        ("shutdown_deadline", "-1"),
        ("body_limit", "1MB"),
        ("body_limit", "-1"),
    ],
)
def test_a_bad_value_names_its_source_and_what_to_write(name: str, text: str) -> None:
    option = next(option for option in OPTIONS if option.name == name)
    with pytest.raises(ConfigError, match=f"^{option.switch}: {text!r} is not "):
        resolve({name: text}, {})
    with pytest.raises(ConfigError, match=f"^{option.variable}: "):
        resolve({}, {option.variable: text})


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="unknown environment variable KATANA_PROT; did you mean KATANA_PORT"):
        resolve({}, {"KATANA_PROT": "1"})
    with pytest.raises(ConfigError, match="known are KATANA_HOST, "):
        resolve({}, {"KATANA_XYZZY": "1"})


def test_variables_of_the_tools_around_a_service_do_not_stop_it() -> None:
    tools = {"KATANA_TRACEBACK": "1", "KATANA_UPDATE_GOLDEN": "1", "KATANA_PANTS_LAUNCHER": "no"}
    assert resolve({}, tools) == resolve({}, {})
    with pytest.raises(ConfigError, match="did you mean KATANA_PORT"):
        resolve({}, {**tools, "KATANA_PROT": "1"})


def test_a_password_is_never_shown() -> None:
    url = "postgresql://ada:s3cret@db.example/app"
    config = resolve({"database_url": url}, {})
    assert "s3cret" not in repr(config)
    rows = {name: (value, source) for name, value, source in shown(config)}
    assert "s3cret" not in str(rows)
    assert "db.example" in rows["database_url"][0]
    assert rows["database_url"][1] == "--database-url"


def test_a_connection_string_that_cannot_be_read_is_not_shown_either() -> None:
    for option in ("database_url", "database_replica_url"):
        rows = shown(resolve({option: "postgresql://ada:s3cret@[db/app"}, {}))
        assert "s3cret" not in str(rows)


def test_all_options_have_an_environment_variable_of_their_own() -> None:
    assert [option.variable for option in OPTIONS] == [
        "KATANA_HOST",
        "KATANA_PORT",
        "KATANA_DATABASE_URL",
        "KATANA_DATABASE_REPLICA_URL",
        "KATANA_DATABASE_LANES",
        "KATANA_DATABASE_LEASES",
        "KATANA_DATABASE_QUERY_TIMEOUT",
        "KATANA_DATABASE_CACHE",
        "KATANA_PROFILE",
        "KATANA_NO_MIGRATE",
        "KATANA_REACTORS",
        "KATANA_POLL",
        "KATANA_NO_ARENA",
        "KATANA_NO_PIN",
        "KATANA_ADMIN_PORT",
        "KATANA_ADMIN_HOST",
        "KATANA_SHUTDOWN_DEADLINE",
        "KATANA_BODY_LIMIT",
        "KATANA_TRUST_CLIENT_CERT",
        "KATANA_WEBHOOK_SECRETS",
        "KATANA_WEBHOOK_ALLOW",
    ]


def test_values_are_shown_as_the_file_spells_them() -> None:
    rows = {name: value for name, value, _ in shown(resolve({}, {}))}
    assert (rows["migrate"], rows["admin_port"], rows["database_url"]) == ("true", "none", "none")


def test_the_secrets_of_webhooks_are_never_shown() -> None:
    config = resolve({"webhook_secrets": "whsec_a, whsec_b", "webhook_allow": "localhost,10.0.0.0/8"}, {})
    assert config.webhook_secrets == ("whsec_a", "whsec_b")
    rows = {name: value for name, value, _ in shown(config)}
    assert (rows["webhook_secrets"], rows["webhook_allow"]) == ("(2)", "localhost,10.0.0.0/8")
    assert "whsec_a" not in repr(config)
    with pytest.raises(ConfigError) as caught:
        resolve({"webhook_secrets": "whsec_a,,"}, {})
    assert "whsec_a" not in str(caught.value)


def _file(folder: Path, text: str) -> str:
    (folder / "katana.toml").write_text(text, encoding="utf-8")
    return str(folder)


def test_a_file_is_below_the_environment_and_above_the_profile(tmp_path: Path) -> None:
    folder = _file(
        tmp_path,
        """
profile = "prod-low-latency"
port = 7000
host = "0.0.0.0"
migrate = false
trust_client_cert = true
shutdown_deadline = 1.5

[limits]
in_flight = 64
idle_timeout = "5s"
head = "8KiB"
""",
    )
    config = resolve({"port": "9000"}, {"KATANA_HOST": "::1", "KATANA_LIMITS_HEAD": "4KiB"}, folder=folder)
    assert (config.port, config.host, config.migrate, config.trust_client_cert) == (9000, "::1", False, True)
    assert (config.profile, config.shutdown_deadline) == ("prod-low-latency", 1.5)
    limits = config.limits
    assert (limits.in_flight, limits.idle_timeout, limits.head, limits.pipeline_turn) == (64, 5.0, 4096, 8)
    assert limits.fields == LIMITS.fields
    assert config.source("migrate") == f"{folder}/katana.toml:5"
    assert config.source("limits_in_flight") == f"{folder}/katana.toml:10"
    assert config.source("limits_pipeline_turn") == "profile prod-low-latency"
    rows = {name: (value, source) for name, value, source in shown(config)}
    assert rows["limits.head"] == ("4096", "KATANA_LIMITS_HEAD")
    assert rows["limits.idle_timeout"][0] == "5"


def test_the_command_line_wins_over_a_profile(tmp_path: Path) -> None:
    config = resolve({"profile": "dev", "reactors": "2", "limits_connections": "5"}, {}, folder=str(tmp_path))
    assert (config.reactors, config.limits.connections) == (2, 5)
    assert resolve({"profile": "dev"}, {}).reactors == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1\n", "katana.toml:1: prot: unknown key prot; did you mean port?"),
        ("\n[limits]\nhaed = 1\n", "katana.toml:3: haed: unknown key haed; did you mean head?"),
        ("[limits]\nbody = 1\n", "katana.toml:2: body: unknown key body"),
        ("[server]\nport = 1\n", "katana.toml:1: server: unknown key server"),
        ("port = 'x'\n", "katana.toml:1: port: 'x' is not a number from 0 to 65535"),
        ("port = true\n", "katana.toml:1: port: a text or a number is expected"),
        ("migrate = 'no'\n", "katana.toml:1: migrate: 'no' is not `true` or `false`"),
        ("limits = 3\n", "katana.toml:1: limits: a table is expected"),
        ("port 1\n", "katana.toml: not TOML: "),
        ("port = 1\nport = 2\n", "katana.toml: not TOML: "),
        ("[limits]\nidle_timeout = 0\n", "'0' is not a duration longer than nothing"),
        ("[limits]\nin_flight = -1\n", "'-1' is not a number, at least 1"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve({}, {}, folder=_file(tmp_path, text))
    assert message in str(caught.value)


def test_what_is_no_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "katana.toml").mkdir()  # as a container has it whose mounted file does not exist
    with pytest.raises(ConfigError, match=r"katana\.toml: is a directory"):
        resolve({}, {}, folder=str(tmp_path))


def test_a_file_is_named_by_option_or_variable_and_then_has_to_exist(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("port = 1234\n")
    assert resolve({"config": str(other)}, {}).port == 1234
    assert resolve({}, {"KATANA_CONFIG": str(other)}).port == 1234
    with pytest.raises(ConfigError, match=r"missing\.toml: no such file or directory"):
        resolve({"config": str(tmp_path / "missing.toml")}, {})


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_profile_sets_options_that_exist_to_values_they_take(profile: str) -> None:
    names = {option.name for option in (*OPTIONS, *LIMIT_OPTIONS)}
    assert set(PROFILES[profile]) <= names
    assert resolve({"profile": profile}, {}).profile == profile


def test_the_documents_are_shown_in_dev_and_staging_only() -> None:
    assert [name for name in sorted(PROFILES) if resolve({"profile": name}, {}).documented] == ["dev", "staging"]
