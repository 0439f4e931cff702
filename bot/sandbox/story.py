"""The world that the demo starts in: a small made-up team, and people outside who spoke to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.sandbox.box import Sandbox
from bot.sandbox.page.tour import ZONE

CHANNEL = "team-acme"
BRAND = "acme"
CROWD = ("Ada", "Bo", "Cem", "Dara", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kai", "Lou")
"""Who answers one post of ours in one afternoon; the one at ASKS asks something."""
ASKS = 4
MONDAY = 1
TAKEN = "João Lima"
"""Whose question a teammate has already."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: Slack user ids by first name, the channel, the brand's account and its token, and the
    accounts of those who have one of their own."""

    users: dict[str, str]
    channel: str
    brand: str
    token: str
    accounts: dict[str, str]


def morning(now: datetime) -> datetime:
    """The next Monday, 9:05 by the team's clock: the digest is due, and all of a week's work lies ahead."""
    start = now.astimezone(ZONE).replace(hour=9, minute=5, second=0, microsecond=0)
    while start < now or start.isoweekday() != MONDAY:
        start += timedelta(days=1)
    return start.astimezone(UTC)


def begin(box: Sandbox, at: datetime | None = None) -> Cast:
    """Set the clock, to the next Monday morning unless told, and let the story so far happen."""
    box.clock.set(at or morning(box.world_clock()))
    users = {
        "ana": box.slack.add_user("ana", "Ana Duarte", tz="Europe/Lisbon"),
        "ben": box.slack.add_user("ben", "Ben Okafor", tz="Europe/London"),
        "chidi": box.slack.add_user("chidi", "Chidi Park", tz="Europe/Berlin"),
    }
    channel = box.slack.add_channel(CHANNEL)
    network = box.network
    network.account(BRAND, "Acme")
    for handle, name in (("ana", "Ana Duarte"), ("ben", "Ben Okafor")):
        network.account(handle, name)
    _speak(box)
    return Cast(
        users=users,
        channel=channel,
        brand=BRAND,
        token=network.token(BRAND),
        accounts={"ana": "ana", "ben": "ben"},
    )


def _speak(box: Sandbox) -> None:
    now, network = box.world_clock(), box.network
    for handle, name in (
        ("mei@garden.example", "Mei Tanaka"),
        ("lars@tiny.example", "Lars Holm"),
        ("priya@garden.example", "Priya Raman"),
        ("noor@cedar.example", "Noor El-Sayed"),
        ("joao@tiny.example", "João Lima"),
        ("haru@cedar.example", "Haru Sato"),
        ("ola@harbour.example", "Ola Berg"),
        ("ines@harbour.example", "Inês Prado"),
        *((f"reader{number}@garden.example", f"{name} Reader") for number, name in enumerate(CROWD, 1)),
    ):
        network.account(handle, name)
    release = network.post(
        "acme",
        "Version 4 is out. Exports are three times faster, and tags survive them.",
        at=now - timedelta(hours=22),
    )
    network.post(
        "mei@garden.example",
        "@acme Does the export keep my tags? I lost them twice when I moved last year.",
        reply_to=release,
        at=now - timedelta(hours=17),
    )
    network.post(
        "lars@tiny.example",
        "@acme The importer stops at 10,000 rows without a word. Is there a log I could look at?",
        at=now - timedelta(hours=15),
    )
    network.post(
        "noor@cedar.example",
        "@acme تصدير الملفات لا يعمل على هاتفي منذ الأمس، هل من حل؟",
        language="ar",
        at=now - timedelta(hours=12),
    )
    network.post(
        "haru@cedar.example",
        "@acme エクスポートしたファイルが文字化けします。直し方はありますか？",  # noqa: RUF001 - as it is written there
        language="ja",
        at=now - timedelta(hours=10),
    )
    network.post(
        "ola@harbour.example",
        "@acme What is this grey box, and how do I make it go away?",
        pictures=[
            {
                "url": "https://harbour.example/box.png",
                "alt": "A window of Acme with a large grey box over the list of notebooks",
            }
        ],
        at=now - timedelta(hours=8),
    )
    network.post(
        "ines@harbour.example",
        "@acme I write about small tools for the Harbour Weekly. Could somebody answer three questions?",
        at=now - timedelta(hours=6),
    )
    poll = network.post("acme", "Should tags be shared between notebooks?", at=now - timedelta(hours=9))
    for number, _ in enumerate(CROWD, 1):
        network.post(
            f"reader{number}@garden.example",
            "@acme Yes please!" if number != ASKS else "@acme Yes, but would old tags change?",
            reply_to=poll,
            at=now - timedelta(hours=9) + timedelta(minutes=5 * number),
        )
    network.post(
        "priya@garden.example",
        "@acme That release made my Sunday. Thank you 🎉",
        reply_to=release,
        at=now - timedelta(hours=5),
    )
    network.post(
        "joao@tiny.example",
        "@acme My grandmother's recipes are in there. Can I get them back?",
        warning="a lost family archive",
        at=now - timedelta(hours=3),
    )
