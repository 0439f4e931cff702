"""The docs say what is there, and all that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import byhand
from bot.config import NAMES
from bot.sandbox.network.people import CALLS as NETWORK_CALLS
from bot.sandbox.page.app import CALLS as PAGE_CALLS
from bot.sandbox.slack.control import CALLS

ROOT = Path(__file__).parents[2]
# What people do on the networks: calls that trouble nobody.
DOINGS = {"account", "app_token", "boost", "delete", "edit", "favourite", "follow", "post", "token", "watch"}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADRS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
GLOSSARY = ROOT / "docs/glossary.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

WORDS = (
    "Network", "Connector", "Source", "Watch", "Post", "Mention", "lane", "Conversation", "wait", "Contact",
    "Teammate", "Handle", "Assignee", "Status", "Reply", "Nudge", "ring", "Digest", "Journal", "Workspace",
)  # fmt: skip
"""The words of the design: code, docs and screens use exactly these."""


def relative(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(command: Any = None, path: str = "byhand") -> Iterator[tuple[str, Any]]:
    """Every command with what is typed to reach it."""
    command = command or get_command(byhand)
    children = getattr(command, "commands", None)
    if not children:
        yield path, command
        return
    for name, child in children.items():
        yield from commands(child, f"{path} {name}")


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_inside_the_project_resolve(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), f"{relative(page)} links to {target}"
        assert not anchor or anchor in anchors(linked), f"{relative(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    named = re.findall(r"`((?:bot|docs|tests|deploy|bench|requirements)/[\w./-]+)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == ROOT / "docs"], ids=relative)
def test_every_page_is_reached_from_the_readme_or_a_page_next_to_it(page: Path) -> None:
    others = [other for other in PAGES if other != page]
    assert any(
        page == (other.parent / name).resolve()
        for other in others
        for name in LINK.findall(other.read_text())
    )


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


def test_every_word_of_the_design_is_in_the_glossary() -> None:
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", GLOSSARY.read_text(), re.MULTILINE)
    meanings = dict(rows)
    assert [word for word in WORDS if word not in meanings] == []
    assert all(meaning.endswith(".") for word, meaning in rows if word != "word")


def test_words_that_are_not_used_name_nothing_in_the_code() -> None:
    banned = re.compile(r"(?:^|_)(tickets?|items?|records?|entity|entities|managers?|helpers?|utils?)(?:_|$)")
    # The sandbox speaks the networks' own words.
    files = [path for path in (ROOT / "bot").rglob("*.py") if ROOT / "bot/sandbox" not in path.parents]
    classes = [name for path in files for name in re.findall(r"^class (\w+)", path.read_text(), re.MULTILINE)]
    words = ["_".join(re.findall(r"[A-Z][a-z0-9]*", name)).lower() for name in classes]
    assert [name for name in (*(path.stem for path in files), *words) if banned.search(name)] == []


def test_every_setting_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == list(NAMES)


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_command_is_documented_and_has_an_example_in_its_help(path: str, command: Any) -> None:
    page = (ROOT / "docs/commands.md").read_text()
    assert f"`{path}" in page, path
    assert re.search(
        rf"Example: {path}\b|Example: byhand --\S+ \S+ {path.removeprefix('byhand ')}\b", command.help
    )
    assert all(parameter.help for parameter in command.params)


def test_every_command_in_the_docs_exists() -> None:
    known = {path for path, _ in commands()}
    groups = {path.rsplit(" ", 1)[0] for path in known}
    for page in PAGES:
        typed = re.findall(
            r"(?:^|`)(byhand (?!\[)(?:--\S+ \S+ )?[a-z].*?)(?:`|$)", page.read_text(), re.MULTILINE
        )
        for line in typed:
            words = re.sub(r"--(?:env-file|demo) \S+ ", "", line).split()
            assert {" ".join(words[:2]), " ".join(words[:3])} & (known | groups), f"{relative(page)}: {line}"


def test_every_make_target_in_the_docs_exists_and_is_listed() -> None:
    makefile = (ROOT / "Makefile").read_text()
    listed = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == listed
    for page in PAGES:
        typed = re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE)
        assert set(typed) <= listed, relative(page)
    assert {"make demo", "make test"} <= set(
        re.findall(r"^make \w+", (ROOT / "README.md").read_text(), re.MULTILINE)
    )


def test_what_is_run_before_a_change_is_taken_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert all(f"\nmake {target}\n" in script for target in ("test", "check", "test-full"))
    assert "BYHAND_REQUIRE=postgres,browser\n" in script


@pytest.mark.parametrize("page", ADRS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_headings_is_short_and_is_listed(page: Path) -> None:
    text = page.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Status", "Context", "Decision", "Consequences"]
    number, title = re.match(r"# (\d+)\. (.+)", text).groups()  # type: ignore[union-attr]
    assert int(number) == int(page.name[:4])
    assert len(text.splitlines()) <= 60
    assert f"{number}. [{title}]({page.name})" in (page.parent / "README.md").read_text()


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in ADRS] == list(range(1, len(ADRS) + 1))


def test_the_invariants_are_numbered_as_agreed() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/invariants.md").read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 18))


@pytest.mark.parametrize(("heading", "least"), [("What it enforces", 31), ("What the networks enforce", 24)])
def test_every_rule_of_the_stand_ins_has_a_source_and_a_test(heading: str, least: int) -> None:
    page = (ROOT / "docs/standin.md").read_text()
    table = page.split(f"## {heading}")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")][2:]
    assert len(rows) >= least
    for rule, source, tests in rows:
        assert rule.strip().endswith("."), rule
        assert source.strip(), rule
        assert re.fullmatch(r" (`test_\w+`(, )?)+ ", tests), rule


@pytest.mark.parametrize(
    ("heading", "calls", "peaceful"),
    [
        ("Trouble on demand", {*CALLS, *PAGE_CALLS, "clock"}, {"add_usergroup", "suggest", *PAGE_CALLS}),
        ("Trouble on the networks", set(NETWORK_CALLS), DOINGS),
    ],
)
def test_every_trouble_on_demand_is_a_control_call(heading: str, calls: set[str], peaceful: set[str]) -> None:
    page = (ROOT / "docs/standin.md").read_text()
    table = page.split(f"## {heading}")[1].split("\n## ")[0]
    named = {
        name
        for cell in re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
        for name in re.findall(r"\w+", cell)
    }
    assert named - calls == set()
    assert calls - named - peaceful == set()


@pytest.mark.parametrize("page", ["invariants", "standin"])
def test_the_tests_that_a_page_names_are_there(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / f"docs/{page}.md").read_text()))
    there = {
        name
        for file in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert named
    assert named - there == set()


def test_each_invariant_names_a_test_that_would_fail_for_it() -> None:
    told = (ROOT / "docs/invariants.md").read_text().partition("## Which tests would fail")[2]
    rows = re.findall(r"^(\d+)\. `test_\w+`", told, re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 18))
