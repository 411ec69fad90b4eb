# mypy: disable-error-code="no-untyped-call, no-untyped-def"
import pytest

from katana.openapi.features import modules_for
from katana.runtime_modules import BROTLI, SENDERS, UPLOADS, ZSTD


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("content:\n  multipart/form-data:\n", UPLOADS),
        ('{"content": {"multipart\\/form-data": {}}}', UPLOADS),
        ("content: {Multipart/Form-Data: {}}", UPLOADS),
        ("webhooks:\n  started:\n", SENDERS),
        ("callbacks: {}\ncontent: {'multipart/form-data': {}}", (*SENDERS, *UPLOADS)),
        ("enum: [br, gzip]", BROTLI),
        ("enum: [gzip,BR]", BROTLI),
        ("enum:\n  - gzip\n  - br\n", BROTLI),
        ('{"const":"br"}', BROTLI),
        ("enum: [gzip, zstd]", ZSTD),
        ("description: a line<br>another, br more", ()),
        ("description: sends webhooks and multipart mails", ()),
    ],
)
def test_words_of_a_document_ask_for_modules(text, modules):
    assert modules_for(text.encode()) == modules
