"""What a face shows, as values: services fill these in, and bot/slack and bot/cli put words to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.measures import Measures
from bot.domain.model import Line, Post, Source, Teammate


class Kind(StrEnum):
    """The messages that By Hand posts; each is a ring, and its copies are edited silently."""

    DIGEST = "digest"
    QUIET = "quiet"
    QUESTION = "question"
    KINDLY = "kindly"
    NUDGE = "nudge"
    LAST_WORD = "last word"
    BLIND = "blind"
    NEWS = "news"
    PRIVATE = "private"
    RETURNED = "returned"
    OWN_DIGEST = "own digest"
    STOPPED = "stopped"
    SIGN_IN = "sign in"
    BACK = "back"
    BASELINE = "baseline"
    IS_ONE_OF_US = "is one of us"


@dataclass(frozen=True, slots=True)
class Back:
    """What somebody wrote back, unless only its place may be told, and when we had replied."""

    post: Post | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: `kind` says which, `lines` what it is about; the rest where the kind needs it.

    `live` is false for a message whose time has passed: it is shrunk to one line (a digest to its
    receipt) and has no buttons. `total` counts the conversations that wait, `lines` may be fewer, and
    `people` who waits in them, of whom one may have many. `carried` is how many of a past digest still wait,
    `settled` how many of a live one no longer do; `without_us` were settled by none of us since the former,
    `thanked` are news alone: they wrote back and ask for nothing.
    `week` are the numbers of the last seven days, once a week.
    `long_waiting` are offered to be let go, once a month.
    `told_as` says of each conversation as what it is told of, where one message tells of several kinds, and
    `backs` what was written back there. `step` of `steps` numbers the first reminder of the message.
    `rule` is that of the team's which asks in place of an `asker`.
    `brought_by` is set in the first
    message that a person ever gets. `unseen` counts, by network, the conversations that could not be looked
    at though their network was seen, and since when. `hushed` are the places that became quieter than their
    own rhythm since the digest before, with when somebody last spoke there. `days` are the days a late digest
    stands for, oldest first.
    What came back tells of `total` mentions `since` then, `answered` or waiting (`carried`); a first look of
    `total` people, `carried` of them unheard. `news` is the reply of an account that may be ours, which
    answered `total` people, and `linked_to` is whose it is. `place` is the label of the network. With a `gap`
    posts of that time are known to be missing.
    """

    kind: Kind
    lines: tuple[Line, ...] = ()
    told_as: Mapping[str, Kind] = field(default_factory=dict)
    backs: Mapping[str, Back] = field(default_factory=dict)
    live: bool = True
    to: Teammate | None = None
    as_of: datetime | None = None
    total: int = 0
    answered: int = 0
    carried: int = 0
    settled: int = 0
    people: int = 0
    thanked: int = 0
    without_us: int = 0
    long_waiting: int = 0
    about_us: int = 0
    in_the_room: int = 0
    places: int = 0
    looks: int = 0
    week: Measures | None = None
    blind: tuple[tuple[str, datetime | None], ...] = ()
    unseen: tuple[tuple[str, int, datetime], ...] = ()
    hushed: tuple[tuple[str, datetime], ...] = ()
    days: tuple[date, ...] = ()
    asker: str | None = None
    rule: str | None = None
    note: str | None = None
    brought_by: str | None = None
    first: bool = False
    step: int = 0
    steps: int = 0
    reply_as: str | None = None
    looked_for: tuple[str, ...] = ()
    why_me: str | None = None
    news: Post | None = None
    source: Source | None = None
    place: str | None = None
    since: datetime | None = None
    linked_to: str | None = None
    gap: bool = False

    def kind_of(self, line: Line) -> Kind:
        """As what that conversation is told of here."""
        return self.told_as.get(line.conversation, self.kind)

    def handle_for(self, line: Line) -> str | None:
        """The handle that the reader would reply from there: the one here is of the first line's network."""
        return self.reply_as if line.network == self.lines[0].network else None


@dataclass(frozen=True, slots=True)
class QueueScreen:
    """`/engage`: what waits on the person first, then what nobody has; `more` were left off."""

    mine: tuple[Line, ...]
    asked: tuple[Line, ...]
    unowned: tuple[Line, ...]
    more: int
    as_of: datetime
    blind: tuple[tuple[str, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class HomeScreen:
    """The Home tab of one person: what `/engage` shows, and how they are reminded; with an `own_digest` once
    a working day of all that waits for them."""

    queue: QueueScreen
    to: Teammate
    own_digest: bool = False
