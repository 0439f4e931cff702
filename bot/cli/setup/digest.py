"""Steps 6 and 7: the first digest, looked at before it is posted, and who never heard back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from bot.app.desk import Desk
from bot.cli.setup.asking import Asker
from bot.cli.setup.team import handles_of
from bot.cli.shown import console, heading, plain, say, when
from bot.cli.tried import walk
from bot.domain.model import Health
from bot.domain.ports import Sending
from bot.services.measuring.measures import before_of
from bot.services.measuring.tried import Result, Tried
from bot.services.telling.report import plan_of

PATIENCE = timedelta(seconds=60)
CAME_OF_IT = {
    Sending.SENT: "It stands in the channel. The next one comes on the next working day.",
    Sending.UNKNOWN: "Slack's answer was lost: look into the channel. It is not posted again.",
    Sending.NOT_SENT: "Slack takes nothing just now; By Hand posts it when it runs.",
    Sending.DEAD: "Slack does not take it: byhand doctor says what to do.",
}


def first_digest(asker: Asker, desk: Desk) -> None:
    """Look at what is followed, show what the channel would read, and post it if the person wants it now."""
    heading("6 of 7 · The first digest")
    office = desk.office
    with office.store.read(office.workspace) as tx:
        home, last = tx.workspace, tx.messages.last_digest(tx.workspace.channel or "")
    if last is not None:
        say("A digest stands in the channel already.")
        return
    _look(desk)
    lines = desk.printed(office.report.preview(office.workspace))
    console().print(Panel(Text("\n").join(plain(line) for line in lines), title="The channel would read"))
    if not asker.yes("post", "Post it now?", default=False):
        say(f"Then By Hand posts it at {home.digest_at:%H:%M} ({home.zone}), with what waits then.")
        return
    sent = office.report.post_now(office.workspace)
    say(CAME_OF_IT[sent.state] if sent else "Today's was posted already.")


def _look(desk: Desk) -> None:
    """Read once what was never read."""
    office = desk.office
    with office.store.read(office.workspace) as tx:
        fresh = [one for one in tx.sources.sources() if one.last_try is None]
    for source in fresh:
        say(f"Looking at {source.network} {source.kind} ...")
        office.collect.poll(office.workspace, source.id)
    with office.store.read(office.workspace) as tx:
        ill = [one for one in tx.sources.sources() if one.health not in (Health.WELL, Health.PAUSED)]
    for source in ill:
        say(f"{source.network} {source.kind} could not be read ({source.problem}); it is tried again.")


def never_heard_back(asker: Asker, desk: Desk) -> None:
    """The private offer: who spoke to us lately and heard nothing. Told here, to this person alone."""
    heading("7 of 7 · Who never heard back")
    ours = next((one for one in handles_of(desk) if one.teammate is None), None)
    question = "Shall I look who of the last 30 days never heard back? Only you see it."
    if ours is None or not asker.yes("unheard", question, default=False):
        say("You can look at any time: byhand try @us@mastodon.example")
        return
    say("I read what everybody can read, so what counts is who wrote under your own posts.")
    place = (ours.network, asker.text("account", "Of which account?", ours.name))
    until = desk.office.clock()
    tried = Tried(desk.office.networks, lambda: until, handles_of(desk))
    _offer_to_keep(asker, desk, walk(tried.of([place], deadline=PATIENCE), [place], quiet=False), until)


def _offer_to_keep(asker: Asker, desk: Desk, results: Sequence[Result], until: datetime) -> None:
    """The numbers alone, as the time before By Hand."""
    found = [one for result in results if (one := before_of(result, until))]
    question = "Keep these numbers, without names, to show beside later ones (byhand stats)?"
    if found and asker.yes("keep", question, default=True):
        desk.office.measuring.keep(desk.office.workspace, found)


def farewell(desk: Desk, env_file: Path) -> None:
    """How to run it, and what happens then."""
    office = desk.office
    with office.store.read(office.workspace) as tx:
        due = plan_of(tx, office.clock())
    heading("Set up")
    say(f"Run it:        byhand --env-file {env_file} run   (or make run)")
    say("As a service:  deploy/byhand.service says how.")
    say("Is all well:   byhand doctor")
    if due:
        say(f"The next digest is due {when(due)}.")
    say("Then tell your teammates to open By Hand's Home in Slack, and to type /engage me @them@their.server")
