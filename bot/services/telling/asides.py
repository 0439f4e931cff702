"""What a person is told beside conversations: keys that died and work again, a first look, unknown accounts.

Each is keyed like a reminder, by what stands where a reminder has its conversation: the Source, or a hash of
the account. So each is told once, whatever happens between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.hours import next_opening, next_working_day
from bot.domain.model import Health, Lane, Post, Source, Teammate
from bot.domain.ports import Known, Message, Networks, Placed, Shown, Tx
from bot.domain.screens import Kind, Screen
from bot.domain.strangers import Stranger, find_strangers
from bot.domain.threads import QUIET, began
from bot.services.collecting.health import owner_of_source
from bot.services.standing.restand import facts_of
from bot.services.standing.sight import may_see
from bot.services.telling.rings import Ring

SIGN_IN_DAYS = (0, 1, 3)
"""A dead key is told at once, on the next working day, and on the third day; then only in the digest."""
UNTIL = ", well until "
SIGN_IN, BACK, BASELINE, ONE_OF_US = "sign in", "back", "baseline", "one of us"
CAUGHT_UP = timedelta(seconds=30)
"""A Source that was not read for so long has no page left: until then one follows the other."""
FIRST_DAY = timedelta(hours=24)
FIRST_READING = timedelta(hours=1)
"""Reading a place for the first time takes no longer, with all the threads."""
NEW_FOR = timedelta(days=5)
"""How long a first look is news, a weekend included."""


def asides(tx: Tx, networks: Networks, teammate: Teammate, now: datetime) -> Iterator[Ring]:
    """All of them that are due for this person."""
    yield from _dead_keys(tx, teammate, now)
    at = next_opening(teammate.hours, now)
    if at is None:
        return
    yield from (ring for ring in _back(tx, teammate, now, at) if not _is_used(tx, teammate, ring.shown))
    yield from _baselines(tx, networks, teammate, at)
    yield from _one_of_us(tx, teammate, at)


def _dead_keys(tx: Tx, teammate: Teammate, now: datetime) -> Iterator[Ring]:
    """A credential that its network refuses: told to whoever connected it, three times in all."""
    for source in tx.sources.sources():
        if source.health != Health.NEEDS_SIGN_IN or owner_of_source(tx, source) != teammate.id:
            continue
        since = source.last_success.isoformat() if source.last_success else "the beginning"
        told = [Shown(source.id, number, f"{SIGN_IN}{UNTIL}{since}") for number in SIGN_IN_DAYS]
        used = tx.messages.used([teammate.id], [source.id])
        first = min((used[one] for one in told if one in used), default=now)
        following = next((one for one in told if one not in used), None)
        at = _days_later(teammate, first, following.wait) if following else None
        if following and at:
            yield Ring(Kind.SIGN_IN, at, following, seen=False, source=source.id)


def _days_later(teammate: Teammate, first: datetime, days: int) -> datetime | None:
    at: datetime | None = next_opening(teammate.hours, first)
    for _ in range(days):
        at = next_working_day(teammate.hours, at) if at else None
    return at


def lately(tx: Tx, teammate: Teammate, now: datetime) -> Sequence[Message]:
    """What rang them of late, oldest first: longer than any news is news."""
    return tx.messages.rings(teammate.id, now - QUIET)


def _is_used(tx: Tx, teammate: Teammate, shown: Shown) -> bool:
    return shown in tx.messages.used([teammate.id], [shown.conversation])


def _back(tx: Tx, teammate: Teammate, now: datetime, at: datetime) -> Iterator[Ring]:
    """A credential works again: told to whoever was told that it did not, and to nobody else."""
    told = {ring.source: ring for ring in lately(tx, teammate, now) if ring.kind == Kind.SIGN_IN}
    for id, ring in told.items():
        source = tx.sources.source(id) if id else None
        if source is None or source.health != Health.WELL or not (source.last_success and ring.created_at):
            continue
        caught_up = next_opening(teammate.hours, source.last_success + CAUGHT_UP)
        if source.last_success > ring.created_at and caught_up:
            _, until, since = ring.shows[0].step.partition(UNTIL)
            yield Ring(
                Kind.BACK,
                max(at, caught_up),
                Shown(source.id, 0, BACK + until + since),
                seen=False,
                source=source.id,
            )


def _baselines(tx: Tx, networks: Networks, teammate: Teammate, at: datetime) -> Iterator[Ring]:
    """What stood there when a place was first read: told to whoever connected it, if somebody had spoken."""
    for source in tx.sources.sources():
        began_at = source.history_before
        is_new = began_at is not None and at - began_at < FIRST_DAY + NEW_FOR
        if not is_new or not _hears_us(networks, source) or owner_of_source(tx, source) != teammate.id:
            continue
        shown = Shown(source.id, 0, BASELINE)
        # Asked first: counting reads every mention of the first day.
        if _is_used(tx, teammate, shown) or not baseline(tx, source, teammate.id)[0]:
            continue
        yield Ring(Kind.BASELINE, at, shown, seen=False, source=source.id)


def _hears_us(networks: Networks, source: Source) -> bool:
    """Whether a Source reads what is said to us: mentions and replies, no words and nothing of ours."""
    connector = networks.connectors().get(source.network)
    queries = connector.facts.queries if connector else ()
    return any(one.kind == source.kind and one.lane is None and not one.ours for one in queries)


def _one_of_us(tx: Tx, teammate: Teammate, at: datetime) -> Iterator[Ring]:
    """An unknown account that answered two people who spoke to us: one lead is asked, once an account."""
    everyone = tx.people.teammates()
    leads = (one.id for one in everyone if one.is_lead and one.can_be_assigned and not one.stopped)
    if next(leads, None) != teammate.id:
        return
    for stranger in _strangers(tx, [one.id for one in everyone], at):
        shown = Shown(account_key(stranger.network, stranger.author.id), 0, ONE_OF_US)
        if not tx.threads.forgotten(stranger.network, [stranger.author.id]):
            yield Ring(
                Kind.IS_ONE_OF_US, at, shown, seen=False, post=stranger.reply.id, total=stranger.people
            )


def _strangers(tx: Tx, everyone: Sequence[str], now: datetime) -> Sequence[Stranger]:
    """Looked for where somebody still waits though others replied, and where a person told of an answer.

    Who ever spoke to us is outside, and no stranger; nor is anybody asked about who was asked about before.
    Their threads are read only when there is somebody left.
    """
    wrote = tx.threads.perhaps_answered(now - QUIET)
    outside = tx.threads.who_spoke_to_us({account for _, account in wrote})
    keys = {who: account_key(*who) for who in wrote if who not in outside}
    asked = {shown.conversation for shown in tx.messages.used(everyone, keys.values())}
    unknown = {who for who, key in keys.items() if key not in asked}
    ids = sorted({id for who in unknown for id in wrote[who]})
    if not ids:
        return ()
    known = tx.threads.of(ids)
    found = find_strangers(facts_of(known.conversations[id], known) for id in ids)
    return [one for one in found if (one.network, one.author.id) in unknown]


def account_key(network: str, account: str) -> str:
    """Stands for an account in a key that is kept for ever: its network in words, the account hashed."""
    return f"{network} {hashlib.sha256(account.encode()).hexdigest()[:32]}"


def reply_of(tx: Tx, message: Message) -> Post | None:
    """The reply of the account that a lead is asked about; None when it is no longer kept."""
    key = message.shows[0].conversation if message.shows else ""
    network = key.partition(" ")[0]
    placed = tx.threads.around(network, [message.post]).by_ref(message.post) if message.post else None
    return placed.post if placed and account_key(network, placed.post.author.id) == key else None


def baseline(tx: Tx, source: Source, viewer: str) -> tuple[int, int]:
    """How many people had spoken to us in the day before a Source was connected, as its first reading showed,
    and how many of them have not heard back."""
    since = source.history_before
    if since is None:
        return 0, 0
    known, found = _mentions(tx, source, since, viewer)
    met = {one.id: one.created_at for one in known.conversations.values() if one.created_at}
    found = [placed for placed in found if placed.conversation in met]
    first = min((met[placed.conversation or ""] for placed in found), default=since)
    spoke = [
        placed
        for placed in found
        if met[placed.conversation or ""] < first + FIRST_READING
        and began(placed.post) < min(since + FIRST_DAY, first)
    ]
    people = {placed.post.author.id for placed in spoke}
    return len(people), len({placed.post.author.id for placed in spoke if _waits(known, placed)})


def _mentions(tx: Tx, source: Source, since: datetime, viewer: str) -> tuple[Known, list[Placed]]:
    """What this Source found since then that was said to us, as far as the viewer may see it."""
    followed = tx.threads.followed(source.network, since)
    ours = tx.people.handles()
    known = tx.threads.of([one.id for one in followed if may_see(tx, one, viewer, ours)])
    found = [
        placed
        for placed in known.posts.values()
        if placed.source == source.id and placed.lane == Lane.TO_US and began(placed.post) >= since
    ]
    return known, [placed for placed in found if placed.conversation in known.conversations]


def _waits(known: Known, placed: Placed) -> bool:
    return placed.post.id in known.conversations[placed.conversation or ""].standing.uncovered


def aside_screen(tx: Tx, networks: Networks, message: Message, screen: Screen) -> Screen:
    """The screen of such a message, from the present state."""
    if message.kind == Kind.IS_ONE_OF_US:
        return _whose(tx, networks, message, screen)
    source = tx.sources.source(message.source) if message.source else None
    if source is None or not message.person:
        return screen
    screen = replace(screen, source=source, place=_label(networks, source.network))
    if message.kind == Kind.BASELINE:
        spoke, unheard = baseline(tx, source, message.person)
        return replace(screen, since=source.history_before, total=spoke, carried=unheard)
    if message.kind == Kind.BACK:
        since = _well_until(message.shows[0].step)
        known, found = _mentions(
            tx, source, since or source.history_before or datetime.min.replace(tzinfo=UTC), message.person
        )
        waiting = sum(_waits(known, placed) for placed in found)
        gap = tx.sources.gaps().get(source.id)
        return replace(
            screen,
            since=since,
            total=len(found),
            answered=len(found) - waiting,
            carried=waiting,
            gap=gap is not None and (since is None or gap >= since),
        )
    return screen


def _well_until(step: str) -> datetime | None:
    try:
        return datetime.fromisoformat(step.partition(UNTIL)[2])
    except ValueError:
        return None


def _whose(tx: Tx, networks: Networks, message: Message, screen: Screen) -> Screen:
    reply = reply_of(tx, message)
    if reply is None:
        return screen
    owners = {
        one.teammate
        for one in tx.people.handles()
        if (one.network, one.author_id) == (reply.network, reply.author.id)
    }
    owner = next((tx.people.teammate(one) for one in sorted(filter(None, owners))), None)
    return replace(
        screen,
        news=reply,
        total=message.total,
        place=_label(networks, reply.network),
        linked_to=owner.name if owner else None,
        first=False,
    )


def _label(networks: Networks, network: str) -> str:
    connector = networks.connectors().get(network)
    return connector.facts.label if connector else network
