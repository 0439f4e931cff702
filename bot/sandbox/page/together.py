"""One page: the team's Slack on one side, the network on the other, the clock and the tour between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.guard import holds
from bot.sandbox.network.handle import Network
from bot.sandbox.page.asked import Asked
from bot.sandbox.page.markup import esc, with_session
from bot.sandbox.page.tour import STEPS, ZONE, Tour
from bot.sandbox.slack.handle import Slack
from bot.sandbox.threads import in_thread

OFTEN = 6
"""How many kinds of reads the ledger names."""
AFTER = (
    "That was all of it. Who spoke to you, and never heard back? "
    "<code>byhand try @you@your.server</code> tells, without an account. "
    "Then <code>byhand setup</code> takes you to a digest in your own Slack."
)


class Together:
    """Draws the page and its strip, and does what the strip's buttons say."""

    def __init__(
        self, slack: Slack, network: Network, token: str, begin_again: Callable[[], None] | None = None
    ) -> None:
        self._slack = slack
        self._network = network
        self._token = token
        self._begin_again = begin_again
        self._asked = Asked(network.log_file)
        self._tour: Tour | None = None
        self._acts: dict[str, Callable[[], object]] = {
            "now": lambda: slack.clock.advance(timedelta(minutes=1)),
            "hour": lambda: slack.clock.advance(timedelta(hours=1)),
            "tomorrow": lambda: slack.clock.tomorrow_at(9, ZONE.key),
            "night": lambda: slack.clock.tomorrow_at(3, ZONE.key),
            "cut": network.cut,
            "heal": network.heal,
            "again": begin_again or (lambda: None),
        }

    def routes(self) -> list[Route]:
        """The page, its strip, and its buttons."""
        return [
            Route("/demo", self.show),
            Route("/strip", self.strip),
            Route("/do/{what}", self.do, methods=["POST"]),
        ]

    def begin(self) -> Tour:
        """The tour begins with what is there now."""
        with self._slack.changes.reading():
            self._asked.read_on()
            self._tour = Tour(self._slack, self._network, self._asked)
        return self._tour

    @property
    def writes(self) -> int:
        """How often the bot tried to write to the network."""
        self._asked.read_on()
        return self._asked.writes

    async def show(self, request: Request) -> Response:
        """The whole page; the link with the token opens it first."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        people = self._network.people_url
        frames = {
            "Content-Security-Policy": f"default-src 'self'; img-src 'self' data:; frame-src 'self' {people}"
        }
        body = PAGE.format(strip=self._strip(), people=esc(people))
        return with_session(HTMLResponse(body, headers=frames), request, self._token)

    async def strip(self, request: Request) -> Response:
        """What stands between, anew."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        return HTMLResponse(self._strip())

    async def do(self, request: Request) -> Response:
        """One button of the strip."""
        if not holds(request, self._token):
            return PlainTextResponse("open the link that the sandbox printed", 403)
        act = self._acts.get(request.path_params["what"])
        if act is None:
            return PlainTextResponse("there is no such button", 404)
        await in_thread(act)
        return RedirectResponse("/demo", status_code=303)

    def noticed(self) -> Tour:
        """How far the tour is by now."""
        tour = self._tour or self.begin()
        with self._slack.changes.reading():
            self._asked.read_on()
            tour.notice()
        return tour

    def _strip(self) -> str:
        tour = self.noticed()
        return f"{self._clock()}{_steps(tour)}{self._ledger()}{self._reset()}"

    def _clock(self) -> str:
        local = self._slack.now().astimezone(ZONE)
        cut = ("heal", "Connect the network again") if self._network.is_cut else ("cut", "Cut the network")
        buttons = (("now", "Now"), ("hour", "+1 h"), ("tomorrow", "Tomorrow 9:00"), ("night", "03:00"), cut)
        cable = '<p class="cable" role="status">The network is cut off.</p>' if self._network.is_cut else ""
        row = "".join(_button(name, text) for name, text in buttons)
        return (
            f'<section aria-label="The clock"><p class="clock"><strong>{local:%H:%M}</strong> {local:%A} '
            f'<span class="meta">{local.day} {local:%B}, in Lisbon</span></p>'
            f'<div class="row many">{row}</div>{cable}</section>'
        )

    def _ledger(self) -> str:
        asked = self._asked
        kinds = "".join(
            f"<li><span>{esc(name)}</span> <b>{count}</b></li>"
            for name, count in asked.reads.most_common(OFTEN)
        )
        more = max(len(asked.reads) - OFTEN, 0)
        rest = f'<li class="meta">and {more} more kinds</li>' if more else ""
        wrote = "nothing" if not asked.writes else f"{asked.writes} times, and was refused"
        return (
            '<section aria-label="What By Hand asked the network"><h2>What By Hand asked the network</h2>'
            f"<p>It read <strong>{asked.reads.total()}</strong> times and wrote <strong>{wrote}</strong>.</p>"
            f'<details id="reads"><summary>What it read</summary><ul class="reads">{kinds}{rest}</ul>'
            "</details></section>"
        )

    def _reset(self) -> str:
        return (
            f'<section class="end">{_button("again", "Begin again")}</section>' if self._begin_again else ""
        )


def _button(name: str, text: str) -> str:
    return f'<form method="post" action="/do/{name}" class="quiet"><button>{esc(text)}</button></form>'


def _steps(tour: Tour) -> str:
    steps = []
    for number, step in enumerate(STEPS):
        state = "done" if number < tour.done else "now" if number == tour.done else "later"
        told = f"<p>{esc(step.how)}</p>" if state == "now" else ""
        mark = {"done": "✓", "now": "→", "later": str(number + 1)}[state]
        spoken = '<span class="unseen"> (done)</span>' if state == "done" else ""
        current = ' aria-current="step"' if state == "now" else ""
        steps.append(
            f'<li class="{state}"{current}><span class="mark" aria-hidden="true">{mark}</span>'
            f"<div><strong>{esc(step.title)}</strong>{spoken}{told}</div></li>"
        )
    over = f'<p class="over" role="status">{AFTER}</p>' if tour.is_over else ""
    return (
        '<section aria-label="The tour"><h2>A tour of five minutes</h2>'
        f'<ol class="tour">{"".join(steps)}</ol>{over}</section>'
    )


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>By Hand, at home</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<script src="/strip.js" defer></script></head>
<body class="together"><header class="standin"><strong class="brand">By Hand</strong>
<span>Reminders by machine. Conversation by hand.</span>
<span class="meta">Everything here is made up and runs on this machine.</span></header>
<nav class="tabs" aria-label="Parts of the page"><a href="#slack">Slack</a>
<a href="#strip">Tour and clock</a> <a href="#network">Network</a></nav>
<main class="world">
<section class="half" id="slack" aria-label="The team's Slack"><h1>The team's Slack
<span class="meta">a stand-in, not Slack</span></h1>
<iframe name="slack" title="The team's Slack" src="/"></iframe></section>
<div class="strip" id="strip">{strip}</div>
<section class="half" id="network" aria-label="The network"><h1>The network
<span class="meta">You type here. By Hand can only read this side.</span></h1>
<iframe name="network" title="The network" src="{people}/"></iframe></section>
</main></body></html>"""
