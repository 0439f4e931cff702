"""`byhand setup`, from nothing to a digest in the channel, played against the stand-ins in both ways."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app.desk import open_desk
from bot.cli import main
from bot.cli.rooms import Rooms
from bot.config import settings_from
from bot.sandbox.box import Sandbox
from bot.slack.manifest import link
from tests.cli.conftest import Typed
from tests.connectors.authorizing import Issuer
from tests.connectors.standins.bluesky import NAMES, Bluesky
from tests.web.signed import SECRET

TEAM = "team-acme"
WRONG = "no member"
"""An answer that ends the command where it is asked for."""


@dataclass
class Newcomer:
    """Somebody with a Slack, an account on a network, and nothing else."""

    patch: pytest.MonkeyPatch
    box: Sandbox
    folder: Path
    ana: str
    key: str
    first: Typed | None = None
    opened: list[str] = field(default_factory=list)
    on_page: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, Callable[[str], object]] = field(default_factory=dict)

    @property
    def env_file(self) -> Path:
        return self.folder / "my.env"

    @property
    def account(self) -> str:
        return f"@acme@{self.box.network.bot_url.removeprefix('http://')}"

    def answers(self, **more: Any) -> dict[str, Any]:
        """What is needed, by socket; the rest is usual."""
        usual = {
            "bot_token": self.box.slack.bot_token,
            "app_token": self.box.slack.app_token,
            "member": self.ana,
            "brand": self.account,
            "own": self.account.replace("acme", "ana"),
            "query": self.account,
            "account": self.account,
            "key": self.key,
            "post": True,
        }
        return {name: value for name, value in (usual | more).items() if value is not None}

    def over_http(self, **more: Any) -> dict[str, Any]:
        return self.answers(
            mode="http", url="https://byhand.example.org/", app_token=None, signing_secret=SECRET, **more
        )

    def answering(self, answers: dict[str, Any]) -> Any:
        """Set up by a file of answers."""
        file = self.folder / "answers.toml"
        file.touch(0o600)
        file.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in answers.items()))
        return self._setup("--answers", str(file))

    def typing(self, *lines: str, page: bool = False) -> Any:
        """Set up at the terminal, which ends after these lines."""
        self.patch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return self._setup("--page" if page else "--terminal")

    def _setup(self, *how: str) -> Any:
        local = frozenset({self.box.network.bot_url, *self.elsewhere})
        here = partial(open_desk, loopback=local, clock=self.box.world_clock)
        rooms = replace(Rooms.real(), open_desk=here, browse=self._browse)
        return self.command("setup", *how, rooms=rooms)

    def _browse(self, url: str) -> None:
        self.opened.append(url)
        for origin, person in self.elsewhere.items():
            if url.startswith(origin):
                person(url)
                return
        data = {"bot_token": self.box.slack.bot_token, "app_token": self.box.slack.app_token, "key": self.key}

        def send() -> None:
            httpx.post(url, data=data | self.on_page, trust_env=False)

        threading.Thread(target=send, daemon=True).start()

    def command(self, *words: str, rooms: Rooms | None = None) -> Typed:
        """A command as it is typed, with what it printed and how it ended."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(("--env-file", str(self.env_file), *words), rooms)
        return Typed(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    def calls(self) -> list[str]:
        """Every method of Slack that was called."""
        lines = (json.loads(line) for line in self.box.slack.log_lines().splitlines())
        return [line["method"] for line in lines if line["kind"] == "call"]

    def digests(self) -> list[dict[str, Any]]:
        return self.box.slack.messages(TEAM)


def settle(box: Sandbox, folder: Path, patch: pytest.MonkeyPatch, *settings: str) -> Newcomer:
    """A world for a newcomer, whose file of settings says where the stand-ins are."""
    patch.setenv("COLUMNS", "300")
    for name, called in (("acme", "Acme"), ("ana", "Ana Duarte"), ("mei@garden.example", "Mei Tanaka")):
        box.network.account(name, called)
    asked = f"@acme@{box.network.domain} Does the export keep my tags?"
    box.network.post("mei@garden.example", asked, at=box.world_clock() - timedelta(hours=3))
    ana = box.slack.add_user("ana", "Ana Duarte", tz="Europe/Lisbon")
    box.slack.add_channel(TEAM)
    made = Newcomer(patch, box, folder, ana, box.network.token("acme"))
    here = (f"SLACK_API_URL={box.slack.api_url}", f"BYHAND_DATA_DIR={folder / 'data'}", "LOG_LEVEL=ERROR")
    made.env_file.write_text("\n".join(("# ours", *here, *settings, "")))
    made.env_file.chmod(0o644)
    return made


@pytest.fixture
def newcomer(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newcomer]:
    with Sandbox(tmp_path / "logs", relaxed=True) as box:
        yield settle(box, tmp_path, monkeypatch, f"DATABASE_URL={sqlite_url}")


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    """Somebody who went from nothing to a digest by socket; its tests only look."""
    folder = tmp_path_factory.mktemp("arrived")
    with pytest.MonkeyPatch.context() as patch, Sandbox(folder / "logs", relaxed=True) as box:
        made = settle(box, folder, patch)
        made.first = made.answering(made.answers(unheard=True))
        yield made


def test_by_socket_it_goes_from_nothing_to_a_digest(arrived: Newcomer) -> None:
    shown = arrived.first
    assert shown
    assert (shown.code, shown.err) == (0, "")
    (digest,) = arrived.digests()
    assert digest["text"] == "1 person is waiting for one of us"
    for said in (
        link(),
        "Checked, and kept in",
        "It may do what it needs and nothing else: channels:read, chat:write",
        "Hello, Ana Duarte.",
        f"The digest will stand in #{TEAM} on working days at 09:00 (Europe/Lisbon).",
        "Acme (@acme@",
        "The key may: read:accounts, read:notifications, read:statuses. It cannot post.",
        "1 found now, 1 of them would wait for one of us.",
        "> “Does the export keep my tags?”",
        "[Open] [I'll reply] [Assign] [⋯]",
        "In 30 days",
        "deploy/byhand.service",
    ):
        assert said in shown.out
    assert not [one for one in (arrived.key, arrived.box.slack.bot_token) if one in shown.out]


def test_slack_is_asked_no_more_than_is_needed(arrived: Newcomer) -> None:
    assert arrived.calls()[:7] == [
        "auth.test",
        "apps.connections.open",
        "users.info",
        "users.conversations",
        "conversations.info",
        "conversations.info",
        "chat.postMessage",
    ]


def test_tokens_are_kept_for_their_owner_and_other_lines_stay(arrived: Newcomer) -> None:
    kept = arrived.env_file.read_text().splitlines()
    assert kept[0] == "# ours"
    assert [line.split("=")[0] for line in kept[1:4]] == ["SLACK_API_URL", "BYHAND_DATA_DIR", "LOG_LEVEL"]
    slack = arrived.box.slack
    assert kept[4:] == [f"SLACK_BOT_TOKEN={slack.bot_token}", f"SLACK_APP_TOKEN={slack.app_token}"]
    assert stat.S_IMODE(arrived.env_file.stat().st_mode) == 0o600


def test_a_second_time_all_is_there_and_nothing_is_done_twice(arrived: Newcomer) -> None:
    before = arrived.env_file.read_text()
    again = arrived.answering({})
    assert (again.code, again.err) == (0, "")
    for said in ("The tokens are in", "stands in a channel already", "Followed already: Mastodon: @acme@"):
        assert said in again.out
    assert "A digest stands in the channel already." in again.out
    assert len(arrived.digests()) == 1
    assert arrived.env_file.read_text() == before
    watches = json.loads(arrived.command("watches", "list", "--json").out)
    assert sorted(len(one["sources"]) for one in watches) == [1, 2]
    accounts = json.loads(arrived.command("people", "list", "--json").out)
    proved = [(one["name"], [account["proved"] for account in one["accounts"]]) for one in accounts]
    assert proved == [("Ana Duarte", [False]), ("shared", [True])], "the key proves the team's account"


def test_where_whoever_led_has_left_the_one_who_sets_it_up_anew_leads(
    newcomer: Newcomer, sqlite_url: str
) -> None:
    newcomer.answering(newcomer.answers())
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE teammate SET can_be_assigned = 0")
    ben = newcomer.box.slack.add_user("ben", "Ben Okafor", tz="Europe/Lisbon")
    again = newcomer.answering({"member": ben, "own": ""})
    assert "Hello, Ben Okafor." in again.out
    told = json.loads(newcomer.command("people", "list", "--json").out)
    assert [one["name"] for one in told if one["leads"]] == ["Ana Duarte", "Ben Okafor"]


def test_the_numbers_of_the_time_before_are_kept(arrived: Newcomer) -> None:
    told = json.loads(arrived.command("stats", "--json").out)
    assert {one["before"] for one in told["measures"] if one["measure"] == "spoke to us"} == {0}
    assert told["before"] is not None


def test_over_http_it_goes_from_nothing_to_a_digest(newcomer: Newcomer) -> None:
    shown = newcomer.answering(newcomer.over_http())
    assert (shown.code, shown.err) == (0, "")
    assert len(newcomer.digests()) == 1
    assert link("https://byhand.example.org/slack/events") in shown.out
    assert "apps.connections.open" not in newcomer.calls()
    kept = newcomer.env_file.read_text()
    assert f"SLACK_SIGNING_SECRET={SECRET}\n" in kept
    assert "SLACK_APP_TOKEN" not in kept
    settings = settings_from(newcomer.env_file, slack=True)
    assert (settings.slack_signing_secret, settings.listen) == (SECRET, ("127.0.0.1", 3000))


def test_it_can_be_left_at_any_question_and_goes_on_from_there(newcomer: Newcomer) -> None:
    slack = newcomer.box.slack
    tokens = ("1", slack.bot_token, slack.app_token)
    own = newcomer.account.replace("acme", "ana")
    stations = (
        (tokens[:2], "2 of 7", "App-Level Tokens"),
        (tokens, "Checked, and kept in", "3 of 7"),
        ((newcomer.ana, "1"), "Hello, Ana Duarte.", "Where shall the digest stand?"),
        (("1", "10:30"), "on working days at 10:30", "The account of your team"),
        ((newcomer.account, "y"), "Acme (@acme@", "Your own account"),
        ((own, "y", "1", newcomer.account), "the team shares it", "How to make one"),
        (("1", newcomer.account, newcomer.key, "y"), "Following Mastodon: @acme@", "The channel would read"),
        (("n", "n"), "Then By Hand posts it at 10:30", "The next digest is due"),
    )
    for number, (lines, *seen) in enumerate(stations, start=1):
        shown = newcomer.typing(*lines)
        assert [words for words in seen if words not in shown.out] == [], f"at station {number}"
        assert shown.code == (0 if number == len(stations) else 1)
        assert ("Left here" in shown.err) is (number != len(stations))
    assert newcomer.digests() == []


@pytest.mark.connects
def test_secrets_are_asked_for_on_a_page_that_is_used_once(newcomer: Newcomer) -> None:
    account, own = newcomer.account, newcomer.account.replace("acme", "ana")
    lines = ("1", newcomer.ana, "1", "", account, "y", own, "y", "1", account, "y", "y", "n")
    shown = newcomer.typing(*lines, page=True)
    assert (shown.code, shown.err) == (0, "")
    assert len(newcomer.digests()) == 1
    assert len(newcomer.opened) == 2
    assert all(url.startswith("http://127.0.0.1:") and len(url) > 50 for url in newcomer.opened)
    with pytest.raises(httpx.ConnectError):
        httpx.get(newcomer.opened[0], trust_env=False)
    assert not [one for one in (newcomer.key, newcomer.box.slack.bot_token) if one in shown.out]


@pytest.mark.connects
def test_where_a_network_offers_it_the_first_watch_is_given_by_a_sign_in(newcomer: Newcomer) -> None:
    server = Bluesky(newcomer.box.world_clock)
    issuer = Issuer(newcomer.box.world_clock, NAMES["acme"])
    server.issuer = issuer
    with server.server.running(), issuer.server.running():
        newcomer.elsewhere |= {issuer.origin: issuer.browse, server.origin: issuer.browse}
        asked = newcomer.typing("1", newcomer.ana, "1", "", "", "", page=True)
        (number,) = re.findall(r"(\d+)\. Bluesky: Mentions", asked.out)
        account = f"{server.origin}/profile/acme.example"
        again = newcomer.typing("", "", number, account, "y", "", "y", page=True)
    assert "This is Acme" in again.out
    assert "The key may: atproto, 9 methods of app.bsky that read" in again.out
    assert f"Following Bluesky: {account}." in again.out, again.err


def test_a_token_that_slack_refuses_is_asked_for_again_and_not_kept(newcomer: Newcomer) -> None:
    wrong, slack = "xoxb-standin-wrong", newcomer.box.slack
    shown = newcomer.typing(
        "1", wrong, slack.app_token, slack.bot_token, "xapp-standin-wrong", "nonsense", "more"
    )
    assert "Slack refused SLACK_BOT_TOKEN (invalid_auth)" in shown.err
    assert "Slack refused SLACK_APP_TOKEN (invalid_auth)" in shown.err
    assert "SLACK_BOT_TOKEN is not a token that starts with xoxb-" in shown.err
    assert "standin-wrong" not in newcomer.env_file.read_text() + shown.out + shown.err
    assert newcomer.answering(newcomer.answers(bot_token=wrong)).code == 1
    assert "SLACK_BOT_TOKEN" not in newcomer.env_file.read_text()


def test_tokens_that_no_longer_work_are_asked_for_anew_only_if_one_wants(newcomer: Newcomer) -> None:
    old = "SLACK_BOT_TOKEN=xoxb-standin-old\nSLACK_APP_TOKEN=xapp-standin-old\n"
    newcomer.env_file.write_text(newcomer.env_file.read_text() + old)
    refused = newcomer.answering({})
    assert (refused.code, "Slack refused SLACK_BOT_TOKEN" in refused.err) == (1, True)
    assert old in newcomer.env_file.read_text()
    assert "Checked" in newcomer.answering(newcomer.answers(new_tokens=True, member=WRONG)).out
    assert f"SLACK_BOT_TOKEN={newcomer.box.slack.bot_token}\n" in newcomer.env_file.read_text()


def test_what_was_not_granted_and_what_is_too_much_is_told(newcomer: Newcomer) -> None:
    granted = frozenset({"chat:write", "commands", "users:read", "files:write"})
    newcomer.box.slack.workspace.granted = granted
    shown = newcomer.answering(newcomer.answers(member=WRONG))
    assert "Slack has not granted channels:read, groups:read" in shown.err
    assert "The app may do more than it needs: files:write." in shown.out


def test_a_channel_is_asked_for_until_one_fits(newcomer: Newcomer) -> None:
    slack = newcomer.box.slack
    slack.change_channel(TEAM, is_ext_shared=True)
    slack.add_channel("old", is_archived=True)
    shown = newcomer.answering(newcomer.answers())
    assert shown.code == 1
    assert f"#{TEAM} is shared with another organisation" in shown.out
    assert "old" not in shown.out.replace("older", "")
    assert "/invite @By Hand" in shown.err
    slack.add_channel("quiet", is_private=True)
    shown = newcomer.answering(newcomer.answers(channel="quiet", brand=WRONG))
    assert "The digest will stand in #quiet" in shown.out


def test_a_key_that_may_post_is_refused_and_a_person_may_choose_again(newcomer: Newcomer) -> None:
    writer = newcomer.box.network.token("acme", ("read", "write:statuses"))
    shown = newcomer.answering(newcomer.answers(key=writer))
    assert shown.code == 1
    assert "may do more than read" in shown.err
    assert "mentions" not in newcomer.command("watches", "list", "--json").out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"member": WRONG}, "A member ID looks like"),
        ({"member": "U0NOBODY"}, "no member who can answer"),
        ({"brand": "@nobody@127.0.0.1:1"}, "@nobody@127.0.0.1:1:"),
        ({"hour": "soon"}, "An hour looks like 09:00."),
        ({"channel": "nowhere"}, "none of: team-acme"),
        ({"bot_token": None}, "the answers lack bot_token"),
        ({"watch": "mastodon songs"}, "none of:"),
        ({"query": "@nobody@127.0.0.1:1"}, "cannot be followed"),
    ],
)
def test_a_wrong_answer_is_told_as_such(newcomer: Newcomer, answer: dict[str, Any], said: str) -> None:
    shown = newcomer.answering(newcomer.answers(**answer))
    assert shown.code in (1, 2)
    assert said in shown.err
    assert newcomer.digests() == []


