"""Who of us could answer, from what is stored; the rules are in `bot.domain.routing`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.choices import Chosen
from bot.domain.ports import Tx
from bot.domain.routing import Matter, Suggestion, Team, suggest
from bot.services.standing.lines import own_posts, shown_post
from bot.services.standing.places import watches_of


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
    return Team(tx.people.teammates(), chosen.skills, tx.threads.with_whom(), chosen.rules)


def matters(tx: Tx, chosen: Chosen, conversations: Collection[str]) -> list[Matter]:
    """What the rules may know of these conversations."""
    known = tx.threads.of(conversations)
    authors = {one.author for one in known.conversations.values() if one.author}
    spoke, pointed = tx.threads.last_spoke(authors), tx.threads.pointed(authors)
    needed = chosen.owners or any(rule.watch for rule in chosen.rules)
    watches = watches_of(tx, conversations) if needed else {}
    made = []
    for id, one in known.conversations.items():
        post = shown_post(one, known)
        told = [each.post for each in own_posts(one, known) if each.post.id in one.standing.uncovered]
        here = watches.get(id, ())
        made.append(
            Matter(
                id,
                text="\n".join(each.text for each in told or ([post] if post else [])),
                language=post.language if post else None,
                spoke=spoke.get(one.author or ""),
                pointed=pointed.get(one.author or "", ()),
                owners={chosen.owners[w.id]: w.name for w in here if w.id in chosen.owners},
                declined=frozenset(one.standing.declined),
                network=one.network,
                watches=frozenset(w.id for w in here),
            )
        )
    return made
