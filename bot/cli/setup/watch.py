"""Step 5: the first watch, shown before it is saved; its key may only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.app.desk import Desk
from bot.cli.setup.asking import Asker, Person
from bot.cli.setup.team import handles_of
from bot.cli.shown import heading, say
from bot.cli.signing import Signed, sign_in
from bot.cli.watches import show, warn
from bot.domain.connector import ConnectorFacts, Query, SignsIn
from bot.domain.errors import ReadingError
from bot.domain.model import Author, Handle, Source, Teammate
from bot.services.team.people import Found
from bot.services.team.watches import Preview
from bot.web.secrets import Blank

LIST = "More of them at any time: byhand watches add --help."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to follow."""

    facts: ConnectorFacts
    offered: Query
    query: str
    server: str = ""
    key: str | None = None


def first_watch(asker: Asker, desk: Desk, me: Teammate | None) -> None:
    """Something to follow, and our own posts besides: they are how an answer is seen."""
    heading("5 of 7 · What to follow")
    office = desk.office
    watched = [
        watch.name for watch, sources in office.watches.list(office.workspace) if not _own(desk, sources)
    ]
    if watched:
        say(f"Followed already: {', '.join(watched)}. {LIST}")
    else:
        _follow_something(asker, desk, me)
    for handle in handles_of(desk):
        if handle.teammate is None and handle.home:
            account = Author(handle.author_id, handle.name, handle.name)
            office.people.keep(office.workspace, None, Found(handle.network, handle.home, account))


def _own(desk: Desk, sources: Sequence[Source]) -> bool:
    ours = {one.kind for facts in _facts(desk) for one in facts.queries if one.ours}
    return all(source.kind in ours for source in sources)


def _follow_something(asker: Asker, desk: Desk, me: Teammate | None) -> None:
    office = desk.office
    while True:
        try:
            wish = _wish(asker, desk)
            found = office.watches.test(
                office.workspace,
                wish.facts.name,
                wish.offered.kind,
                wish.query,
                endpoint=wish.server,
                secret=wish.key,
            )
        except (ReadingError, ValueError) as why:
            asker.again(f"That cannot be followed: {why}")
            continue
        warned = _preview(desk, wish, found)
        if asker.yes("follow", "Follow it from now on?", default=not warned):
            break
        if not asker.yes("another", "Choose something else?", default=False):
            return
    watch = office.watches.add(
        office.workspace,
        wish.facts.name,
        wish.offered.kind,
        wish.query,
        endpoint=wish.server,
        secret=wish.key,
        by=me.id if me else None,
    )
    say(f"Following {watch.name}. {LIST}")


def _wish(asker: Asker, desk: Desk) -> Wish:
    offers = {
        f"{facts.name} {query.kind}": (facts, query)
        for facts in _facts(desk)
        for query in facts.queries
        if not query.ours
    }
    labels = [(name, f"{facts.label}: {query.label}") for name, (facts, query) in offers.items()]
    at_home = {one.network for one in _shared(desk)}
    labels.sort(key=lambda option: (offers[option[0]][0].name not in at_home, *_first(option)))
    facts, offered = offers[asker.choose("watch", "What shall I follow first?", labels)]
    ours = next((one for one in _shared(desk) if one.network == facts.name), None)
    usual = ours.name if ours and offered.lane is None else ""
    query = asker.text("query", f"{offered.label}, such as {offered.example}", usual)
    server = ""
    if offered.lane is not None and not facts.home and "://" not in query:
        server = asker.text("server", "On which server?", ours.home or "" if ours else "")
    if not offered.needs_credential:
        return Wish(facts, offered, query, server)
    signed = _signed(asker, desk, facts, ours.name if ours else query)
    if signed:
        return Wish(facts, offered, query, signed.endpoint, signed.secret)
    return Wish(facts, offered, query, server, _key(asker, facts))


def _first(option: tuple[str, str]) -> tuple[bool, str]:
    """What is said to us by name comes first (where our account is, before anything); the rest by network."""
    return not option[0].endswith(" mentions"), option[1]


def _signed(asker: Asker, desk: Desk, facts: ConnectorFacts, account: str) -> Signed | None:
    """What a sign-in gave, where the network offers one and there is a person to do it and to want it."""
    connector = desk.office.networks.connectors()[facts.name]
    if not (isinstance(connector, SignsIn) and isinstance(asker, Person)):
        return None
    if not asker.yes("sign_in", "Sign in in the browser? Such a key only reads", default=True):
        return None
    name = asker.text("account", "As which account?", account)
    browse = asker.browse
    return sign_in(desk.office, connector, name, browse or _nowhere, paste=browse is None)


def _nowhere(_url: str) -> None:
    """No browser is here."""


def _key(asker: Asker, facts: ConnectorFacts) -> str:
    say(f"It needs a key that can only read. How to make one: docs/connectors/{facts.name}.md")
    blank = Blank("key", f"Key for {facts.label}, which may only read", facts.credential or "")
    return asker.secrets(f"A key for {facts.label}", [blank])["key"]


def _preview(desk: Desk, wish: Wish, found: Preview) -> bool:
    """What would match now, and what the key may do; whether that is hidden."""
    if found.account:
        say(f"This is {found.account.name} ({found.account.handle}).")
    if found.scopes is not None:
        say(f"The key may: {', '.join(found.scopes)}. It cannot post.")
    warned = warn(desk.office, found, wish.key)
    show(found)
    return warned


def _facts(desk: Desk) -> Iterator[ConnectorFacts]:
    """What can be read; what is handed to us is set up by `byhand watches add`."""
    every = (one.facts for one in desk.office.networks.connectors().values())
    return (facts for facts in every if not facts.pushed)


def _shared(desk: Desk) -> list[Handle]:
    return [one for one in handles_of(desk) if one.teammate is None]
