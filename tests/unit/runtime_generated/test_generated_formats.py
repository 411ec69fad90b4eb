"""Format predicates, by the standard that each names."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.runtime.generated.formats import FORMATS

_VALID = {
    "byte": ["", "aGk=", "aGkh", "+/+/"],
    "date": ["2026-01-02", "2024-02-29", "0001-01-01"],
    "date-time": [
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05z",
        "2026-01-02T03:04:05.123456789+14:00",
        "1998-12-31T23:59:60Z",
        "1998-12-31T15:59:60.123-08:00",
    ],
    "duration": ["P1D", "PT1H", "P4W", "P1Y2M3DT4H5M6S", "PT0S", "P1M"],
    "email": ["a@b", "a.b+c@example.com", '"a b"@example.com', "a@[127.0.0.1]", "a@[IPv6:::1]", "~!#$@x.de"],
    "hostname": ["a", "example.com", "xn--bcher-kva.example", "a-b.c1", "1host", "a" * 63],
    "ipv4": ["0.0.0.0", "255.255.255.255"],
    "ipv6": ["::", "::1", "2001:db8::1", "::ffff:1.2.3.4"],
    "json-pointer": ["", "/", "/a~0b/~1", "/é"],
    "relative-json-pointer": ["0", "1/a", "0#", "12/"],
    "time": ["03:04:05Z", "03:04:05.1+01:00", "23:59:60Z", "01:29:60+01:30"],
    "uri": ["http://a", "urn:x:y", "mailto:a@b", "http://u:p@h:1/p?q#f", "http://[::1]/", "a:", "http://a/%20"],
    "uri-reference": ["", "/a", "a/b?c", "#f", "//h/p", "http://a", "./a:b"],
    "uuid": ["12345678-1234-1234-1234-1234567890aB", "00000000-0000-0000-0000-000000000000"],
}
_INVALID = {
    "byte": ["a", "aG=k", "aGk", "aG k", "aGk=\n", "-_=="],
    "date": ["2026-02-29", "2026-1-2", "20260102", "2026-01-02\n", "0000-01-01", "٢٠٢٦-٠١-٠٢", "2026-001"],
    "date-time": ["2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T24:00:00Z", "1998-12-31T22:59:60Z", "x",
                  "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05.Z"],
    "duration": ["", "P", "PT", "P1", "1D", "P1DT", "P1H", "PT1D", "P1Y1D", "P1.5D", "-P1D", "P1W1D", "PT1H1S"],
    "email": ["", "a", "@b", "a@", "a b@c", "a@b@c", ".a@b", "a.@b", "a..b@c", "a@-b", "a@b..c", "a@[1.2.3]", "a@b\n"],
    "hostname": ["", "-a", "a-", "a..b", "a_b", ".a", "a.", "a" * 64, "é", "a\n", ".".join(["a" * 63] * 5)],
    "ipv4": ["", "1.2.3", "256.0.0.1", "01.2.3.4", "1.2.3.4\n", "1.2.3.4/8", "١.2.3.4"],
    "ipv6": ["", ":::", "1::2::3", "::1%eth0", "12345::", "1:2:3:4:5:6:7", "::1\n"],
    "json-pointer": ["a", "/~", "/~2"],
    "relative-json-pointer": ["", "01", "-1", "/a", "0a", "1#/"],
    "time": ["03:04:05", "24:00:00Z", "03:04Z", "03:60:00Z", "22:59:60Z", "3:04:05Z"],
    "uri": ["", "a", "/a", "http://a b", "http://[::x]/", "http://[1.2.3.4]/", "1a:b", "http://a:b", "http://a/%zz",
            "a:é", "http://a\\b"],
    "uri-reference": ["\\", "a b", "%zz", "1a:b", "http://[", "é"],
    "uuid": ["", "12345678123412341234123456789012", "{12345678-1234-1234-1234-123456789012}",
             "12345678-1234-1234-1234-12345678901g"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in _VALID.items() for text in texts])
def test_a_value_of_the_format_is_accepted(name, text):
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in _INVALID.items() for text in texts])
def test_any_other_value_is_refused(name, text):
    assert not FORMATS[name](text)


def test_every_format_has_examples_of_both_kinds():
    assert set(_VALID) == set(_INVALID) == set(FORMATS)


@given(st.sampled_from(sorted(FORMATS)), st.text())
def test_no_text_makes_a_predicate_fail(name, text):
    assert FORMATS[name](text) in (True, False)


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("unit", ["a", "a.", "a@", "1", "/", "%20", ":", "P1Y", "[", "a-", "=", '"', "~0", "1:", "-"])
def test_long_text_takes_no_more_than_linear_time(name, unit):
    # A backtracking expression would never come back from these.
    assert FORMATS[name](unit * 20_000) in (True, False)
    assert FORMATS[name](unit * 20_000 + "\n\x00") in (True, False)


@given(st.datetimes(), st.sampled_from(["Z", "+01:00", "-23:59"]))
def test_what_the_time_formats_accept_msgspec_can_hold(moment, offset):
    text = f"{moment.replace(microsecond=0).isoformat()}{offset}"
    assert FORMATS["date-time"](text)
    assert msgspec.convert(text, type=type(moment)).replace(tzinfo=None) == moment.replace(microsecond=0)
