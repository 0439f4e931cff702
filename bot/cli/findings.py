"""What `byhand doctor` says of what was found: well, look or broken, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.app.checkup import Examination, Key, Place, Team
from bot.cli.collect import what
from bot.cli.shown import when
from bot.domain.errors import CanWrite, NeedsSignIn, Refused, Rejected
from bot.domain.model import Health, Source
from bot.slack.installation import Installed
from bot.slack.manifest import optional_scopes
from bot.store import DatabaseState, NoDatabase

LATE = timedelta(minutes=2)
"""What is due is claimed within seconds while the clock ticks."""
SKEWED = timedelta(seconds=30)
UNSIGNED = timedelta(minutes=5)
"""Beyond this Slack's signatures are refused as too old."""
LITTLE = 100 * 2**20
"""Fewer free bytes than these are told: an update copies the database beside itself."""
INSTALL = "Install the app anew from deploy/slack-manifest.yaml, on its page at api.slack.com/apps."
NEW_KEY = "Give it a new key: byhand watches key --help."
RUN = "Start it: byhand run."


class Word(StrEnum):
    """How something is."""

    WELL = "well"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    word: Word
    means: str
    do: str = ""


def well(about: str, means: str) -> Finding:
    """Nothing to do."""
    return Finding(about, Word.WELL, means)


def look(about: str, means: str, do: str = "") -> Finding:
    """Not broken, and somebody should know."""
    return Finding(about, Word.LOOK, means, do)


def broken(about: str, means: str, do: str) -> Finding:
    """It does not work like this."""
    return Finding(about, Word.BROKEN, means, do)


def findings(found: Examination) -> Iterator[Finding]:
    """Everything, from Slack inwards."""
    yield _token(found)
    if isinstance(found.slack, Installed):
        yield _scopes(found.slack.scopes, found.asked)
        yield _time(found.slack.ahead)
    yield from _connection(found)
    yield _database(found.database)
    if found.team:
        if not found.over_http:
            yield _copies(found.team)
        yield _channel(found.team)
        yield _lead(found.team)
        yield _clock(found, found.team)
        yield from (_place(place) for place in found.team.places)
        yield from (_key(key) for key in found.team.keys)
        yield from (_calendar(name) for name in found.team.blind_calendars)
        if not found.team.places:
            add = "Run byhand setup, or byhand watches add --help."
            yield look("places", "Nothing is followed yet.", add)


def _token(found: Examination) -> Finding:
    if isinstance(found.slack, Installed):
        return well("Slack", f"It knows the app in the workspace {found.slack.identity.name}.")
    if isinstance(found.slack, Rejected):
        return broken("Slack", f"It refuses SLACK_BOT_TOKEN ({found.slack.code}).", INSTALL)
    return broken("Slack", f"It was not reached ({found.slack}).", "Look at this computer's network.")


def _scopes(granted: frozenset[str] | None, asked: frozenset[str]) -> Finding:
    if granted is None:
        return look("scopes", "Slack did not say what it granted.")
    if asked - granted:
        return broken("scopes", f"Not granted: {_listed(asked - granted)}.", INSTALL)
    if granted - asked - optional_scopes():
        more = f"Granted and not needed: {_listed(granted - asked - optional_scopes())}."
        return look("scopes", more, "Nothing uses it; take it away on the app's page.")
    return well("scopes", f"Asked for and granted: {_listed(granted)}.")


def _time(ahead: timedelta) -> Finding:
    off = abs(ahead)
    if off <= SKEWED:
        return well("this computer's time", "It agrees with Slack's.")
    way = "ahead of" if ahead > timedelta() else "behind"
    means = f"It is at least {int(off.total_seconds())} seconds {way} Slack's: reminders come at wrong times."
    say = broken if off > UNSIGNED else look
    return say("this computer's time", means, "Set the clock, and keep it set by NTP.")


def _connection(found: Examination) -> Iterator[Finding]:
    if not found.over_http:
        yield _socket(found)
    if found.listen is None:
        return
    where = f"{found.listen[0]}:{found.listen[1]}"
    if found.port is None:
        yield look("port", f"No bot answers at {where}.", RUN)
        return
    ill = [name for name, word in found.port.items() if word != "well"]
    if ill:
        means = f"The bot at {where} says that this is not well: {', '.join(ill)}."
        yield broken("port", means, "Look at its log, and start it anew.")
    else:
        yield well("port", f"The bot at {where} is at work.")


def _socket(found: Examination) -> Finding:
    if found.socket is None:
        return well("Socket Mode", "The app-level token may open sockets.")
    if isinstance(found.socket, Rejected):
        make = 'Make one with connections:write on the page "Basic Information".'
        return broken("Socket Mode", f"Slack refuses SLACK_APP_TOKEN ({found.socket.code}).", make)
    return look("Socket Mode", f"Slack did not say ({found.socket}).", "Try again in a minute.")


def _copies(team: Team) -> Finding:
    if team.greeting is None:
        return look("second copies", "The bot has not connected yet, so nobody counted.", RUN)
    told, ours, at = team.greeting
    if told <= ours:
        return well("second copies", f"Slack counted no other when it connected ({when(at)}).")
    means = f"Slack counted {told} connections ({when(at)}), and {ours} can be ours: another takes presses."
    return broken("second copies", means, "Stop the other, or give it a Slack app of its own.")


