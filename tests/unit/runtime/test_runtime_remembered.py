"""What is kept of what clients have sent."""

from __future__ import annotations

from katana.runtime._remembered import LONGEST, remembered


def test_a_text_that_comes_again_is_not_read_again() -> None:
    asked: list[str] = []

    @remembered
    def read(text: str, mark: int) -> str:
        asked.append(text)
        return f"{text}{mark}"

    assert [read("a", 1), read("a", 1), read("a", 2)] == ["a1", "a1", "a2"]
    assert asked == ["a", "a"]


def test_the_absence_of_a_text_is_remembered_too() -> None:
    asked: list[None] = []

    @remembered
    def read(text: str | None) -> int:
        assert text is None
        asked.append(text)
        return len(asked)

    assert [read(None), read(None)] == [1, 1]


def test_a_text_that_no_client_has_reason_to_send_takes_no_memory_when_it_has_been_read() -> None:
    asked: list[str] = []

    @remembered
    def read(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [read("x" * LONGEST), read("x" * LONGEST)] == [LONGEST, LONGEST]
    assert len(asked) == 1
    assert [read("x" * (LONGEST + 1)), read("x" * (LONGEST + 1))] == [LONGEST + 1, LONGEST + 1]
    assert len(asked) == 3
