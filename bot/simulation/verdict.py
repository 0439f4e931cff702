"""What the figures tell against By Hand, or against the run itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BY_HAND, PLAIN, SILENT = "byhand", "plain", "silent"


def told_against(played: Mapping[str, Mapping[str, Any]], *, reminders_work: bool = True) -> list[str]:
    """One sentence for each thing that is wrong; none when all is as it must be.

    A judge that finds nothing wrong with a plain bot, or people who answer as much without reminders, would
    make By Hand's figures worth nothing: that is not asked where people are said to ignore them.
    """
    ours, plain, silent = (played.get(name) for name in (BY_HAND, PLAIN, SILENT))
    wrong = []
    if ours:
        broken = {rule: times for rule, times in ours["violations"].items() if times}
        wrong += [f"By Hand broke the rule “{rule}” {times} times." for rule, times in broken.items()]
    if plain and not any(plain["violations"].values()):
        wrong.append("The judge found nothing wrong with the plain bot, so it judges nothing.")
    if reminders_work and ours and silent and silent["answered_share"] >= ours["answered_share"]:
        wrong.append("As many are answered without any reminder as with By Hand.")
    return wrong
