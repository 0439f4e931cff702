"""The list of planted faults is held to the code: each can be planted, and they break every invariant."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.planted.faults import ROOT, Fault, faults

FAULTS = faults()
AT_LEAST = 60
A_TEST = re.compile(r"^ *def (test_\w+)\(", re.MULTILINE)
AN_INVARIANT = re.compile(r"^\| (\d+) \|", re.MULTILINE)


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def reads(file: str, text: str) -> bool:
    try:
        compile(text, file, "exec", ast.PyCF_ONLY_AST)
    except SyntaxError:
        return False
    return True


def unknown_tests(fault: Fault) -> Iterator[str]:
    """The tests that it names and that are not there."""
    for one in fault.seen_by:
        file, _, name = one.partition("::")
        if not file.startswith("tests/"):
            continue
        there = set(A_TEST.findall(text_of(file))) if (ROOT / file).exists() else set()
        if not there or (name and name.partition("[")[0] not in there):
            yield one


def test_each_fault_stands_exactly_once_in_its_file() -> None:
    assert {one.name: text_of(one.file).count(one.old) for one in FAULTS} == {one.name: 1 for one in FAULTS}


def test_each_fault_changes_a_file_of_the_bot_that_python_still_reads() -> None:
    assert all(one.file.startswith("bot/") and one.new != one.old for one in FAULTS)
    changed = {one.name: reads(one.file, text_of(one.file).replace(one.old, one.new)) for one in FAULTS}
    assert [name for name, sound in changed.items() if not sound] == []


def test_the_tests_that_should_see_a_fault_are_there() -> None:
    assert {one.name: found for one in FAULTS if (found := list(unknown_tests(one)))} == {}
    assert all(any("test_" in named for named in one.seen_by) for one in FAULTS)


def test_every_invariant_is_broken_by_a_fault_and_no_other_is_named() -> None:
    told = {int(number) for number in AN_INVARIANT.findall(text_of("docs/invariants.md"))}
    assert told
    assert {number for one in FAULTS for number in one.breaks} == told


def test_there_are_many_faults_and_no_two_are_one() -> None:
    assert len(FAULTS) >= AT_LEAST
    assert len({(one.file, one.old, one.new) for one in FAULTS}) == len(FAULTS)
