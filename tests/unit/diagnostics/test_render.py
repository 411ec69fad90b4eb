"""A diagnostic shows where, what, and what to write instead."""

from katana.diagnostics import Diagnostic, DiagnosticsError, render

SOURCE = "openapi: 3.1.0\n  type: strng\n" + "x" * 400 + "!\n"
TYPO = Diagnostic(
    file="users.yaml",
    line=2,
    column=9,
    width=5,
    message="there is no type 'strng'",
    code="bad-type",
    pointer="#/type",
    hint="write string",
)


def test_it_prints_the_line_with_a_caret_the_pointer_and_the_hint() -> None:
    assert render([TYPO], lambda _: SOURCE) == (
        "users.yaml:2:9: error: there is no type 'strng' [bad-type]\n"
        "  2 |   type: strng\n"
        "    |         ^^^^^\n"
        "  at #/type\n"
        "  help: write string\n"
    )


def test_without_a_source_only_the_words_remain() -> None:
    assert render([TYPO]) == (
        "users.yaml:2:9: error: there is no type 'strng' [bad-type]\n  at #/type\n  help: write string\n"
    )


def test_a_long_line_is_cut_around_the_column() -> None:
    far = Diagnostic(file="f", line=3, column=401, message="m", code="c")
    excerpt, caret = render([far], lambda _: SOURCE).splitlines()[1:3]
    assert len(excerpt) < 200
    assert excerpt[caret.index("^")] == "!"


def test_control_characters_of_a_source_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in render([Diagnostic(file="f", line=1, column=1, message="m", code="c")], lambda _: "a\x1b[31m")


def test_an_error_carries_all_diagnostics_in_the_order_of_the_text() -> None:
    early = Diagnostic(file="users.yaml", line=1, message="first", code="c")
    error = DiagnosticsError([TYPO, early])
    assert error.diagnostics == (early, TYPO)
    assert str(error).splitlines()[0] == "users.yaml:1: error: first"
