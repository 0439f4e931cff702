"""The Slack page: who I am, where I am, what stands there, and what I can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.sandbox.page.blocks import Surface
from bot.sandbox.page.markup import esc, hidden, select
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
        people = self._people()
        found = next((each for each in people if each.id == me), people[0])
        if where == HOME:
            return Place(found, None)
        mine = [each for each in self._workspace.channels.values() if found.id in each.members]
        mine = mine or [self._workspace.open_im(found)]
        return Place(found, next((each for each in mine if each.id == where), mine[0]))

    def side(self, place: Place) -> str:
        """Who I am, channels with their marks, and the clock."""
        me = [(user.id, user.real_name) for user in self._people()]
        who = (
            '<form method="get" action="/"><label>I am '
            f"{select('as', 'I am', me, place.me.id)}</label><button>Switch</button></form>"
        )
        unread = self._workspace.unread[place.me.id]
        mine = [each for each in self._workspace.channels.values() if place.me.id in each.members]
        items = "".join(self._link(place, each, unread[each.id]) for each in mine)
        home = f'<li><a href="{esc(Place(place.me, None).address)}">By Hand: Home</a></li>'
        return f"{who}<ul>{items}{home}</ul>{self._clock(place)}{self._elsewhere()}"

    def main(self, place: Place, notice: str) -> str:
        """The modal if one is open, then the messages or the Home."""
        said = f'<p class="notice" role="status">{esc(notice)}</p>' if notice else ""
        modal = self._modal(place)
        if place.channel is None:
            return said + modal + self._home(place)
        name = self._name(place, place.channel)
        messages = "".join(
            self._message(place, each) for each in self._slack.messages(place.channel.id, place.me.id)
        )
        return f"{said}{modal}<h2>{esc(name)}</h2>{messages}{self._box(place)}"

    def _people(self) -> list[User]:
        return [user for user in self._workspace.users.values() if not user.is_bot]

    def _name(self, place: Place, channel: Channel) -> str:
        return "By Hand: messages" if channel.im_user else f"#{channel.name}"

    def _link(self, place: Place, channel: Channel, unread: int) -> str:
        here = ' aria-current="page"' if channel is place.channel else ""
        mark = f' <span class="unread">{unread} new</span>' if unread else ""
        url = esc(Place(place.me, channel).address)
        return f'<li><a href="{url}"{here}>{esc(self._name(place, channel))}</a>{mark}</li>'

    def _clock(self, place: Place) -> str:
        local = self._slack.now().astimezone(ZoneInfo(place.me.tz))
        form = f'<form method="post" action="/act/clock">{hidden(place.fields)}'
        return (
            f"<p>It is <strong>{local:%A %H:%M}</strong> ({esc(place.me.tz)})<br>{form}"
            '<button name="by" value="hour">+1 h</button> '
            '<button name="by" value="tomorrow">Tomorrow 9:00</button></form></p>'
        )

    def _elsewhere(self) -> str:
        return f'<p><a href="{esc(self._people_url)}">The network</a>, where people write</p>'

    def _reader(self, place: Place) -> Reader:
        return Reader(self._workspace, place.me.tz, self._slack.now())

    def _surface(self, place: Place, fields: dict[str, str], state: Json) -> Surface:
        people = [(user.id, user.real_name) for user in self._people()]
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
        only = " · Only visible to you" if ephemeral else ""
        edited = " · edited" if message.get("edited") else ""
        return (
            f'<article class="{kind}"><div class="meta"><strong>{esc(author)}</strong> '
            f"{when:%a %H:%M}{edited}{only}</div>{body}</article>"
        )

    def _box(self, place: Place) -> str:
        return (
            f'<form class="compose" method="post" action="/act/say">{hidden(place.fields)}'
            "<label>Message, or a command such as /engage"
            '<input type="text" name="text" size="50" placeholder="/engage help"></label>'
            "<button>Send</button></form>"
        )

    def _home(self, place: Place) -> str:
        home = self._slack.home(place.me.id)
        opened = (
            f'<form method="post" action="/act/home">{hidden(place.fields)}'
            "<button>Open Home anew</button></form>"
        )
        if home is None:
            return f"<h2>Home</h2>{opened}<p>Nothing is published here yet.</p>"
        surface = self._surface(place, {"view_id": home["id"]}, home["state"]["values"])
        return f"<h2>Home</h2>{opened}{surface.blocks(home['blocks'])}"

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
        return (
            f'<dialog open aria-label="{esc(view["title"]["text"])}"><h3>{esc(view["title"]["text"])}</h3>'
            f'<form id="modal" method="post" action="/act/submit">{carried}</form>{inputs}{whole}{go} '
            f'<form method="post" action="/act/close">{carried}<button>Close</button></form></dialog>'
        )

    def _in_modal(self, surface: Surface, block: Json, errors: Json) -> str:
        drawn = surface.block(block)
        if block["type"] == "input":
            # The inputs stand beside forms of their own, so they name the modal's form.
            drawn = drawn.replace(' name="value.', ' form="modal" name="value.')
        error = errors.get(block["block_id"])
        return drawn + (f'<p class="error" role="alert">{esc(error)}</p>' if error else "")
