"""Content that is kept until a request ends."""

from __future__ import annotations

import asyncio
import os

import pytest

from katana.runtime import Upload
from katana.runtime._spool import BLOCK, Spool


async def _filled(memory: int, *chunks: bytes) -> Spool:
    spool = Spool(memory)
    for chunk in chunks:
        await spool.write(chunk)
    await spool.finish()
    return spool


@pytest.mark.parametrize("memory", [0, 10, BLOCK, 10 * BLOCK])
@pytest.mark.parametrize("sizes", [(), (1,), (10, 1), (BLOCK,), (BLOCK - 1, 2, 3 * BLOCK + 5)])
def test_what_was_written_is_read_back_as_often_as_wanted(memory: int, sizes: tuple[int, ...]) -> None:
    chunks = [os.urandom(size) for size in sizes]

    async def scenario() -> None:
        spool = await _filled(memory, *chunks)
        assert spool.size == sum(sizes)
        for _ in range(2):
            assert b"".join([chunk async for chunk in spool.chunks()]) == b"".join(chunks)
        spool.close()
        spool.close()
        with pytest.raises(ValueError, match="its request has ended"):
            _ = [chunk async for chunk in spool.chunks()]

    asyncio.run(scenario())


def test_a_file_is_closed_after_the_block_that_a_cancelled_request_was_writing() -> None:
    async def scenario() -> None:
        spool = Spool(0)
        writing = asyncio.create_task(spool.write(b"x" * BLOCK))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        spool.close()
        assert spool._file is None or spool._file.closed

    asyncio.run(scenario())


def test_an_upload_for_tests_has_what_a_real_one_has() -> None:
    upload = Upload.of(b"abc", filename="a.txt", media_type="text/plain")
    assert asyncio.run(upload.read()) == b"abc"
    assert (upload.size, upload.filename, upload.media_type, len(upload.headers)) == (3, "a.txt", "text/plain", 0)
    assert repr(upload) == "Upload('a.txt', 'text/plain', 3 bytes)"
