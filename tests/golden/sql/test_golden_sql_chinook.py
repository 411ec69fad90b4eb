"""The music store: its queries return what another driver returns for the same SQL, as the types that they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec import structs
from psycopg.rows import tuple_row

from katana.embedded import EmbeddedPostgres
from katana.runtime import Ctx, NotFound, UnprocessableContent
from katana.runtime.sql import CheckViolation, ForeignKeyViolation, Statement

Module = Callable[[str], Any]

STORE = """
    INSERT INTO artist VALUES (1, 'AC/DC'), (2, 'Queen'), (3, NULL), (4, 'Nobody');
    INSERT INTO album VALUES (1, 'Let There Be Rock', 1), (2, 'A Night', 2), (3, 'Empty', 2);
    INSERT INTO employee (employee_id, last_name, first_name, title, reports_to, birth_date) VALUES
        (1, 'Adams', 'Andrew', 'General Manager', NULL, '1962-02-18'),
        (2, 'Edwards', 'Nancy', 'Sales Manager', 1, NULL),
        (3, 'Peacock', 'Jane', NULL, 2, '1973-08-29'), (4, 'Park', 'Margaret', NULL, 2, NULL),
        (5, 'Mitchell', 'Michael', 'IT Manager', 1, NULL);
    INSERT INTO customer (customer_id, first_name, last_name, company, country, email, support_rep_id) VALUES
        (1, 'Luis', 'G', 'Embraer', 'Brazil', 'l@x', 3), (2, 'Leonie', 'K', NULL, 'Germany', 'k@x', 3),
        (3, 'Ana', 'T', NULL, 'Brazil', 'a@x', 4), (4, 'Nemo', 'N', NULL, NULL, 'n@x', NULL);
    INSERT INTO genre VALUES (1, 'Rock'), (2, 'Jazz'), (3, NULL), (4, 'Polka');
    INSERT INTO media_type VALUES (1, 'MPEG'), (2, NULL);
    INSERT INTO track VALUES
        (1, 'Go Down', 1, 1, 1, 'AC/DC', 331180, 10847611, 0.99),
        (2, 'Dog Eat Dog', 1, 1, 1, 'AC/DC', 215196, NULL, 0.99),
        (3, 'Overdose', 1, 2, 1, NULL, 369319, 12066294, 1.99),
        (4, 'Death on Two Legs', 2, 1, 2, 'Queen', 223007, 7, 0.99),
        (5, 'Seaside', 2, 1, 3, 'Mercury', 130000, NULL, 0.00),
        (6, '50% "off"', NULL, 2, NULL, NULL, 1000, 1, 99999999.99);
    INSERT INTO playlist VALUES (1, 'All'), (2, NULL), (3, 'None');
    INSERT INTO playlist_track SELECT 1, track_id FROM track UNION ALL VALUES (2, 1);
    INSERT INTO invoice VALUES
        (1, 1, '2026-01-05', 'Brazil', 1.98), (2, 1, '2026-03-01 12:00', NULL, 5.00),
        (3, 2, '2026-01-31 23:59:59', 'Germany', 0.99);
    INSERT INTO invoice_line VALUES (1, 1, 1, 0.99, 1), (2, 1, 6, 0.99, 1), (3, 2, 3, 1.99, 2),
        (4, 3, 4, 0.99, 1);
