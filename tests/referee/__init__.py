"""Decides from outside whether the promises were kept: python -m tests.referee FOLDER

FOLDER holds the two stand-ins' logs (`slack.jsonl`, `network.jsonl`, anywhere below it) and the lists that
`byhand export` wrote. It shares no line with the code that it judges: it reads files, and nothing else, and
has its own idea of who waits, written afresh from what was agreed. It exits 0 when all holds, 1 with the
story of each breach, 2 when there was nothing to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.referee.asked import is_look
from tests.referee.drawn import screens
from tests.referee.kept import lost, one
from tests.referee.lines import COUNTED, Breach, Verdict, read
from tests.referee.listed import forgotten, stale
from tests.referee.looked import after_the_answer
from tests.referee.pressed import acked, chained
from tests.referee.reading import cursor, reads
from tests.referee.rung import hours
from tests.referee.sent import intent_first, outcome, twice
from tests.referee.words import eyes, gone
from tests.referee.world import World

WITHOUT_A_NETWORK = frozenset({3, 4, 5, 7, 10, 11, 12, 13, 14, 17})
"""What can be judged where the bot read no network."""
Rule = Callable[[World], Iterator[Breach]]
RULES: Mapping[int, Rule] = {
    1: lost, 2: one, 3: twice, 4: intent_first, 5: outcome, 6: after_the_answer, 7: hours, 8: forgotten,
    10: stale, 11: acked, 12: chained, 13: reads, 14: eyes, 15: cursor, 16: gone, 17: screens,
}  # fmt: skip
LISTS = (
    "workspace", "teammates", "handles", "sources", "journal", "outbox", "conversations", "posts",
    "quarantine", "inbox", "looks", "ledger",
)  # fmt: skip


def judge(logs: Path, export: Path, *, only: Collection[int] = frozenset(RULES)) -> Verdict:
    """Judge one run: the folder with the stand-ins' logs, and the folder that `byhand export` wrote.

    `only` are the numbers to judge: `WITHOUT_A_NETWORK` where the bot read none.
    """
    lists = {name: read(export / f"{name}.jsonl") for name in LISTS}
    world = World(read(logs / "slack.jsonl"), read(logs / "network.jsonl"), lists)
    verdict = Verdict()
    verdict.judged.update(_counts(world))
    if any(verdict.judged[name] for name in COUNTED):
        for number in sorted(only):
            verdict.breaches += RULES[number](world)
    return verdict


def _counts(world: World) -> Mapping[str, int]:
    ids = set(world.posts)
    return {
        "posts": len(ids),
        "looks": sum(is_look(world, line, ids) for line in world.answers),
        "rings": len(world.said),
        "presses": sum(line["kind"] == "act" for line in world.slack),
        "faults": sum(line["kind"] in ("fault", "killed") for line in (*world.slack, *world.network)),
    }


def confluence(runs: Sequence[tuple[Path, Path]]) -> list[Breach]:
    """9, over several runs of one story (logs and export of each): all end with the same statuses."""
    ends = [_ends(*run) for run in runs]
    return [
        Breach(9, f"run {number} ended with {end}, and the first with {ends[0]}.")
        for number, end in enumerate(ends[1:], 2)
        if end != ends[0]
    ]


def _ends(logs: Path, export: Path) -> list[tuple[Any, ...]]:
    lists = {name: read(export / f"{name}.jsonl") for name in LISTS}
    world = World([], read(logs / "network.jsonl"), lists)
    places = {id: place for place, id in enumerate(world.posts)}
    first: dict[str, int] = {}
    for id, line in world.marks.items():
        talk = line["conversation_id"]
        if talk and line["lane"]:
            first[talk] = min(places[id], first.get(talk, places[id]))
    return sorted(
        (first[id], talk["status"], talk["wait"], talk["reason"] or "")
        for id, talk in world.talks.items()
        if id in first
    )
