"""One clock on one database: a second is refused, and a kill gives the lock back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.store.lock import AlreadyRunning, only_one

HOLDER = """
import sys
from pathlib import Path
from bot.store.lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_is_refused_and_told_what_to_do(tmp_path):
    file = tmp_path / "new" / "clock.lock"
    with (
        only_one(file),
        pytest.raises(AlreadyRunning, match=r"Stop that one first.*PostgreSQL"),
        only_one(file),
    ):
        pass
    with only_one(file):
        pass


def test_a_kill_gives_the_lock_back(tmp_path):
    file = tmp_path / "clock.lock"
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid}"), only_one(file):
            pass
        holder.kill()
        holder.wait()
    with only_one(file):
        pass