"""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "catalog.get_track": {"track_id": 3},
    "catalog.every_genre_and_track": {},
    "catalog.genres_nobody_plays": {},
    "catalog.longer_than_average": {},
    "catalog.two_longest_of_each_album": {},
    "catalog.statistics": {"after": 0},
    "catalog.tracks": {"album_ids": [1, None, 2]},
    "catalog.tracks_by_genre": {"least": 1},
    "catalog.price_cube": {},
    "catalog.ranking": {},
    "catalog.every_name": {},
    "catalog.composers_who_are_artists": {},
    "catalog.artists_without_albums": {},
    "catalog.albums_as_json": {},
    "catalog.labels": {},
    "catalog.export_tracks": {"most": Decimal("1.00")},
    "catalog.playlists_of_track": {"track_id": 1},
    "catalog.tracks_in_values": {},
    "sales.chain_of_command": {},
    "sales.customers_with_spending": {},
    "sales.best_customer_of_each_country": {},
    "sales.monthly_sales": {"since": datetime(2025, 12, 1), "until": datetime(2026, 3, 1)},  # noqa: DTZ001
    "sales.colleagues": {},
    "sales.support": {},
    "sales.invoice_lines": {"invoice_id": 1},
}
"""The queries whose rows are flat, by the names of their statements, in the order of their parameters."""


@pytest.mark.parametrize("stocked", [True, False], ids=["stocked", "empty"])
def test_each_query_returns_what_another_driver_does(
    serve: Callable[..., None], server: EmbeddedPostgres, stocked: bool
) -> None:
    async def scenario(module: Module, ctx: Ctx) -> None:
        statements = _statements(module("repo"))
        with psycopg.connect(server.url("chinook"), autocommit=True) as other:
            if stocked:
                other.execute(STORE)
            cursor = psycopg.RawCursor(other, row_factory=tuple_row)
            for name, arguments in ARGUMENTS.items():
                found = await _call(module, ctx, name, arguments)
                expected = cursor.execute(statements[name].query, list(arguments.values())).fetchall()
                assert [_values(row) for row in found] == expected, name
                assert bool(found) or not stocked, f"{name} shows nothing"
                for row in found:
                    _has_the_types_it_says(row)

    serve("chinook", scenario)


async def _call(module: Module, ctx: Ctx, name: str, arguments: dict[str, Any]) -> list[Any]:
    group, _, method = name.partition(".")
    repository = getattr(module("repo"), f"{group.capitalize()}Repo")()
    answer = getattr(repository, method)(ctx, **arguments)
    if hasattr(answer, "__aiter__"):
        return [row async for row in answer]
    rows = await answer
    return rows if isinstance(rows, list) else [row for row in (rows,) if row is not None]


def _statements(repo: ModuleType) -> dict[str, Statement]:
    return {value.name: value for value in vars(repo).values() if isinstance(value, Statement)}


def _values(row: Any) -> tuple[Any, ...]:
    return structs.astuple(row) if isinstance(row, msgspec.Struct) else (row,)


def _has_the_types_it_says(row: Any) -> None:
    """None is only where the class says so."""
    if isinstance(row, msgspec.Struct):
        assert msgspec.convert(structs.asdict(row), type(row)) == row


def test_rows_in_rows_are_those_of_the_store(serve: Callable[..., None], server: EmbeddedPostgres) -> None:
    async def scenario(module: Module, ctx: Ctx) -> None:
        catalog, sales = module("repo").CatalogRepo(), module("repo").SalesRepo()
        _stock(server)
        tracks = await catalog.tracks_with_their_album(ctx)
        assert [(row.track_id, row.album and row.album.title) for row in tracks][2:] == [
            (3, "Let There Be Rock"),
            (4, "A Night"),
            (5, "A Night"),
            (6, None),
        ]
        artists = await catalog.albums_of_artists(ctx)
        assert [(row.name, [album.album_id for album in row.albums]) for row in artists] == [
            ("AC/DC", [1]),
            ("Queen", [2, 3]),
            (None, []),
            ("Nobody", []),
        ]
        albums = await catalog.list_albums(ctx)
        assert [[track.track_id for track in album.tracks] for album in albums] == [[1, 2, 3], [4, 5], []]
        assert albums[0].tracks[2] == await catalog.get_track(ctx, track_id=3)
        employees = await sales.employees_and_bosses(ctx)
        assert [row.boss and row.boss.first_name for row in employees] == [None, "Andrew", "Nancy", "Nancy", "Andrew"]
        for row in (*tracks, *artists, *albums, *employees):
            assert msgspec.convert(msgspec.to_builtins(row, builtin_types=(Decimal, datetime)), type(row)) == row

    serve("chinook", scenario)


def test_tracks_are_found_and_paged(serve: Callable[..., None], server: EmbeddedPostgres) -> None:
    async def scenario(module: Module, ctx: Ctx) -> None:
        catalog = module("repo").CatalogRepo()
        _stock(server)

        async def walk(**options: Any) -> list[int]:
            found: list[int] = []
            after = None
            while True:
                page = await catalog.search_tracks(ctx, limit=2, after=after, **options)
                found += [row.track_id for row in page.items]
                after = page.next
                if after is None:
                    return found

        assert await walk() == [3, 1, 4, 2, 5, 6]
        assert await walk(sort="name") == [row[1] for row in sorted(_names(server))]
        assert await walk(genre="Rock") == [3, 1, 2]
        assert await walk(pattern="%do%", sort="name") == [2, 1, 3]
        assert await walk(without_composer=True) == [3, 6]
        assert await walk(pattern='50\\% "%', without_composer=True, genre="Rock") == []
        assert await walk(pattern='50\\% "%') == [6]

    serve("chinook", scenario)


def _names(server: EmbeddedPostgres) -> list[tuple[str, int]]:
    with psycopg.connect(server.url("chinook")) as other:
        return other.execute('SELECT name COLLATE "C", track_id FROM track').fetchall()


def test_the_store_is_stocked_and_sells(serve: Callable[..., None], server: EmbeddedPostgres) -> None:
    async def scenario(module: Module, ctx: Ctx) -> None:
        catalog, sales, params = module("repo").CatalogRepo(), module("repo").SalesRepo(), module("params")
        _stock(server)
        assert (await catalog.add_artist(ctx, artist_id=5, name="New")).name == "New"
        assert (await catalog.add_artist_or_update(ctx, artist_id=5, name=None)).name is None
        assert await catalog.add_artist_or_nothing(ctx, artist_id=5, name="Other") is None
        song = params.ImportTracksParams(
            track_id=7, name="Song", album_id=3, media_type_id=1, genre_id=4, composer=None, milliseconds=1, bytes=None,
            unit_price=Decimal("1.50"),
        )  # fmt: skip
        rows = [song, structs.replace(song, track_id=8, genre_id=None, bytes=2)]
        assert await catalog.import_tracks(ctx, rows) == 2
        assert structs.asdict(await catalog.get_track(ctx, track_id=8)) == structs.asdict(rows[1])
        assert await catalog.fill_playlist(ctx, [7, 8, 1], playlist_id=2) == [7, 8]
        reprice = params.RepriceParams
        prices = [reprice(unit_price=Decimal("2.00"), genre_id=4), reprice(unit_price=Decimal(1), genre_id=99)]
        assert [[row.track_id for row in found] for found in await catalog.reprice(ctx, prices)] == [[7], []]

        sale = {"customer_id": 1, "invoice_date": datetime(2026, 4, 1), "unit_price": Decimal("2.00")}  # noqa: DTZ001
        async with ctx.tx():
            sold = await sales.sell(ctx, **sale, track_id=7, quantity=3)
        assert sold.total == Decimal("6.00")
        assert [row.price for row in await sales.invoice_lines(ctx, invoice_id=sold.invoice_id)] == [Decimal("6.00")]
        with pytest.raises(NotFound) as caught:
            await sales.sell(ctx, **sale, track_id=99, quantity=1)
        assert isinstance(caught.value, ForeignKeyViolation)
        assert caught.value.code == "track.unknown"
        with pytest.raises(UnprocessableContent) as refused:
            await sales.sell(ctx, **sale, track_id=7, quantity=0)
        assert isinstance(refused.value, CheckViolation)
        assert refused.value.code == "line.quantity"
        assert await sales.recompute_totals(ctx) == 1, "the second invoice of the store"
        await sales.forget_lines(ctx, customer_id=1)
        assert await sales.invoice_lines(ctx, invoice_id=sold.invoice_id) == []
        assert (await sales.count_customers(ctx), await sales.count_customers(ctx, country="Brazil")) == (4, 2)
        renamed = await sales.rename_customer(ctx, company=None, email="l@x")
        assert (renamed.customer_id, renamed.company) == (1, None)
        assert await sales.rename_customer(ctx, company="x", email="nobody@x") is None
        (january, *_) = await sales.monthly_sales(ctx, since=datetime(2026, 1, 1), until=datetime(2026, 1, 1))  # noqa: DTZ001
        assert (january.month, january.total) == (date(2026, 1, 1), Decimal("2.97"))

    serve("chinook", scenario)


def _stock(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("chinook"), autocommit=True) as other:
        other.execute(STORE)
        for table in ("artist", "invoice", "invoice_line"):
            other.execute(f"SELECT setval('{table}_{table}_id_seq', 1000)")
