"""Options from the environment and the command line."""

from __future__ import annotations

import pytest

from katana.runtime._config import OPTIONS, Config, ConfigError, resolve, shown


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
    rows = shown(resolve({"database_url": "postgresql://ada:s3cret@[db/app"}, {}))
    assert "s3cret" not in str(rows)


def test_all_options_have_an_environment_variable_of_their_own() -> None:
    assert [option.variable for option in OPTIONS] == [
        "KATANA_HOST",
        "KATANA_PORT",
        "KATANA_DATABASE_URL",
        "KATANA_PROFILE",
        "KATANA_NO_MIGRATE",
        "KATANA_REACTORS",
        "KATANA_NO_PIN",
        "KATANA_ADMIN_PORT",
        "KATANA_ADMIN_HOST",
        "KATANA_SHUTDOWN_DEADLINE",
        "KATANA_BODY_LIMIT",
        "KATANA_TRUST_CLIENT_CERT",
        "KATANA_WEBHOOK_SECRETS",
        "KATANA_WEBHOOK_ALLOW",
    ]


def test_the_secrets_of_webhooks_are_never_shown() -> None:
    config = resolve({"webhook_secrets": "whsec_a, whsec_b", "webhook_allow": "localhost,10.0.0.0/8"}, {})
    assert config.webhook_secrets == ("whsec_a", "whsec_b")
    rows = {name: value for name, value, _ in shown(config)}
    assert (rows["webhook_secrets"], rows["webhook_allow"]) == ("(2)", "localhost,10.0.0.0/8")
    assert "whsec_a" not in repr(config)
    with pytest.raises(ConfigError) as caught:
        resolve({"webhook_secrets": "whsec_a,,"}, {})
    assert "whsec_a" not in str(caught.value)
