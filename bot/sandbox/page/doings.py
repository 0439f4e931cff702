"""What the page's forms do, and what Slack would show when the app does not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.sandbox.page.fields import MOMENT, ONE, SEVERAL
from bot.sandbox.page.markup import is_web
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.state import Refused

Form = dict[str, str]

NOTICES = {
    Outcome.NOT_ACKED: "By Hand did not answer within 3 seconds. Slack shows a warning here.",
    Outcome.NO_CONNECTION: "By Hand is not connected. Slack says: the app did not respond.",
}
SEPARATOR = "\n"
"""Between several choices of one list."""
MORNING = 9


class Doer:
    """One method for each kind of form; it may wait for an ack, so not in the event loop."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._acts: dict[str, Callable[[Form], Act | None]] = {
            "press": self._press,
            "say": self._say,
            "submit": self._submit,
            "close": lambda form: slack.close_modal(form["as"], form["view_id"]),
            "home": lambda form: slack.open_home(form["as"]),
            "clock": self._clock,
            "shortcut": lambda form: slack.shortcut(form["as"], form["callback_id"], form["at"], form["ts"]),
        }

    def do(self, what: str, form: Form) -> str:
        """The address to go back to, with a notice if something went wrong; a link's own address."""
        try:
            act = self._acts[what](form)
            notice = NOTICES.get(act.outcome, "") if act else ""
        except Refused as refused:
            notice = str(refused)
        if is_web(form.get("url", "")):
            # A link opens whatever becomes of the press, as in Slack.
            return form["url"]
        back = {"as": form["as"], "at": form["at"]}
        return f"/?{urlencode(back | ({'notice': notice} if notice else {}))}"

    def _press(self, form: Form) -> Act:
        block_id = form["block_id"]
        sent = next((first for first in (SEVERAL, MOMENT, ONE) if first in form), None)
        value = self._meant(form, sent, form[sent]) if sent else None
        if "view_id" in form:
            return self._slack.press_in_view(
                form["as"], form["view_id"], form["action_id"], value, block_id=block_id
            )
        return self._slack.press(
            form["as"], form["at"], form["ts"], form["action_id"], value, block_id=block_id
        )

    def _say(self, form: Form) -> Act | None:
        text = form["text"].strip()
        if not text.startswith("/"):
            if text:
                self._slack.say(form["as"], form["at"], text, form.get("ts", ""))
            return None
        command, _, rest = text.partition(" ")
        return self._slack.command(form["as"], form["at"], command, rest.strip())

    def _submit(self, form: Form) -> Act:
        fields = {name.partition("."): text for name, text in form.items() if "." in name}
        values = {block: self._meant(form, first, text) for (first, _, block), text in fields.items()}
        return self._slack.submit(form["as"], form["view_id"], values)

    def _meant(self, form: Form, first: str, text: str) -> Any:
        """What a field says, by how its name begins."""
        if first == SEVERAL:
            return [each for each in text.split(SEPARATOR) if each]
        if first == MOMENT and text:
            zone = ZoneInfo(self._slack.workspace.user(form["as"]).tz)
            return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())
        return text

    def _clock(self, form: Form) -> None:
        if form["by"] == "hour":
            self._slack.clock.advance(timedelta(hours=1))
        else:
            zone = self._slack.workspace.user(form["as"]).tz
            self._slack.clock.tomorrow_at(MORNING, zone)
