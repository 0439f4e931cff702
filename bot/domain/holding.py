"""Who has a conversation, by the presses made about it: asked, holding, given back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.model import Press, Verb

SETTLES = frozenset(
    {
        Verb.ELSEWHERE,
        Verb.ALREADY,
        Verb.AN_ANSWER,
        Verb.NOT_NEEDED,
        Verb.LET_GO,
        Verb.SPAM,
        Verb.GOOD_ENDING,
        Verb.COMMUNITY,
    }
)
TAKES = frozenset({Verb.CLAIM, Verb.YES})


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has it and since when, and who was asked by whom; it outlasts a wait.

    Where somebody has it whom a colleague chose without asking, `asked_by` says who, and nobody is asked.

    `declined` are those who said "Not me", until they say otherwise or another wait begins.
    """

    holder: str | None = None
    since: datetime | None = None
    asked: str | None = None
    asked_by: str | None = None
    asked_at: datetime | None = None
    declined: frozenset[str] = frozenset()
    nudged_by: str | None = None
    nudged_at: datetime | None = None


NOBODY = Holding()


def takes(holding: Holding, press: Press) -> bool:
    """Whether this press makes its author the holder: nobody else has it, or they were asked."""
    if press.verb == Verb.YES:
        return holding.asked == press.by
    return press.verb == Verb.CLAIM and holding.holder in (None, press.by)


def held_after(holding: Holding, press: Press) -> Holding:
    """Who has it after a press that counts."""
    declined = holding.declined
    if takes(holding, press):
        return Holding(press.by, press.at, declined=declined - {press.by})
    match press.verb:
        case Verb.ASSIGN:
            return Holding(press.to, press.at, None, press.by, press.at, declined - {press.to or ""})
        case Verb.KINDLY:
            return replace(holding, nudged_by=press.by, nudged_at=press.at)
        case Verb.ASK:
            return replace(holding, asked=press.to, asked_by=press.by, asked_at=press.at)
        case Verb.NOT_ME if press.by in (holding.asked, holding.holder):
            return replace(_given_back(holding, press.by), declined=declined | {press.by})
        case Verb.RELEASE:
            return _given_back(holding, press.by)
        case Verb.LET_GO:
            return Holding(declined=declined)
        case _:
            return holding


def _given_back(holding: Holding, by: str) -> Holding:
    """Without its holder when they give it back, or nobody is asked; else without the question."""
    if holding.asked is None:
        return Holding(declined=holding.declined)
    if by == holding.holder:
        return replace(holding, holder=None, since=None, nudged_by=None, nudged_at=None)
    return replace(holding, asked=None, asked_by=None, asked_at=None)
