"""Links from anywhere, put on the list by hand: LinkedIn, a podcast, a forum. Nothing is fetched, ever.

All that is known of such a post is its address, so nobody can look whether it was answered: a person says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.domain.connector import ConnectorFacts
from bot.domain.model import Author, Post, Visibility
from bot.reading.payload import is_web_address

FACTS = ConnectorFacts(
    name="web",
    label="the web",
    queries=(),
    ways=(),
    floor=timedelta(hours=1),
    requests=1,
    window=timedelta(hours=1),
    limits_source="none: nothing is fetched",
    sees="The address that one of us put on the list.",
    cannot_see="Who wrote it, their words, answers, and whether it is still there.",
    immutable_ids=False,
    parent_pointers=False,
    pushed=True,
)

_TRACKS = ("fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "trk")  # who passed a link on, not where it leads
_PORTS = {"http": 80, "https": 443}


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _same(link: str) -> str:
    """What is equal for two spellings of one link: without scheme, "www.", usual port and tracking."""
    parts = urlsplit(link)
    port = f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else ""
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in asked if not (key.startswith("utm_") or key in _TRACKS)]
    query = f"?{urlencode(kept)}" if kept else ""
    mark = f"#{parts.fragment}" if parts.fragment else ""  # on some sites it tells which comment is meant
    return f"{_host(link)}{port}{parts.path.rstrip('/')}{query}{mark}"


class Web:
    """The connector: keeps links as they are. It has nothing to read."""

    facts = FACTS

    def kept(self, link: str, now: datetime) -> Post:
        """A post of which only the address is known. Raises ValueError for what is no web address, or has a
        password in it."""
        if not is_web_address(link) or "@" in urlsplit(link).netloc:
            raise ValueError("this is no web address that can be opened")
        id_ = sha256(_same(link).encode("utf-8", "replace")).hexdigest()[:40]
        return Post(
            network=FACTS.name,
            id=id_,
            url=link,
            # Each link is somebody else's until a person says more: nobody is taken for known.
            author=Author(id_, "", f"Somebody at {_host(link)}"),
            text="",
            created_at=now,
            root=id_,
            visibility=Visibility.PUBLIC,
        )


CONNECTOR = Web()
