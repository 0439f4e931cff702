"""In whatever order calls come, and however often, the same people wait in the end, for the same words.

No later call takes back here that a mention speaks to us.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.app.office import LiveNetworks
from bot.domain.model import Status, Workspace
from bot.reading.door import Door
from bot.services.collecting.receiving import Receiving
from bot.store import SqlStore
from tests.conftest import HandClock
from tests.web.handing import mention

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
NUMBERS = count(1)
MOST = 5
SAID = st.fixed_dictionaries(
    {
        "by": st.sampled_from(("Mei", "Kim")),
        "under": st.integers(-1, MOST - 1),
        "to_us": st.booleans(),
        "at": st.integers(0, 50),
        "then": st.lists(st.sampled_from(("edited", "edited to us", "deleted")), max_size=3),
        "answered": st.booleans(),
    }
)
KIM = {"by": "Kim", "under": -1, "to_us": True, "at": 0, "then": [], "answered": False}
ANSWERED_WHILE_GONE = [KIM | {"then": ["deleted", "edited"], "answered": True}]
ANSWERED_BEFORE_IT_IS_TO_US = [
    KIM | {"to_us": False, "then": ["edited to us"], "answered": True},
    KIM | {"under": 0, "at": 20},
]
Call = tuple[str, dict[str, Any]]


def calls_of(said: Iterable[dict[str, Any]]) -> list[Call]:
    """What their sender calls, in the order in which it happened; once to us, a mention stays to us."""
    calls: list[Call] = []
    for number, one in enumerate(said):
        now = {"created_at": moment(one["at"]), "to_us": one["to_us"], "text": f"Number {number}?"}
        now |= {"answers": str(one["under"])} if 0 <= one["under"] < number else {}
        calls.append(("mentions", mention(number, **now) | {"author": {"name": one["by"]}}))
        for later, what in enumerate(one["then"], start=1):
            at = moment(one["at"] + 5 * later)
            if what == "deleted":
                calls.append(("mentions", calls[-1][1] | {"deleted_at": at}))
                continue
            now |= {"edited_at": at, "text": f"Number {number}.{later}?"}
            now |= {"to_us": True} if what == "edited to us" else {}
            calls.append(("mentions", mention(number, **now) | {"author": {"name": one["by"]}}))
        calls += [("answered", {"id": number})] if one["answered"] else []
    return calls


def moment(minutes: int) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat()


@dataclass
class Sender:
    """Hands over, and says again later that something was answered which is not known yet."""

    store: SqlStore
    home: Workspace
    clock: HandClock
    receiving: Receiving

    def ends(self, calls: Iterable[Call]) -> tuple[set[tuple[str, str]], dict[str, str]]:
        """Who waits with what, and the words of all that stands; from an entrance of its own."""
        self.clock.now = BEGAN + timedelta(hours=2)
        name, waiting = f"scout{next(NUMBERS)}", list(calls)
        _, source, _ = self.receiving.open(self.home.id, "inbound", "webhook", name)
        entrance = self.receiving.entrance(source.id)
        assert entrance
        while waiting:
            to, what = waiting.pop(0)
            self.clock.move(timedelta(seconds=3))
            body = json.dumps(what).encode()
            if to == "mentions":
                self.receiving.take(entrance, f"call {next(NUMBERS)}", body)
            elif self.receiving.answered(entrance, body).broken:
                waiting.append((to, what))
        with self.store.read(self.home.id) as tx:
            known = tx.threads.around("inbound", {f"{name}/{number}" for number in range(MOST)})
        open_ones = (one for one in known.conversations.values() if one.standing.status is Status.OPEN)
        waits = {id.partition("/")[2] for one in open_ones for id in one.standing.uncovered}
        posts = [placed.post for placed in known.posts.values()]
        here = {one.id.partition("/")[2]: one for one in posts if one.gone_at is None and one.text}
        return {(here[id].author.name, id) for id in waits}, {id: one.text for id, one in here.items()}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_people_wait_in_the_end(
    store: SqlStore, workspace: Workspace, clock: HandClock, request: pytest.FixtureRequest
) -> None:
    door = Door(clock, ledger=lambda *_: None)
    sender = Sender(store, workspace, clock, Receiving(store, LiveNetworks(door, store), clock))
    many = 80 if request.config.getoption("--examples") == "full" else 12

    @settings(
        max_examples=many, deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(SAID, min_size=1, max_size=MOST), st.randoms(use_true_random=False))
    @example(ANSWERED_WHILE_GONE, Random(3))
    @example(ANSWERED_BEFORE_IT_IS_TO_US, Random(13))
    def ends_the_same(said: list[dict[str, Any]], chance: Random) -> None:
        calls = calls_of(said)
        mixed = [*calls, *(one for one in calls if chance.random() < 0.3)]
        chance.shuffle(mixed)
        assert sender.ends(mixed) == sender.ends(calls), mixed

    ends_the_same()
    door.close()
