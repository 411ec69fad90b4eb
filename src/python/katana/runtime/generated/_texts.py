"""Parameters as the texts that were sent.

In: the request and the place of a parameter. Out: its percent-decoded texts, one for a scalar, one per item for an
array; None when it is absent. Never: types.
"""

from urllib.parse import unquote_plus

from katana.runtime import Ctx


def texts(ctx: Ctx, location: str, name: str, position: int, separator: str | None) -> list[str] | None:
    """The texts of a parameter (OpenAPI 3.1, 4.8.12.1, the styles `simple`, `form`, `spaceDelimited`, ...)."""
    if location == "path":
        return [ctx.args[position]]
    if location == "query":
        found = list(ctx.query().all(name)) or None
        return _split_query(ctx, name, separator) if found and separator else found
    text = ctx.header(name) if location == "header" else ctx.cookies().get(name)
    if text is None:
        return None
    return [item.strip(" \t") for item in text.split(separator)] if separator else [text]


def _split_query(ctx: Ctx, name: str, separator: str) -> list[str] | None:
    """Splits before decoding, so that an encoded separator belongs to its item."""
    items: list[str] = []
    for pair in ctx.query_string.split("&"):
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name and value:
            raw = value.replace("+", " ").replace("%20", " ") if separator == " " else value
            raw = raw.replace("%7C", "|").replace("%7c", "|") if separator == "|" else raw
            items += [unquote_plus(item) for item in raw.split(separator)]
    return items
