"""TLS to the database, checked as `sslmode` says, and passwords by SCRAM."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from katana.runtime.sql import Database, DatabaseUnavailable, QueryTimeout, Statement

ECHO = Statement("test.echo", "SELECT 'hello'", (), (25,))
SLEEP = Statement("test.sleep", "SELECT pg_sleep(600)")


def _certificate(folder, address="127.0.0.1"):
    """A certificate that vouches for itself: its file, and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "katana test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "server.crt", folder / "server.key"


@pytest.fixture
def encrypted(proxied, tmp_path):
    """`proxy, url, trusted = encrypted(address)`: a server that shows a certificate for `address`."""

    def make(address="127.0.0.1"):
        certificate, key = _certificate(tmp_path / "own", address)
        proxy, dsn = proxied()
        proxy.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        proxy.tls.load_cert_chain(certificate, key)
        return proxy, dsn, certificate

    return make


def test_a_verified_connection_answers_and_cancels_over_tls_too(run, opened, encrypted):
    proxy, dsn, trusted = encrypted()

    async def scenario():
        async with proxy, opened(f"{dsn()}?sslmode=verify-full&sslrootcert={trusted}", lanes=1) as db:
            assert db._open[0].conn.ssl_in_use
            assert (await db.execute(ECHO)).get_value(0, 0) == b"hello"
            pid = db._open[0].conn.backend_pid
            with pytest.raises(QueryTimeout):
                await db.execute(SLEEP, (), db._loop.time() + 0.1)
            assert (await db.execute(ECHO)).get_value(0, 0) == b"hello"
            assert db._open[0].conn.backend_pid == pid, "the request to cancel was heard"

    run(scenario())


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("issuer", "certificate verify failed"),
        ("address", "does not match host name"),
        ("password", "password authentication failed"),
    ],
)
def test_who_cannot_prove_to_be_the_one_is_refused(run, encrypted, tmp_path, fault, reason):
    proxy, dsn, trusted = encrypted("127.0.0.2" if fault == "address" else "127.0.0.1")
    if fault == "issuer":
        trusted, _ = _certificate(tmp_path / "another")

    async def scenario():
        async with proxy:
            url = f"{dsn()}?sslmode=verify-full&sslrootcert={trusted}"
            if fault == "password":
                url = url.replace(url.partition("postgres:")[2].partition("@")[0], "not-it")
            db = Database(url, lanes=1)
            db.start()
            with pytest.raises(DatabaseUnavailable, match=reason):
                await db.execute(ECHO)
            assert "not-it" not in db.reason
            await db.close()

    run(scenario())
