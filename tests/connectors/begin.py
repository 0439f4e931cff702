"""Begins a connector: writes the files that docs/howto/add-a-connector.md shows, under another name.

python -m tests.connectors.begin forum [folder]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/howto/add-a-connector.md"
SHOWN = "guestbook"
_FILE = re.compile(r"^```\w+ (\S+/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9]{0,29}")


class NotBegun(Exception):
    """Why nothing was written: a sentence that says what to do."""


def begin(name: str, root: Path = ROOT) -> list[Path]:
    """Write the new files; gives them as they stand under `root`. Raises NotBegun, and then wrote nothing."""
    if not _NAME.fullmatch(name):
        raise NotBegun("a connector's name has small letters and digits: make connector name=forum")
    files = {root / _renamed(file, name): _renamed(text, name) for file, text in shown().items()}
    there = [file for file in files if file.exists()]
    if there:
        raise NotBegun(f"{there[0].relative_to(root)} is there already: choose another name, or remove it")
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return [file.relative_to(root) for file in files]


def shown() -> dict[str, str]:
    """The files on the page, by their paths."""
    return dict(_FILE.findall(PAGE.read_text("utf-8")))


def _renamed(text: str, name: str) -> str:
    return text.replace(SHOWN, name).replace(SHOWN.title(), name.title())


def main() -> None:
    """The command."""
    try:
        made = begin(sys.argv[1] if len(sys.argv) > 1 else "", Path(*sys.argv[2:3]) if sys.argv[2:] else ROOT)
    except NotBegun as why:
        sys.exit(f"{why}.")
    said = [f"wrote {file}" for file in made]
    said.append("Each reads Guestbook for now: docs/howto/add-a-connector.md says how to go on.")
    sys.stdout.write("\n".join(said) + "\n")


if __name__ == "__main__":
    main()
