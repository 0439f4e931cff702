"""Who of us could answer, from what is stored; the rules are in `bot.domain.routing`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.choices import Chosen
from bot.domain.ports import Tx
from bot.domain.routing import Matter, Suggestion, Team, suggest
from bot.services.lines import shown_post
from bot.services.places import watches_of


def likely(
    tx: Tx, conversations: Collection[str], now: datetime, asker: str | None = None
) -> Mapping[str, tuple[Suggestion, ...]]:
    """For each conversation all who can be asked, likeliest first."""
    if not conversations:
        return {}
    chosen = tx.choices.all()
    team = team_of(tx, chosen)
    return {one.id: suggest(one, team, now, asker) for one in matters(tx, chosen, conversations)}


def team_of(tx: Tx, chosen: Chosen) -> Team:
    """Who is there, with what each can and has."""
    return Team(tx.people.teammates(), chosen.skills, tx.threads.with_whom())


def matters(tx: Tx, chosen: Chosen, conversations: Collection[str]) -> list[Matter]:
    """What the rules may know of these conversations."""
    known = tx.threads.of(conversations)
    authors = {one.author for one in known.conversations.values() if one.author}
    spoke, pointed = tx.threads.last_spoke(authors), tx.threads.pointed(authors)
    owners = owners_of(tx, chosen, conversations)
    made = []
    for id, one in known.conversations.items():
        post = shown_post(one, known)
        made.append(
            Matter(
                id,
                text=post.text if post else "",
                language=post.language if post else None,
                spoke=spoke.get(one.author or ""),
                pointed=pointed.get(one.author or "", ()),
                owners=owners.get(id, {}),
                declined=frozenset(one.standing.declined),
            )
        )
    return made


def owners_of(tx: Tx, chosen: Chosen, conversations: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """For each conversation who looks after a watch that it came from, with the watch's name."""
    if not chosen.owners:
        return {}
    return {
        id: {chosen.owners[one.id]: one.name for one in watches if one.id in chosen.owners}
        for id, watches in watches_of(tx, conversations).items()
    }
