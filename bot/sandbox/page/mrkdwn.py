"""Slack's text as HTML: control sequences, dates in the reader's zone, simple marks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.page.markup import anchor, esc
from bot.sandbox.slack.state import Workspace, at
from bot.sandbox.slack.text import SEQUENCE

_DATE = re.compile(r"!date\^(\d+)\^([^|^]*)(?:\^([^|]*))?(?:\|(.*))?$", re.DOTALL)
_MARKS = (
    (re.compile(r"`([^`\n]+)`"), r"<code>\1</code>"),
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), r"<s>\1</s>"),
)
_QUOTE = re.compile(r"(?m)^&gt; ?(.*)$")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: their zone, and whom and what they know by name."""

    workspace: Workspace
    tz: str
    now: datetime

    def html(self, text: str) -> str:
        """mrkdwn as HTML."""
        parts: list[str] = []
        end = 0
        for found in SEQUENCE.finditer(text):
            parts += [_marked(text[end : found.start()]), self._sequence(found.group()[1:-1])]
            end = found.end()
        return "".join([*parts, _marked(text[end:])])

    def user(self, user_id: str) -> str:
        """Somebody by name; nobody is told."""
        known = self.workspace.users.get(user_id)
        return f'<strong class="name">@{esc(known.real_name if known else user_id)}</strong>'

    def channel(self, channel_id: str, label: str = "") -> str:
        """A channel by name."""
        known = self.workspace.channels.get(channel_id)
        return f'<strong class="name">#{esc(known.name if known else label or channel_id)}</strong>'

    def date(self, seconds: str, form: str) -> str:
        """A moment in the reader's zone, as text: `form` holds Slack's date tokens."""
        moment = at(seconds).astimezone(ZoneInfo(self.tz))
        for token, shown in self._forms(moment).items():
            form = form.replace(token, shown)
        return form

    def _sequence(self, inner: str) -> str:
        target, _, label = inner.partition("|")
        if target.startswith("@"):
            return self.user(target[1:])
        if target.startswith("#"):
            return self.channel(target[1:], label)
        if date := _DATE.match(inner):
            seconds, form, _, _ = date.groups()
            return f"<time>{esc(self.date(seconds, html.unescape(form)))}</time>"
        if target.startswith("!"):
            return f'<strong class="name">@{esc(target[1:])}</strong>'
        return anchor(html.unescape(target), html.unescape(label or target))

    def _forms(self, moment: datetime) -> dict[str, str]:
        days = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        today = self.now.astimezone(ZoneInfo(self.tz)).date()
        near = days.get((moment.date() - today) // timedelta(days=1), "")
        day = moment.day
        short, long = f"{moment:%b} {day}, {moment:%Y}", f"{moment:%A}, {moment:%B} {day}, {moment:%Y}"
        plain = f"{moment:%B} {day}, {moment:%Y}"
        return {
            "{date_num}": f"{moment:%Y-%m-%d}",
            "{date_short_pretty}": near or short,
            "{date_long_pretty}": near or long,
            "{date_pretty}": near or plain,
            "{date_short}": short,
            "{date_long}": long,
            "{date}": plain,
            "{time_secs}": f"{moment:%H:%M:%S}",
            "{time}": f"{moment:%H:%M}",
        }


def _marked(text: str) -> str:
    # What is stored is escaped already; this also makes a stray quote or bracket harmless.
    safe = html.escape(html.unescape(text), quote=False)
    for pattern, made in _MARKS:
        safe = pattern.sub(made, safe)
    safe = _QUOTE.sub(r"<blockquote>\1</blockquote>", safe).replace("</blockquote>\n", "</blockquote>")
    return safe.replace("\n", "<br>")
