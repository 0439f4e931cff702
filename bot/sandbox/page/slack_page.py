"""The Slack page: who I am, where I am, what stands there, and what I can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.sandbox.page.blocks import Surface
from bot.sandbox.page.markup import esc, hidden, initials
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.state import Channel, User, at

HOME = "home"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Who looks at what; `channel` is None in the app's Home."""

    me: User
    channel: Channel | None

    @property
    def fields(self) -> dict[str, str]:
        """What every form carries to come back here."""
        return {"as": self.me.id, "at": self.channel.id if self.channel else HOME}

    @property
    def address(self) -> str:
        """The page of this place."""
        return f"/?{urlencode(self.fields)}"


class SlackPage:
    """Draws a place; call it with the lock held."""

    def __init__(self, slack: Slack, people_url: str) -> None:
        self._slack = slack
        self._workspace = slack.workspace
        self._people_url = people_url

    def place(self, me: str, where: str) -> Place:
        """The place that the query names, or the first person in their first channel."""
        people = self.people
        found = next((each for each in people if each.id == me), people[0])
        if where == HOME:
            return Place(found, None)
        mine = [each for each in self._workspace.channels.values() if found.id in each.members]
        mine = mine or [self._workspace.open_im(found)]
        return Place(found, next((each for each in mine if each.id == where), mine[0]))

    def side(self, place: Place) -> str:
        """Who I am, channels with their marks, and the clock."""
        people = "".join(self._person(place, each) for each in self.people)
        mine = [each for each in self._workspace.channels.values() if place.me.id in each.members]
        items = "".join(self._link(place, each) for each in mine)
        here = ' aria-current="page"' if place.channel is None else ""
        home = f'<li><a href="{esc(Place(place.me, None).address)}"{here}>By Hand: Home</a></li>'
        home = home if self._workspace.home_tab_enabled else ""
        return (
            f'<h2>You are</h2><ul class="people">{people}</ul><h2>Where</h2><ul>{items}{home}</ul>'
            f'<div class="alone">{self._clock(place)}{self._elsewhere()}</div>'
        )

    def main(self, place: Place, notice: str, new: int) -> str:
        """The modal if one is open, then the messages, `new` of them new, or the Home."""
        said = f'<p class="notice" role="status">{esc(notice)}</p>' if notice else ""
        modal = self._modal(place)
        if place.channel is None:
            return modal + self._home(place, said)
        messages = self._slack.messages(place.channel.id, place.me.id)
        messages.sort(key=lambda each: (each.get("thread_ts") or each["ts"], each["ts"]))
        drawn = [self._message(place, each) for each in messages]
        # Slack counts no message that one person alone sees.
        counted = [number for number, each in enumerate(messages) if not each.get("is_ephemeral")]
        if new and counted:
            drawn.insert(counted[-new:][0], '<p class="new"><span>New</span></p>')
        listed = "".join(drawn) or '<p class="meta">Nothing was said here yet.</p>'
        return f"{modal}<h1>{esc(self._name(place.channel))}</h1>{listed}{self._box(place, said)}"

    @property
    def people(self) -> list[User]:
        """Everybody who could sit before the page."""
        return [user for user in self._workspace.users.values() if not user.is_bot]

    def _name(self, channel: Channel) -> str:
        return "By Hand: messages" if channel.im_user else f"#{channel.name}"

    def _person(self, place: Place, person: User) -> str:
        number = sum(self._workspace.unread[person.id].values())
        url = esc(Place(person, self._sight(place, person)).address)
        here = ' aria-current="true"' if person is place.me else ""
        return (
            f'<li><a href="{url}"{here}>{initials(person.real_name)}{esc(person.real_name)}'
            f"{_mark(0 if person is place.me else number)}</a></li>"
        )

    def _sight(self, place: Place, person: User) -> Channel | None:
        """Where somebody else would be looking: the same channel, or their own messages of the app."""
        if place.channel is None or person.id in place.channel.members:
            return place.channel
        mine = [each for each in self._workspace.channels.values() if person.id in each.members]
        return next((each for each in mine if each.im_user), mine[0] if mine else None)

    def _link(self, place: Place, channel: Channel) -> str:
        here = ' aria-current="page"' if channel is place.channel else ""
        mark = _mark(self._workspace.unread[place.me.id][channel.id])
        url = esc(Place(place.me, channel).address)
        return f'<li><a href="{url}"{here}>{esc(self._name(channel))}{mark}</a></li>'

    def _clock(self, place: Place) -> str:
        local = self._slack.now().astimezone(ZoneInfo(place.me.tz))
        zone = place.me.tz.split("/")[-1].replace("_", " ")
        return (
            f'<h2>The clock</h2><p class="clock"><strong>{local:%A} {local.day} {local:%b}, '
            f'{local:%H:%M}</strong><br><span class="meta">in {esc(zone)}, where you are</span></p>'
            f'<form class="row" method="post" action="/act/clock">{hidden(place.fields)}'
            '<button name="by" value="hour">+1 h</button>'
            '<button name="by" value="tomorrow">Tomorrow 9:00</button></form>'
        )

    def _elsewhere(self) -> str:
        return (
            f'<h2>Outside Slack</h2><p><a href="{esc(self._people_url)}" target="_blank" rel="noopener">'
            'The network <span aria-hidden="true">↗</span></a><br>'
            '<span class="meta">where people write, and where you reply by hand</span></p>'
        )

    def _reader(self, place: Place) -> Reader:
        return Reader(self._workspace, place.me.tz, self._slack.now())

    def _surface(self, place: Place, fields: dict[str, str], state: Json) -> Surface:
        people = [(user.id, user.real_name) for user in self.people]
        channels = [
            (each.id, f"#{each.name}") for each in self._workspace.channels.values() if not each.im_user
        ]
        return Surface(self._reader(place), place.fields | fields, people, channels, state)

    def _message(self, place: Place, message: Json) -> str:
        author = self._workspace.users[message["user"]].real_name
        when = at(message["ts"]).astimezone(ZoneInfo(place.me.tz))
        surface = self._surface(place, {"ts": message["ts"]}, {})
        blocks = message.get("blocks")
        body = surface.blocks(blocks) if blocks else f"<p>{surface.reader.html(message['text'])}</p>"
        ephemeral = message.get("is_ephemeral")
        kind = "ephemeral" if ephemeral else "reply" if message.get("thread_ts") else ""
        only = '<div class="meta">Only visible to you</div>' if ephemeral else ""
        edited = " · edited" if message.get("edited") else ""
        more = "" if ephemeral or message.get("thread_ts") else self._more(place, message)
        return (
            f'<article class="message {kind}">{initials(author)}<div class="body">{only}'
            f'<div class="meta"><strong>{esc(author)}</strong> {when:%a %H:%M}{edited}</div>'
            f"{body}</div>{more}</article>"
        )

    def _box(self, place: Place, said: str) -> str:
        return (
            f'<form class="compose box" method="post" action="/act/say">{said}{hidden(place.fields)}'
            f'<div class="row"><input type="text" name="text" autocomplete="off" '
            f'aria-label="Message as {esc(place.me.real_name)}" '
            f'placeholder="Message as {esc(place.me.real_name)}, or /engage help">'
            f"<button>Send</button></div>{self._hints()}</form>"
        )

    def _hints(self) -> str:
        """What the manifest says of each command."""
        commands = self._slack.app.manifest.commands
        told = (f"<code>{esc(each.command)}</code> {esc(each.usage_hint)}" for each in commands)
        return "".join(f'<p class="meta hint">{each}</p>' for each in told)

    def _more(self, place: Place, message: Json) -> str:
        """What the manifest offers on a message, and an answer below it."""
        fields = place.fields | {"ts": message["ts"]}
        offered = [each for each in self._slack.app.manifest.shortcuts if each.type == "message"]
        shortcuts = "".join(
            f'<form method="post" action="/act/shortcut">{hidden(fields | {"callback_id": each.callback_id})}'
            f"<button>{esc(each.name)}</button></form>"
            for each in offered
        )
        reply = (
            f'<form class="row" method="post" action="/act/say">{hidden(fields)}'
            '<input type="text" name="text" autocomplete="off" aria-label="Reply in thread">'
            "<button>Reply</button></form>"
        )
        return (
            f'<details class="menu thread" id="more-{esc(message["ts"])}"><summary '
            f'aria-label="More actions on this message">⋮</summary><div>{shortcuts}{reply}</div></details>'
        )

    def _home(self, place: Place, said: str) -> str:
        home = self._slack.home(place.me.id)
        opened = (
            f'<form method="post" action="/act/home">{hidden(place.fields)}'
            "<button>Open Home anew</button></form>"
        )
        if home is None:
            return f"<h1>Home</h1>{said}<p>Nothing is published here yet.</p>{opened}"
        surface = self._surface(place, {"view_id": home["id"]}, home["state"]["values"])
        return f"<h1>Home</h1>{said}{surface.blocks(home['blocks'])}{opened}"

    def _modal(self, place: Place) -> str:
        modals = self._slack.modals(place.me.id)
        if not modals:
            return ""
        view = modals[-1]
        surface = self._surface(place, {"view_id": view["id"]}, view["state"]["values"])
        inputs = "".join(self._in_modal(surface, each, view["errors"]) for each in view["blocks"])
        carried = hidden(place.fields | {"view_id": view["id"]})
        submit = (view.get("submit") or {}).get("text", "")
        go = f'<button class="primary" form="modal">{esc(submit)}</button>' if submit else ""
        whole = f'<p class="error">{esc(view["errors"][""])}</p>' if "" in view["errors"] else ""
        title = esc(view["title"]["text"])
        shut = esc((view.get("close") or {}).get("text", "Close"))
        return (
            f'<div class="shade"></div><dialog open aria-label="{title}"><h2>{title}</h2>'
            f'<form id="modal" method="post" action="/act/submit">{carried}</form>{inputs}{whole}'
            f'<div class="row end"><form method="post" action="/act/close">{carried}'
            f'<button class="shut">{shut}</button></form>{go}</div></dialog>'
        )

    def _in_modal(self, surface: Surface, block: Json, errors: Json) -> str:
        drawn = surface.block(block)
        if block["type"] == "input":
            # The inputs stand beside forms of their own, so they name the modal's form.
            drawn = drawn.replace(' name="value', ' form="modal" name="value')
        error = errors.get(block["block_id"])
        return drawn + (f'<p class="error" role="alert">{esc(error)}</p>' if error else "")


def _mark(unread: int) -> str:
    if not unread:
        return ""
    return f' <span class="unread">{unread}<span class="unseen"> new</span></span>'
