"""Steps 3 and 4: who you are, where the digest stands, and which accounts on the networks are yours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.app.desk import Desk
from bot.cli.setup.asking import Asker
from bot.cli.shown import heading, say
from bot.domain.errors import ReadingError, SendingError
from bot.domain.model import Handle, Teammate, Workspace
from bot.services.team.people import Found
from bot.services.telling.stand import Unfit

MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
INVITE = "By Hand is in no channel yet. In the channel of your team type /invite @By Hand."
UNFIT = {
    Unfit.NOT_IN: "By Hand is not in that channel any more.",
    Unfit.SHARED: "Another organisation reads that channel too, so the digest cannot stand there.",
    Unfit.ARCHIVED: "That channel is archived, so the digest cannot stand there.",
}


def myself(asker: Asker, desk: Desk) -> Teammate | None:
    """The teammate who sets this up: news about keys and places go to them. None when they leave it out."""
    heading("3 of 7 · You, and the channel of your team")
    with desk.office.store.read(desk.office.workspace) as tx:
        leads = (one for one in tx.people.teammates() if one.is_lead and one.can_be_assigned)
        lead = next(leads, None)
    if lead:
        say(f"{lead.name} leads here.")
        return lead
    while True:
        question = "Your member ID (your profile in Slack, ⋮, Copy member ID; Enter leaves it out)"
        told = asker.text("member", question)
        if not told:
            return None
        found = _teammate(desk, told)
        if isinstance(found, Teammate):
            say(f"Hello, {found.name}.")
            return desk.office.people.lead(desk.office.workspace, found.id, leads=True)
        asker.again(found)


def _teammate(desk: Desk, member: str) -> Teammate | str:
    """The teammate, or why it is none."""
    if not MEMBER.fullmatch(member):
        return "A member ID looks like U012AB3CD."
    try:
        found = desk.office.people.assignable(desk.office.workspace, member)
    except SendingError:
        return "Slack does not tell me about people just now."
    return found if isinstance(found, Teammate) else f"Slack says that {member} is no member who can answer."


def stand(asker: Asker, desk: Desk, me: Teammate | None) -> None:
    """The digest's channel, hour and zone."""
    home = _home(desk)
    if home.channel:
        say(f"The digest stands in a channel already, at {home.digest_at:%H:%M} ({home.zone}).")
        return
    while True:
        name, channel = _channel(asker, desk)
        at = _hour(asker)
        zone = me.hours.zone if me else _zone(asker)
        try:
            chosen = desk.office.stand.here(desk.office.workspace, channel, at, zone)
        except SendingError:
            asker.again("Slack does not tell me about that channel just now.")
            continue
        if isinstance(chosen, Workspace):
            say(f"The digest will stand in #{name} on working days at {at:%H:%M} ({chosen.zone}).")
            return
        asker.again(UNFIT[chosen])


def _channel(asker: Asker, desk: Desk) -> tuple[str, str]:
    """Name and id of a channel that the app is in."""
    while True:
        found = desk.channels()
        for one in found:
            if one.is_shared:
                say(f"#{one.name} is shared with another organisation, so the digest cannot stand there.")
        ours = [one for one in found if not one.is_shared]
        if ours:
            labels = [(one.name, f"#{one.name}{' (private)' if one.is_private else ''}") for one in ours]
            name = asker.choose("channel", "Where shall the digest stand?", labels)
            return name, next(one.id for one in ours if one.name == name)
        asker.again(INVITE)
        asker.text("invited", "Press Enter when it is there")


def _hour(asker: Asker) -> time:
    while True:
        hour = HOUR.fullmatch(asker.text("hour", "At what hour?", "09:00"))
        if hour:
            return time(int(hour[1]), int(hour[2]))
        asker.again("An hour looks like 09:00.")


def _zone(asker: Asker) -> str:
    while True:
        told = asker.text("zone", "In which time zone?", "UTC")
        try:
            return ZoneInfo(told).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            asker.again("A time zone looks like Europe/Lisbon.")


def accounts(asker: Asker, desk: Desk, me: Teammate | None) -> None:
    """The account that the team shares, and the person's own."""
    heading("4 of 7 · Who you are on the networks")
    workspace = desk.office.workspace
    handles = handles_of(desk)
    for handle in handles:
        whose = "one person answers from it" if handle.teammate else "the team shares it"
        say(f"{handle.name} on {handle.network}: {whose}.")
    if not any(one.teammate is None for one in handles):
        found = _account(asker, desk, "brand", "The account of your team, such as @us@mastodon.example")
        if found:
            shared = Handle(found.network, found.account.id, found.account.handle, home=found.endpoint)
            with desk.office.store.write(workspace) as tx:
                tx.people.save_handle(shared)
    if me and not any(one.teammate == me.id for one in handles):
        found = _account(asker, desk, "own", "Your own account, from which you answer")
        if found:
            desk.office.people.keep(workspace, me.id, found)


def _account(asker: Asker, desk: Desk, name: str, question: str) -> Found | None:
    """An account that a person said is the one, or None when they left it out."""
    while True:
        told = asker.text(name, f"{question} (Enter leaves it out)")
        if not told:
            return None
        try:
            found = desk.office.people.find(told)
        except (ValueError, ReadingError) as why:
            asker.again(f"{told}: {why}")
            continue
        label = desk.office.networks.connectors()[found.network].facts.label
        say(f"{found.account.name} ({found.account.handle}) on {label}: {found.account.url or ''}")
        if asker.yes(f"{name}_is_it", "Is that it?", default=True):
            return found


def handles_of(desk: Desk) -> Sequence[Handle]:
    """The accounts that are known to be ours."""
    with desk.office.store.read(desk.office.workspace) as tx:
        return tx.people.handles()


def _home(desk: Desk) -> Workspace:
    with desk.office.store.read(desk.office.workspace) as tx:
        return tx.workspace
