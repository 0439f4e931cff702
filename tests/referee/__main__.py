"""Find the logs and the lists below a folder, judge them, and print the verdict."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.referee import judge
from tests.referee.lines import COUNTED


def main(folder: str) -> int:
    """Find the logs and the lists below a folder, judge them, and print the verdict."""
    place = Path(folder)
    logs = next((file.parent for file in sorted(place.rglob("slack.jsonl"))), place)
    export = next((file.parent for file in sorted(place.rglob("journal.jsonl"))), place)
    verdict = judge(logs, export)
    print(verdict)  # noqa: T201 - this is what it is for
    if not any(verdict.judged[name] for name in COUNTED):
        return 2
    return 1 if verdict.breaches else 0


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
