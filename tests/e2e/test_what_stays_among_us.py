"""Secrets and private words stand where they may and nowhere else: searched in all that a run wrote."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.cli.export import write
from tests import canaries
from tests.canaries import found, words
from tests.e2e.conftest import Inside, World, at
from tests.judging import Breached, searched, secrets_of


def lines_of(file: Path, kinds: Iterable[str], folder: Path) -> Path:
    """The lines of these kinds, as a file of their own."""
    kept = [line for line in file.read_text().splitlines() if json.loads(line)["kind"] in kinds]
    part = folder / f"{'-'.join(kinds)}.jsonl"
    part.write_text("\n".join(kept))
    return part


def test_a_run_that_wrote_a_secret_or_printed_a_private_word_is_a_failed_one(
    told: World, tmp_path: Path
) -> None:
    """Each run with the bot is searched when it ends; here, by hand, with something to find."""
    lists, token = tmp_path / "searched", told.cast.token
    lists.mkdir()

    def search(exported: str) -> None:
        (lists / "journal.jsonl").write_text(exported)
        searched(told.box, told.bot.bot.office.store, lists, secrets_of(told.box))

    with pytest.raises(Breached, match=r"network token 0 in export journal\.jsonl"):
        search(b64encode(token.encode()).decode())
    search("")
    sought = dict(canaries.SOUGHT)
    assert canaries.printed(["GET /api", quote(token)]) == ["network token 0 was printed"]
    assert canaries.printed([token]) == [], "the next test begins anew"
    canaries.SOUGHT.update(sought)


def files_of(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.is_file()]


@pytest.fixture
def told(make_world: Callable[..., World], capfd: pytest.CaptureFixture[str], tmp_path: Path) -> World:
    """Mei writes openly and in private, Ben asks Ana with a note, and they talk about it in the channel."""
    world = make_world(Inside)
    slack, network = world.box.slack, world.box.network
    network.post("mei@garden.example", "@acme Does the export keep my tags?")
    network.post("mei@garden.example", f"@acme {PRIVATE}", visibility="direct")
    world.settle()
    world.move(at(0, 9, 1))
    world.press("ben", world.digest(), "assign")
    (modal,) = slack.modals("ben")
    slack.submit("ben", modal["id"], {"teammate": world.cast.users["ana"], "note": NOTE})
    world.bot.work()
    slack.say("ben", world.cast.channel, TALK, world.digest()["ts"])
    for name in ("ana", "ben", "chidi"):
        slack.command(name, world.cast.channel, "/engage")
    world.bot.work()
    with world.office() as office:
        write(office.store, office.workspace, tmp_path / "export")
    shown = capfd.readouterr()
    (tmp_path / "terminal.txt").write_text(shown.out + shown.err)
    return world


PRIVATE, NOTE, TALK = words("private"), words("note"), words("talk")


def test_secrets_stand_nowhere(told: World, tmp_path: Path) -> None:
    box = told.box
    tokens = dict(enumerate(box.network.networks.tokens))
    secrets = {
        "bot token": box.slack.bot_token,
        "app token": box.slack.app_token,
        "page token": box.token,
        **{f"network token {number}": token for number, token in tokens.items()},
        "key": told.settings.keys[0],
    }
    files = [file for file in files_of(tmp_path) if file.name != "key"]
    assert {file.suffix for file in files} >= {".jsonl", ".db", ".txt"}
    assert found(secrets, files) == []


def test_private_words_stand_in_the_database_alone(told: World, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    asked = lines_of(logs / "network.jsonl", ("request", "fault"), tmp_path)
    allowed = {"network.jsonl", "byhand.db", "byhand.db-wal"}
    files = [asked, *(file for file in files_of(tmp_path) if file.name not in allowed)]
    assert found({"private": PRIVATE}, files) == []
    assert found({"private": PRIVATE}, [logs / "network.jsonl"])


def test_a_note_reaches_the_one_who_is_asked_and_thread_talk_nobody(told: World, tmp_path: Path) -> None:
    allowed = {"slack.jsonl", "byhand.db", "byhand.db-wal"}
    files = [file for file in files_of(tmp_path) if file.name not in allowed]
    assert found({"note": NOTE, "talk": TALK}, files) == []
    assert found({"talk": TALK}, sorted(tmp_path.glob("byhand.db*"))) == []
    others = [each for each in told.box.slack.messages(told.cast.channel) if each.get("bot_id")]
    assert NOTE in told.words(told.direct("ana")[-1])
    assert not any(NOTE in told.words(each) for each in (*others, *told.direct("ben"), *told.direct("chidi")))


def test_a_private_mention_is_not_forgotten(make_world: Callable[..., World], tmp_path: Path) -> None:
    """Mei wrote to @acme in private on Monday: no digest may show it, and one of us knows of it."""
    world = make_world(Inside)
    world.box.network.post("mei@garden.example", f"@acme {PRIVATE}", visibility="direct")
    world.settle()
    world.move(at(2, 9, 30))
    told = [message for name in world.cast.users for message in world.direct(name)]
    assert sum("Mei Tanaka" in world.words(message) for message in told) == 1
    shown = [*told, *world.box.slack.messages(world.cast.channel)]
    assert not any(PRIVATE in world.words(message) for message in shown)


def test_what_its_author_took_back_stands_in_slack_no_more(make_world: Callable[..., World]) -> None:
    """Mei asks twice in one thread, and deletes the second question after the digest."""
    world = make_world(Inside)
    network = world.box.network
    asked = network.post("mei@garden.example", "@acme Does the export keep my tags?")
    again = network.post("mei@garden.example", "@acme And does it keep what Tom Abara wrote?", asked)
    world.settle()
    world.move(at(0, 9, 1))
    assert "Tom Abara" in world.words(world.digest())
    network.delete(again)
    for minute in (10, 25, 40):
        world.move(at(0, 14, minute))
    assert "Tom Abara" not in world.words(world.digest())


@pytest.mark.parametrize(
    "write_it",
    [
        str.encode,
        lambda words: quote(words).encode(),
        lambda words: json.dumps(words).encode(),
        lambda words: escape(words).encode(),
        lambda words: words.encode().hex().encode(),
        lambda words: b64encode(words.encode()),
        lambda words: b64encode(b"x" + words.encode() + b"yz"),
        lambda words: urlsafe_b64encode(b"xy" + words.encode() + b"z"),
    ],
)
def test_a_canary_is_found_however_it_is_written(tmp_path: Path, write_it: Callable[[str], bytes]) -> None:
    file = tmp_path / "some.log"
    file.write_bytes(b"before " + write_it(PRIVATE) + b" after")
    assert found({"private": PRIVATE, "note": NOTE}, [file]) == [f"private in {tmp_path.name}/some.log"]
