"""The orders of a query by name."""

from __future__ import annotations

import pytest

from katana.runtime import UnprocessableContent
from katana.runtime.sql import InvalidOrder, Orders

_ORDERS = Orders({"newest": 1, "by_name": 2})


def test_an_order_is_found_by_its_name() -> None:
    assert [_ORDERS["newest"], _ORDERS["by_name"]] == [1, 2]


@pytest.mark.parametrize("name", ["", "NEWEST", "id; DROP TABLE users", "\0", "☃" * 10_000])
def test_an_order_that_there_is_not_is_a_problem_of_the_client(name: str) -> None:
    with pytest.raises(InvalidOrder) as caught:
        _ORDERS[name]
    assert isinstance(caught.value, UnprocessableContent)
    assert (caught.value.status, caught.value.code) == (422, "database.invalid_order")
    assert caught.value.detail == "The order has to be one of: newest, by_name."
