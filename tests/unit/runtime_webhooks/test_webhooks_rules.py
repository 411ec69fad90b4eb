"""Waits, signatures and targets, without sockets."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.runtime.webhooks import InvalidSignature, Message, Retry, StandardSigner, Targets, verify
from katana.runtime.webhooks._exchange import TargetError
from katana.runtime.webhooks._retry import retry_after

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'
NOW = 1614265330.0


@given(
    tried=st.integers(1, 10_000),
    asked=st.floats(0, 1e6),
    rand=st.floats(0, 1, exclude_max=True),
    first=st.floats(0, 100),
    longest=st.floats(0, 1000),
)
def test_a_wait_is_random_within_bounds_that_double(tried, asked, rand, first, longest):
    retry = Retry(first=first, longest=longest)
    wait = retry.wait(tried, asked, rand=lambda: rand)
    assert asked <= wait <= max(asked, min(longest, first * 2.0 ** min(tried - 1, 1000)))
    assert retry.wait(tried, 0.0, rand=lambda: 0.0) == 0.0


@pytest.mark.parametrize("options", [{"attempts": 0}, {"first": -1}, {"timeout": 0}, {"total": 0}])
def test_a_retry_without_sense_cannot_be_made(options):
    with pytest.raises(ValueError, match="at least one attempt"):
        Retry(**options)


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        ("-1", 0),
        ("1.5", 0),
        ("soon", 0),
        ("9" * 50, 999_999_999),
        ("Mon, 01 Jan 2024 00:00:10 GMT", 10),
        ("Sun, 31 Dec 2023 23:00:00 GMT", 0),
        ("Mon, 99 Jan 2024 00:00:10 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(field, seconds):
    assert retry_after(field, datetime(2024, 1, 1, tzinfo=UTC)) == seconds


def test_the_example_of_the_standard_is_signed_and_verified():
    message = Message(id=HEADERS["webhook-id"], timestamp=int(NOW), method="POST", url="", body=BODY)
    assert StandardSigner(SECRET).sign(message) == (("webhook-signature", HEADERS["webhook-signature"]),)
    assert verify([SECRET], HEADERS, BODY, now=NOW) == HEADERS["webhook-id"]


@pytest.mark.parametrize(
    ("change", "now", "body"),
    [
        ({}, NOW, BODY + b" "),
        ({}, NOW + 301, BODY),
        ({}, NOW - 301, BODY),
        ({"webhook-id": "msg_other"}, NOW, BODY),
        ({"webhook-id": ""}, NOW, BODY),
        ({"webhook-timestamp": "1614265331"}, NOW, BODY),
        ({"webhook-timestamp": "now"}, NOW, BODY),
        ({"webhook-timestamp": "1" * 400}, NOW, BODY),
        ({"webhook-signature": ""}, NOW, BODY),
        ({"webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")}, NOW, BODY),
        ({"webhook-signature": "v1,é\ud800"}, NOW, BODY),
        ({"webhook-signature": " ".join(["v1,x"] * 20 + [HEADERS["webhook-signature"]])}, NOW, BODY),
    ],
)
def test_a_message_that_was_changed_or_is_old_is_refused(change, now, body):
    with pytest.raises(InvalidSignature):
        verify([SECRET], {**HEADERS, **change}, body, now=now)


def test_any_secret_and_any_signature_may_match():
    other = "whsec_" + b64encode(b"x" * 32).decode()
    signatures = f"v1a,abc v1,{b64encode(b'0' * 32).decode()} {HEADERS['webhook-signature']}"
    assert verify([other, SECRET], {**HEADERS, "webhook-signature": signatures}, BODY, now=NOW)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "secret", "whsec_!!", "whsec_" + b64encode(b"x" * 23).decode(), SECRET[6:]]
)
def test_what_is_no_secret_is_refused_and_not_shown(secret):
    with pytest.raises(ValueError) as caught:
        StandardSigner(SECRET, secret)
    assert str(caught.value) == "secret 2 is not `whsec_` and 24 to 64 bytes in base64"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "//example.com",
        "example.com",
        "",
        "https://user@example.com/",
        "https://user:pw@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com:22/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://exa mple.com/",
        "https://example.com\\@evil/",
        "https://example.com/\r\nx: y",
        "https://exämple.com/",
        "https://ex%61mple.com/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.0x1/",
        "https://127.0.0.1./",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://192.168.1.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[ff02::1]/",
        "https://example.com/" + "a" * 3000,
    ],
)
def test_urls_that_lead_inside_or_are_none_are_refused(url):
    with pytest.raises(TargetError):
        Targets().check(url)


@pytest.mark.parametrize(
    "url", ["https://example.com/a?b=c", "https://93.184.215.14:8443/", "https://[2606:2800:21f::1]/"]
)
def test_the_public_internet_may_be_asked(url):
    assert Targets().check(url).url == url


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "nonsense"])
def test_names_that_lead_inside_are_refused(address):
    with pytest.raises(TargetError):
        Targets(["other.example"]).check_address("hooks.example", address)


def test_names_and_networks_can_be_allowed():
    targets = Targets(["Hooks.internal", "10.1.0.0/16", "::1"])
    for url in ("http://hooks.INTERNAL:80/", "http://10.1.2.3:81/", "https://[::1]:1/"):
        assert targets.check(url)
    targets.check_address("hooks.internal", "192.168.0.1")
    targets.check_address("any.example", "10.1.9.9")
    with pytest.raises(TargetError):
        targets.check("http://10.2.0.1/")


@pytest.mark.parametrize("entry", ["10.0.0.300", "10.0.0.1/8", "a b", "", "http://x"])
def test_what_is_neither_a_name_nor_a_network_cannot_be_allowed(entry):
    with pytest.raises(ValueError, match="neither"):
        Targets([entry])


def test_who_only_verifies_needs_no_client():
    program = "import sys, katana.runtime.webhooks; sys.exit('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=False)
    assert done.returncode == 0
