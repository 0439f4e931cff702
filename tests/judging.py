"""Hands a finished run to the referee: exports the database, and fails with the story of each breach.

judged(box.log_dir, store, workspace, folder)              everything that the run did
judged(..., only=WITHOUT_A_NETWORK)                        where the bot read no network
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bot.cli.export import write
from bot.store import SqlStore
from tests.referee import RULES, Verdict, judge


class Breached(AssertionError):
    """A promise was broken; the text tells how."""


def judged(
    logs: Path, store: SqlStore, workspace: str, folder: Path, *, only: Collection[int] = frozenset(RULES)
) -> Verdict:
    """Judge what the logs and the database say; call it when the bot has stopped.

    Raises Breached, also when there was nothing to judge.
    """
    write(store, workspace, folder)
    verdict = judge(logs, folder, only=only)
    if verdict.breaches or not verdict.judged.total():
        raise Breached(str(verdict))
    return verdict
