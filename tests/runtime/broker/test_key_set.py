"""When the key set is fetched, and from whom."""

import ssl
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from runtime.broker.key_set import COOL_DOWN_SECONDS, LIFE_SECONDS, KeySet, fetch
from runtime.broker.outcomes import Outcome, RefusedError


@pytest.fixture
def keys(issuer, desk):
    return desk.broker.keys


def missing(keys, key_id):
    with pytest.raises(RefusedError) as refused:
        keys.key(key_id)
    return refused.value.outcome


def test_known_key_is_fetched_once_in_its_life(issuer, desk, keys):
    """Between two fetches there is one life."""
    keys.key("rsa-1")
    desk.clock.now += LIFE_SECONDS - 1
    keys.key("ec-1")
    before = issuer.fetches
    desk.clock.now += 1
    keys.key("rsa-1")

    assert (before, issuer.fetches) == (1, 2)


def test_withdrawn_key_is_refused_after_one_life(issuer, desk, keys):
    """Nothing keeps a key alive that the issuer withdrew."""
    keys.key("rsa-1")
    withdrawn = issuer.keys.pop(0)
    desk.clock.now += LIFE_SECONDS
    outcome = missing(keys, "rsa-1")
    issuer.keys.insert(0, withdrawn)

    assert outcome is Outcome.UNKNOWN_KEY


def test_unknown_keys_cause_one_fetch_in_a_cool_down(issuer, desk, keys):
    """Made-up key ids don't make the broker hammer the issuer, however many there are."""
    keys.key("rsa-1")
    at_once = [missing(keys, f"made-up-{n}") for n in range(20)]
    after_none = issuer.fetches
    desk.clock.now += COOL_DOWN_SECONDS
    later = [missing(keys, f"made-up-{n}") for n in range(20)]

    assert (after_none, issuer.fetches) == (1, 2)
    assert set(at_once + later) == {Outcome.UNKNOWN_KEY}


def test_new_key_is_found_after_a_cool_down(issuer, desk, keys):
    """A rotation needs no restart."""
    rotated = issuer.keys.pop(0)
    before = missing(keys, "rsa-1")
    issuer.keys.insert(0, rotated)
    desk.clock.now += COOL_DOWN_SECONDS

    assert before is Outcome.UNKNOWN_KEY
    assert keys.key("rsa-1")["kid"] == "rsa-1"


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b'{"keys": {}}', b"{}", b"[" * 100_000, b"\xff", OSError("down"), TimeoutError()],
    ids=lambda body: str(body)[:12],
)
def test_key_set_that_cannot_be_had_is_said(body):
    """Without a key set nothing is verified, and the next request tries again."""
    answers = iter([body, b'{"keys": [{"kid": "a", "kty": "RSA"}]}'])

    def read(_address):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    keys = KeySet("https://login.acme.example/keys.json", read=read)

    assert missing(keys, "a") is Outcome.KEYS_UNAVAILABLE
    assert keys.key("a")["kty"] == "RSA"


def test_keys_do_not_outlive_a_failed_fetch(issuer, desk, keys, monkeypatch):
    """An issuer that is down can't keep a withdrawn key alive."""
    keys.key("rsa-1")
    desk.clock.now += LIFE_SECONDS

    def down(_address):
        raise OSError("down")

    monkeypatch.setattr(keys, "_read", down)

    assert missing(keys, "rsa-1") is Outcome.KEYS_UNAVAILABLE


# --- Over the wire ------------------------------------------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys.json")
            self.end_headers()
            return
        self.send_response({"/keys.json": 200, "/large": 200}.get(self.path, 404))
        self.end_headers()
        self.wfile.write(b" " * 300_000 if self.path == "/large" else b'{"keys": []}')

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory, issuer):
    """An https server on the loopback address, and what trusts its certificate."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=issuer.rsa.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer.rsa, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    folder = tmp_path_factory.mktemp("site")
    (folder / "certificate.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(
        issuer.rsa.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    trusted = ssl.create_default_context(cafile=folder / "certificate.pem")
    yield f"https://localhost:{server.server_port}", trusted
    server.shutdown()
    thread.join()
    server.server_close()


def test_document_is_fetched_over_https(site):
    """The positive twin of what follows."""
    address, trusted = site

    assert fetch(f"{address}/keys.json", trusted=trusted) == b'{"keys": []}'


@pytest.mark.parametrize("path", ["/moved", "/missing", "/large"])
def test_anything_but_the_document_is_refused(site, path):
    """No redirect is followed, no error page and no endless answer read."""
    address, trusted = site

    with pytest.raises(OSError, match=r"302|404|not a key set"):
        fetch(f"{address}{path}", trusted=trusted)


def test_host_that_nobody_vouches_for_is_refused(site):
    """Whoever answers in the issuer's place must have its certificate."""
    address, _ = site

    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{address}/keys.json")
