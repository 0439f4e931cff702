"""Which watches a conversation came from, and by which policy a person is reminded of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.domain.choices import Chosen
from bot.domain.model import Watch
from bot.domain.nudging import Policy
from bot.domain.ports import Tx


def policies_for(tx: Tx, chosen: Chosen, conversations: Collection[str], person: str) -> Mapping[str, Policy]:
    """For each conversation the policy by which this person is reminded of it."""
    watches = watches_of(tx, conversations) if chosen.policies.watches and conversations else {}
    return {id: chosen.policies.of([one.id for one in watches.get(id, ())], person) for id in conversations}


def watches_of(tx: Tx, conversations: Collection[str]) -> Mapping[str, Collection[Watch]]:
    """For each conversation the watches that it came from."""
    watches = tx.sources.watches()
    return {
        id: [one for one in watches if set(one.sources) & set(sources)]
        for id, sources in tx.threads.came_from(conversations).items()
    }
