"""The made-up team as By Hand knows it: teammates, handles and Sources."""

from __future__ import annotations

from bot.domain.model import Handle, Hours, Source, Teammate
from bot.simulation.network import account, home_of
from bot.simulation.team import Somebody


def slack_user(id: str) -> str:
    """Somebody's id in Slack."""
    return f"U{id.upper()}"


def teammate(who: Somebody, *, is_lead: bool) -> Teammate:
    """As they were enrolled."""
    hours = Hours(who.zone, who.starts, who.ends, who.days)
    return Teammate(who.id, slack_user(who.id), who.id.title(), hours, is_lead=is_lead, holidays=who.region)


def handle(network: str, name: str, teammate: str | None) -> Handle:
    """An account of ours, or of a teammate of ours."""
    author = account(network, name)
    return Handle(
        network,
        author.id,
        author.handle,
        teammate,
        home=home_of(network),
        proved=True,
        id=f"h-{network}-{name}",
    )


def source(network: str, kind: str, name: str) -> Source:
    """What is read for an account of ours."""
    author = account(network, name)
    return Source(
        f"s-{network}-{kind}-{name}", network, home_of(network), kind, author.handle, account=author.id
    )
