"""Redirects over real sockets and real TLS: each step is checked, and what is ours stays home."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.connector import Key, Sent
from bot.domain.errors import ReadingError, Refused, Unavailable
from bot.reading.credential import Credential
from bot.reading.reader import Bound, BoundReader, Rules, Session
from bot.reading.wire import Incoming

BEARER = Credential("c1", "s3cret-of-ana")
QUERY = Credential("c2", "s3cret of+ben", Key(Sent.QUERY, "key", ""))
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
NAMES = [
    x509.DNSName("mastodon.example"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
]


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """(server side, client side): a certificate for our names, and the trust in it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A throw-away authority")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=40_000))
        .add_extension(x509.SubjectAlternativeName(NAMES), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    chain = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    return server, ssl.create_default_context(cadata=chain.decode())


def test_a_certificate_for_the_name_is_accepted_and_the_name_is_asked_for(serve, open_door, facts, tls):
    server = serve(tls=tls[0], body=b"safe")
    named = []
    tls[0].sni_callback = lambda sock, name, context: named.append(name)
    origin = f"https://mastodon.example:{server.port}"
    door = open_door(
        ssl_context=tls[1],
        resolver=lambda host, port: ["127.0.0.1"],
        loopback_origins=frozenset({origin}),
    )
    assert door.reader(facts, origin, None).get(origin).body == b"safe"
    assert named == ["mastodon.example"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_for_another_name_or_of_nobody_is_unavailable(serve, open_door, facts, tls, trusted):
    server = serve(tls=tls[0])
    name = "other.example" if trusted else "mastodon.example"
    origin = f"https://{name}:{server.port}"
    door = open_door(
        ssl_context=tls[1] if trusted else None,
        resolver=lambda host, port: ["127.0.0.1"],
        loopback_origins=frozenset({origin}),
    )
    with pytest.raises(Unavailable):
        door.reader(facts, origin, None).get(origin)
    assert server.heard == []


def test_redirects_on_one_origin_keep_the_credential(serve, says, reader_to):
    server = serve()
    onward, here = says(301, Location="/new?x=1#part"), says(body=b"here")
    server.script = lambda heard: onward(heard) if heard.target == "/old" else here(heard)
    answer = reader_to(server, BEARER).get(f"{server.origin}/old")
    assert (answer.body, answer.url) == (b"here", f"{server.origin}/new?x=1")
    assert [heard.headers["authorization"] for heard in server.heard] == ["Bearer s3cret-of-ana"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_carries_no_credential(serve, open_door, facts, status):
    other = serve(body=b"there")
    home = serve(status=status, Location=f"{other.origin}/there")
    reader = open_door(home, other).reader(facts, home.origin, BEARER)
    assert reader.get(f"{home.origin}/?mine=1").body == b"there"
    assert "authorization" in home.heard[0].headers
    assert "authorization" not in other.heard[0].headers
    assert other.heard[0].target == "/there"


def test_a_key_in_the_query_stays_home_even_if_the_server_repeats_it(serve, open_door, facts):
    other, home = serve(), serve()
    home.script = lambda heard: _redirect(says_to=f"{other.origin}{heard.target}&more=1")
    reader = open_door(home, other).reader(facts, home.origin, QUERY)
    answer = reader.get(f"{home.origin}/?a=b")
    assert home.heard[0].target == "/?a=b&key=s3cret+of%2Bben"
    assert other.heard[0].target == "/?a=b&more=1"
    assert "s3cret" not in answer.url


@pytest.mark.parametrize("credential", [BEARER, QUERY])
@pytest.mark.parametrize("where", ["/{}/", "/?other={}", "/?{}=1"])
def test_a_redirect_that_hides_the_secret_elsewhere_is_refused(serve, open_door, facts, credential, where):
    from_home = f"{where}".format(credential.secret.replace(" ", "%20").replace("+", "%2B"))
    other = serve()
    home = serve(status=302, Location=other.origin + from_home)
    with pytest.raises(Refused):
        open_door(home, other).reader(facts, home.origin, credential).get(home.origin)
    assert other.heard == []


def test_a_dropped_credential_stays_dropped_on_the_way_back(serve, open_door, facts):
    home, other = serve(), serve()
    home.script = lambda heard: (
        _redirect(says_to=other.origin) if heard.target == "/" else _redirect(status=200)
    )
    other.script = lambda heard: _redirect(says_to=f"{home.origin}/back")
    open_door(home, other).reader(facts, home.origin, BEARER).get(home.origin)
    assert [heard.headers.get("authorization") for heard in home.heard] == [
        "Bearer s3cret-of-ana",
        None,
    ]


def test_https_is_never_left_for_http(serve, open_door, facts, tls):
    plain = serve()
    secure = serve(tls=tls[0], status=302, Location=f"{plain.origin}/")
    door = open_door(plain, secure, ssl_context=tls[1])
    with pytest.raises(Refused, match="https to http"):
        door.reader(facts, secure.origin, None).get(secure.origin)
    assert len(secure.heard) == 1
    assert plain.heard == []


@pytest.mark.parametrize(
    "location",
    [
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "http://mastodon.example/",
        "file:///etc/passwd",
        "https://ana:pw@93.184.215.14/",
        "gopher://127.0.0.1/",
    ],
)
def test_each_step_of_a_redirect_is_checked_anew(serve, reader_to, location):
    server = serve(status=302, Location=location)
    with pytest.raises(Refused):
        reader_to(server).get(server.origin)
    assert len(server.heard) == 1


def test_three_redirects_are_followed_and_no_fourth(serve, says, reader_to):
    server = serve()
    arrive = says(body=b"there")

    def script(heard):
        step = int(heard.target.strip("/") or 0)
        return _redirect(says_to=f"/{step - 1}") if step else arrive(heard)

    server.script = script
    assert reader_to(server).get(f"{server.origin}/3").body == b"there"
    with pytest.raises(Unavailable, match="more than 3"):
        reader_to(server).get(f"{server.origin}/4")


@pytest.mark.parametrize("headers", [{}, {"Location": "https://mastodon.example:port/"}])
def test_a_redirect_to_nowhere_is_unavailable(serve, reader_to, headers):
    server = serve(status=302, **headers)
    with pytest.raises(Unavailable):
        reader_to(server).get(server.origin)


class AnyAnswer:
    """In the place of a wire: one redirect, then an empty page."""

    def __init__(self, where):
        self.answers = iter([Incoming(302, {"location": where}, b""), Incoming(200, {}, b"")])

    def exchange(self, out, deadline):
        return next(self.answers)


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40))
def test_wherever_a_redirect_points_it_is_https_or_an_error_of_reading(facts, where):
    rules = Rules(lambda: NOON, frozenset(), "ByHand", 1.0)
    session = Session(AnyAnswer(where))
    reader = BoundReader(rules, lambda _: session, Bound(facts, "https://a.example", BEARER))
    with suppress(ReadingError):
        assert reader.get("https://a.example/").url.startswith("https://")


class _redirect:  # noqa: N801 - reads as what the server says
    """An answer of a script; a plain one when the status is not a redirect."""

    def __init__(self, says_to: str = "", status: int = 302) -> None:
        self.status = status
        self.body = b""
        self.drip = 0.0
        self.headers = {"Location": says_to} if says_to else {}