def _channel(team: Team) -> Finding:
    channel, here = team.channel, "Type /engage here in the channel where the digest should stand."
    if team.home.channel is None:
        return look("channel", "The digest has none yet.", here)
    at = f"{team.home.digest_at:%H:%M} ({team.home.zone})"
    if team.home.is_direct:
        return well("channel", f"The digest goes to one person alone at {at}.")
    if isinstance(channel, Rejected):
        return broken("channel", f"Slack does not let us look at it ({channel.code}).", INSTALL)
    if isinstance(channel, Exception):
        return look("channel", f"Slack did not say ({channel}).", "Try again in a minute.")
    if channel is None or not channel.is_member:
        return broken("channel", "By Hand is not in it.", "Type /invite @By Hand in it.")
    if channel.is_archived:
        return broken("channel", f"#{channel.name} is archived.", here)
    if channel.is_shared:
        return broken("channel", f"#{channel.name} is shared with another organisation.", here)
    return well("channel", f"The digest stands in #{channel.name} at {at}.")


def _lead(team: Team) -> Finding:
    if team.leads:
        return well("lead", f"{', '.join(team.leads)} {'lead' if len(team.leads) > 1 else 'leads'} here.")
    means = "Nobody leads: what is private to an account whose key is nobody's is told to nobody."
    return look("lead", means, "Say who does: byhand people lead NAME.")


def _calendar(whose: str) -> Finding:
    means = f"The calendar of {whose or 'the team'} cannot be read; what it said before holds."
    command = f'hours "{whose}"' if whose else "holidays PLACE"
    return broken("days off", means, f"Give its address anew: byhand people {command} --calendar -")


def _database(found: DatabaseState | NoDatabase) -> Finding:
    if isinstance(found, NoDatabase):
        return broken("database", found.means, found.do)
    if found.revision is None:
        return look("database", "There is none yet.", "Run byhand setup, or byhand run.")
    if found.revision != found.wanted:
        means = f"It is at revision {found.revision}, and this version needs {found.wanted}."
        return broken("database", means, "Run byhand migrate.")
    if not found.writable:
        means = "Nothing can be written to it."
        return broken("database", means, "Look at its folder: rights, and space on the disk.")
    if found.journal and found.journal != "wal":
        means = f"Its journal mode is {found.journal}: readers and the writer wait for each other."
        return look("database", means, "Put it on a local disk; network folders cannot do WAL.")
    if found.room is not None and found.room < LITTLE:
        means = f"Only {found.room // 2**20} MB are free where it stands."
        return look("database", means, "Make room: on a full disk nobody is reminded.")
    return well("database", f"Revision {found.revision}, writable, {found.journal or found.kind}.")


def _clock(found: Examination, team: Team) -> Finding:
    if team.longest_due is None:
        return look("work", "Nothing is planned yet.", RUN)
    if found.now - team.longest_due > LATE:
        means = f"What was due {when(team.longest_due)} is not done: nobody is at work."
        return look("work", means, RUN)
    return well("work", "Nothing that is due waits.")


def _place(place: Place) -> Finding:
    source, name = place.source, f"{place.label} {what(place.source)}"
    seen = f"seen {when(source.last_success)}" if source.last_success else "never seen whole"
    match source.health:
        case Health.NEEDS_SIGN_IN:
            return broken(name, f"It refuses the key ({source.problem}); {seen}.", NEW_KEY)
        case Health.GONE:
            means = f"It is gone ({source.problem}); {seen}."
            return broken(name, means, "Look at its address: byhand watches list.")
        case Health.BACKING_OFF:
            means = f"It fails ({source.problem}) and is tried again {when(place.next_look)}; {seen}."
            return look(name, means, "If this lasts, look at the place itself.")
        case Health.PAUSED:
            return look(name, f"It is paused; {seen}.", "byhand watches resume goes on.")
        case _ if place.pushed:
            return _handed(name, source)
        case _ if source.last_success is None:
            return look(name, "It was not looked at yet.", "Start the bot, or byhand collect.")
        case _:
            after = f", next look {when(place.next_look)}" if place.next_look else ""
            return well(name, f"It was {seen}{after}.")


def _handed(name: str, source: Source) -> Finding:
    """A place that is handed to us: quiet is no fault, knocking with a wrong key may be."""
    came = f"the last call came {when(source.last_success)}" if source.last_success else "no call came yet"
    if source.problem:
        means = f"It needs a look ({source.problem}); {came}."
        return look(
            name, means, "byhand watches rotate gives a new key, byhand watches allow lists new hosts."
        )
    return well(name, f"It is open; {came}.")


def _key(key: Key) -> Finding:
    server = key.server.split("://")[-1].split("/")[0]
    name = f"key for {key.label}{f' at {server}' if server else ''}"
    if key.lost:
        means = "The key that encrypted it is lost, so it cannot be used."
        return broken(name, means, f"Put the former BYHAND_KEY back, or: {NEW_KEY}")
    if isinstance(key.trouble, CanWrite):
        return broken(name, f"It could publish: {key.trouble}.", NEW_KEY)
    if isinstance(key.trouble, NeedsSignIn):
        return broken(name, "The network refuses it.", NEW_KEY)
    if isinstance(key.trouble, Refused):
        return well(name, "It is part of an address, and can only read.")
    if key.trouble:
        return look(name, f"It could not be asked about ({type(key.trouble).__name__}).")
    if key.scopes is None:
        return look(name, key.warning or "The network does not say what it may do.")
    return well(name, f"It can only read: {', '.join(key.scopes)}.")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
