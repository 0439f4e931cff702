"""`python -m tests.planted`: plants each fault in a copy of the tree, and fails for each that stays green."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.planted.faults import ROOT, Fault, faults

TREE = (
    "bot",
    "tests",
    "deploy",
    "docs",
    "pyproject.toml",
    "README.md",
    ".env.example",
    "CHANGELOG.md",
    "Makefile",
)
AT_MOST_SECONDS = 240
RED = 1
"""What pytest ends with when a test failed; anything else is no proof that a test saw the fault."""
HUNG = -1
OPTIONS = (
    "-q",
    "-x",
    "--hypothesis-seed=1",
    *(f"-pno:{name}" for name in ("cacheprovider", "xdist", "randomly")),
)
NOT_THERE = frozenset({"BYHAND_REQUIRE", "PYTHONDONTWRITEBYTECODE"})


def main(argv: Sequence[str] | None = None) -> int:
    """Plant the faults that were asked for; 0 when each of them was seen."""
    asked = _asked(argv)
    chosen = [one for one in faults() if not asked.names or one.name in asked.names]
    if asked.sample:
        chosen = random.Random(asked.day).sample(chosen, min(asked.sample, len(chosen)))
    began = time.monotonic()
    with _trees(asked.at_once) as trees, ThreadPoolExecutor(asked.at_once) as workers:
        seen = list(workers.map(lambda fault: _try(fault, trees), chosen))
    print(f"{sum(seen)} of {len(seen)} planted faults were seen, in {time.monotonic() - began:.0f} s")
    return 0 if seen and all(seen) else 1


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    parser.add_argument("--sample", type=int, default=0, help="only so many, others on each day")
    parser.add_argument("--day", default=time.strftime("%Y-%m-%d", time.gmtime()), help="draws the sample")
    parser.add_argument("--at-once", type=int, default=2, help="copies of the tree to work in (default: 2)")
    return parser.parse_args(argv)


@contextmanager
def _trees(count: int) -> Iterator[SimpleQueue[Path]]:
    free: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="byhand-planted-") as folder:
        for number in range(count):
            tree = Path(folder, str(number))
            for name in TREE:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
                tree.mkdir(exist_ok=True)
                copy(ROOT / name, tree / name)
            free.put(tree)
        yield free


def _try(fault: Fault, trees: SimpleQueue[Path]) -> bool:
    """Plant it, run the part of the suite that should see it, and take it out again."""
    tree = trees.get()
    sound = fault.plant(tree)
    try:
        code, told = _run(tree, fault.seen_by)
    finally:
        (tree / fault.file).write_text(sound, encoding="utf-8")
        trees.put(tree)
    numbers = ", ".join(map(str, fault.breaks))
    by = next((line for line in told.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))), "")
    print(f"{'seen ' if code == RED else 'GREEN'}  {fault.name} ({numbers})  {by[:120]}", flush=True)
    if code != RED:
        print(f"       pytest ended with {code}\n{told[-1500:]}", flush=True)
    return code == RED


def _run(tree: Path, seen_by: Sequence[str]) -> tuple[int, str]:
    """How pytest ended, and what it said; one that hangs has shown nothing."""
    try:
        done = subprocess.run(
            (sys.executable, "-m", "pytest", *OPTIONS, *seen_by),
            cwd=tree,
            env=_environment(tree),
            capture_output=True,
            text=True,
            timeout=AT_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return HUNG, f"it did not end in {AT_MOST_SECONDS} s"
    return done.returncode, done.stdout


def _environment(tree: Path) -> dict[str, str]:
    """What is compiled and what was drawn stays in the folder of this run.

    Nothing is required there: a test that fails for want of a server or a browser has seen no fault.
    """
    kept = {name: value for name, value in os.environ.items() if name not in NOT_THERE}
    return {
        **kept,
        "PYTHONPATH": str(tree),
        "PYTHONPYCACHEPREFIX": str(tree.parent / "pycache"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(tree.parent / "hypothesis"),
    }


if __name__ == "__main__":
    sys.exit(main())
