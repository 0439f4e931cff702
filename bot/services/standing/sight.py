"""Who may see a conversation, and which networks cannot be seen at present."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from bot.domain.model import Conversation, Handle, Health, Source, Strength
from bot.domain.ports import Networks, Tx

Blind = tuple[tuple[str, datetime | None], ...]
"""Networks (or, on a screen, their labels) not seen, each since when; None is never yet."""


def owner_of(tx: Tx, conversation: Conversation, ours: Iterable[Handle]) -> str | None:
    """Whose private conversation this is: of whoever the key is that saw it, else of the addressed handle.

    A key is of the teammate whose account it reads, else of who connected it; one that was given in nobody's
    name is the lead's, who installed it. What was seen with keys of several people is nobody's.
    """
    handles = list(ours)
    seen = [tx.sources.source(one) for one in sorted(tx.threads.private_sources(conversation))]
    owners = {_owner_of_key(tx, one, handles) for one in seen if one and one.credential}
    if owners:
        return owners.pop() if len(owners) == 1 else None
    handle = next((one for one in handles if one.id == conversation.handle), None)
    if handle is None or handle.teammate:
        return handle.teammate if handle else None
    for source in tx.sources.sources():
        if (source.network, source.account) != (handle.network, handle.author_id) or not source.credential:
            continue
        secret = tx.sources.secret(source.credential)
        if secret and secret.owner:
            return secret.owner
    return _lead(tx)


def _owner_of_key(tx: Tx, source: Source, ours: Iterable[Handle]) -> str | None:
    account = (source.network, source.account)
    theirs = (one.teammate for one in ours if (one.network, one.author_id) == account and one.teammate)
    secret = tx.sources.secret(source.credential) if source.credential else None
    return next(theirs, None) or (secret.owner if secret else None) or _lead(tx)


def _lead(tx: Tx) -> str | None:
    return next((one.id for one in tx.people.teammates() if one.is_lead and one.can_be_assigned), None)


def may_see(tx: Tx, conversation: Conversation, viewer: str | None, ours: Iterable[Handle]) -> bool:
    """A private conversation is its owner's alone; `viewer` None stands for a shared message."""
    if not conversation.standing.private:
        return True
    return viewer is not None and owner_of(tx, conversation, ours) == viewer


def blind_networks(sources: Iterable[Source]) -> dict[str, datetime | None]:
    """Networks with a Source that fails now, and since when they were not seen whole."""
    blind: dict[str, datetime | None] = {}
    for source in sources:
        if source.health in (Health.WELL, Health.PAUSED):
            continue
        known = blind.get(source.network, source.last_success)
        both = [at for at in (known, source.last_success) if at is not None]
        blind[source.network] = min(both) if len(both) == 2 else None
    return blind


def unseen_talks(
    networks: Networks, conversations: Iterable[Conversation], blind: Collection[str]
) -> tuple[tuple[str, int, datetime], ...]:
    """Those that cannot be looked at though their network is seen: by its label how many, and since when."""
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for one in conversations:
        if one.unseen_since and one.network not in blind and not one.standing.private:
            found[one.network].append(one.unseen_since)
    named = zip(sorted(found), labelled(networks, ((name, None) for name in sorted(found))), strict=True)
    return tuple((label, len(found[name]), min(found[name])) for name, (label, _) in named)


def labelled(networks: Networks, blind: Iterable[tuple[str, datetime | None]]) -> Blind:
    """The same with the names that people read."""
    connectors = networks.connectors()
    return tuple(
        (connectors[name].facts.label if name in connectors else name, since) for name, since in blind
    )


def can_look(networks: Networks, network: str, ours: Iterable[Handle]) -> bool:
    """Whether a reply of any of us could be seen there: then nothing rings without a look."""
    connector = networks.connectors().get(network)
    if connector is None or connector.facts.answers == Strength.NEVER:
        return False
    return any(one.network == network and one.until is None for one in ours)


def can_see_answers(networks: Networks, network: str, ours: Iterable[Handle], person: str | None) -> bool:
    """Whether a reply of theirs, or of a shared account, could be seen there at all."""
    theirs = [one for one in ours if one.teammate in (None, person)]
    return can_look(networks, network, theirs)