def test_an_address_for_slack_must_be_one_that_slack_can_call(newcomer: Newcomer) -> None:
    for url in ("http://plain.example.org", "nonsense", "https://a.example/?x=1", "https://u:p@a.example"):
        shown = newcomer.answering(newcomer.over_http() | {"url": url})
        assert shown.code == 1
        assert "not an https address" in shown.err


def test_settings_that_are_wrong_are_told_before_anything_is_asked(newcomer: Newcomer) -> None:
    newcomer.env_file.write_text("LOG_LEVEL=loud\n")
    shown = newcomer.typing()
    assert shown.code == 2
    assert "LOG_LEVEL" in shown.err


@pytest.mark.parametrize("place", [("--env-file", "-"), ("--demo", "here")])
def test_it_needs_a_file_to_keep_settings_in(typed: Callable[..., Any], place: tuple[str, str]) -> None:
    shown = typed(*place, "setup")
    assert shown.code == 2
    assert "--env-file" in shown.err


def test_answers_with_secrets_must_be_for_their_owner_alone(newcomer: Newcomer) -> None:
    file = newcomer.folder / "answers.toml"
    file.write_text('key = "hush"')
    file.chmod(0o644)
    shown = newcomer._setup("--answers", str(file))
    assert shown.code == 2
    assert "chmod 600" in shown.err
    file.write_text("not toml")
    assert "cannot be read as TOML" in newcomer._setup("--answers", str(file)).err
