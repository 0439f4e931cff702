"""How each Source is doing by its own rhythm, so that quiet is told from broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import Health, Source
from bot.domain.polling import silent_from
from bot.domain.ports import Networks, Tx
from bot.services.collecting.collect import query_of

Hushed = tuple[tuple[str, datetime], ...]
"""Places, each by its network's label and what is read there, with when somebody last spoke."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How one Source is doing.

    `next_look` is when it is read next, None when no such time is planned. `silent_since` is when somebody
    last spoke there, where that is longer ago than its rhythm explains though it can be read; this is so from
    `silent_from` on. `gap_at` is when posts there were last found to be missing: more had come at once than
    the network shows, or a part could not be read.
    """

    source: Source
    label: str
    next_look: datetime | None = None
    silent_since: datetime | None = None
    silent_from: datetime | None = None
    gap_at: datetime | None = None


def pulses(
    tx: Tx, networks: Networks, now: datetime, planned: Mapping[str, datetime] | None = None
) -> Sequence[Pulse]:
    """Those of all Sources; `planned` is when each is read next."""
    spoken, gaps, due = tx.sources.spoken(), tx.sources.gaps(), planned or {}
    found = []
    for source in tx.sources.sources():
        label, speaks = _named(networks, source)
        pulse = Pulse(source, label, due.get(source.id), gap_at=gaps.get(source.id))
        times = spoken.get(source.id, ()) if speaks and source.health == Health.WELL else ()
        silent = silent_from(times)
        if silent and silent <= now:
            pulse = Pulse(source, label, pulse.next_look, max(times), silent, pulse.gap_at)
        found.append(pulse)
    return found


def hushed(tx: Tx, networks: Networks, since: datetime, until: datetime) -> Hushed:
    """The places that became quieter than their own rhythm in that time: so each is told of once. Of several
    with one name all must be."""
    all_of_them = pulses(tx, networks, until)
    others = {one.label for one in all_of_them if one.silent_from is None}
    found = {
        one.label: one.silent_since
        for one in all_of_them
        if one.silent_since and one.silent_from and one.silent_from > since and one.label not in others
    }
    return tuple(sorted(found.items()))


def _named(networks: Networks, source: Source) -> tuple[str, bool]:
    """What people call a Source (never its query, which may be a secret address), and whether others speak
    there whom we ask for: our own silence is no news, and what is handed to us has no rhythm of ours."""
    connector = networks.connectors().get(source.network)
    if connector is None:
        return f"{source.network} ({source.kind})", False
    speaks = not (connector.facts.pushed or query_of(connector, source.kind).ours)
    return f"{connector.facts.label} ({source.kind})", speaks
