"""`byhand doctor`: each thing well and broken, with what to do, and nobody disturbed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.bot import open_bot
from bot.app.checkup import Examination, Key, examine
from bot.app.demo import settings_of, settle_in
from bot.cli import main
from bot.cli.findings import Finding, findings
from bot.cli.rooms import Rooms
from bot.config import Settings
from bot.domain.errors import CanWrite, NeedsSignIn, NotSent, Refused, Rejected, Unavailable
from bot.domain.model import Health
from bot.domain.ports import Channel
from bot.sandbox import story
from bot.sandbox.box import Sandbox
from bot.slack.installation import Installed
from bot.store import NoDatabase
from tests.cli.conftest import Typed
from tests.e2e.work import do_all


@dataclass
class Ward:
    """An installation that ran once, with the bot at rest now."""

    box: Sandbox
    settings: Settings
    env_file: Path

    def examined(self, **changes: Any) -> Examination:
        settings = replace(self.settings, **changes)
        loopback = frozenset({self.box.network.bot_url})
        return examine(settings, clock=self.box.world_clock, loopback=loopback)

    def doctor(self, *words: str, **changes: Any) -> Typed:
        rooms = replace(Rooms.real(), examine=lambda _settings: self.examined(**changes))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(("--env-file", str(self.env_file), "doctor", *words), rooms)
        return Typed(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("ward")
    with pytest.MonkeyPatch.context() as patch, Sandbox(folder / "logs", relaxed=True) as box:
        patch.setenv("COLUMNS", "300")
        # The real time, since Slack's answers carry it; a post from tomorrow could not be read.
        cast, settings = story.begin(box, at=box.world_clock()), settings_of(box, folder / "data")
        with open_bot(settings, clock=box.world_clock, loopback=frozenset({box.network.bot_url})) as bot:
            settle_in(bot.office, box, cast)
            bot.start(ticking=False)
            box.slack.wait_connected()
            do_all(bot)
        file = folder / "my.env"
        lines = (
            f"SLACK_API_URL={box.slack.api_url}",
            f"BYHAND_DATA_DIR={settings.data_dir}",
            f"SLACK_BOT_TOKEN={box.slack.bot_token}",
            f"SLACK_APP_TOKEN={box.slack.app_token}",
        )
        file.write_text("\n".join(lines))
        yield Ward(box, settings, file)


@pytest.fixture(scope="module")
def sound(ward: Ward) -> Examination:
    return ward.examined()


def said(found: Examination) -> dict[str, Finding]:
    return {one.what: one for one in findings(found)}


def logged(ward: Ward, kind: str) -> int:
    lines = (json.loads(line) for line in ward.box.slack.log_lines().splitlines())
    return sum(line["kind"] == kind for line in lines)


def test_all_is_well_and_no_socket_is_opened(ward: Ward) -> None:
    opened = logged(ward, "socket_opened")
    shown = ward.doctor()
    told = json.loads(ward.doctor("--json").out)
    assert (shown.code, shown.err) == (0, "")
    # The bot is at rest, so what comes due waits for it.
    assert {one["word"] for one in told if one["what"] != "work"} == {"well"}
    names = ("Slack", "scopes", "this computer's time", "Socket Mode", "database", "second copies", "channel")
    assert tuple(one["what"] for one in told[:7]) == names
    assert len(told) == 9 + 4 + 1, "four places, one key"
    assert all(one["what"] in shown.out for one in told)
    assert logged(ward, "socket_opened") == opened


def test_it_asks_slack_three_things_and_networks_only_to_read(ward: Ward) -> None:
    before = logged(ward, "call")
    ward.examined()
    assert logged(ward, "call") == before + 3
    assert "violation" not in ward.box.network.log_lines()


def test_every_finding_that_is_not_well_says_what_to_do(ward: Ward) -> None:
    shown = ward.doctor(slack_bot_token="xoxb-standin-wrong", slack_app_token="xapp-standin-wrong")
    assert shown.code == 1
    for line in ("refuses SLACK_BOT_TOKEN (invalid_auth)", "refuses SLACK_APP_TOKEN (invalid_auth)"):
        assert line in shown.out
    assert "deploy/slack-manifest.yaml" in shown.out
    assert "standin-wrong" not in shown.out


def test_a_database_that_is_not_there_is_not_made(ward: Ward, tmp_path: Path) -> None:
    found = said(ward.examined(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
    assert (found["database"].word, found["database"].means) == ("look", "There is none yet.")
    assert "channel" not in found
    assert list(tmp_path.iterdir()) == []
    lost = said(ward.examined(database_url="postgresql://bot:hush@127.0.0.1:1/byhand"))["database"]
    assert lost.word == "broken"
    assert "hush" not in lost.means


def test_a_lost_key_is_told_for_each_credential_that_it_sealed(ward: Ward, tmp_path: Path) -> None:
    other = Settings.for_demo(tmp_path).keys
    found = said(ward.examined(keys=other))
    (key,) = [one for name, one in found.items() if name.startswith("key for Mastodon at 127.0.0.1")]
    assert (key.word, "is lost" in key.means) == ("broken", True)


def test_a_channel_is_looked_at_as_it_is_now(ward: Ward) -> None:
    slack = ward.box.slack
    for change, back, means in (
        ({"is_archived": True}, {"is_archived": False}, "is archived"),
        ({"is_ext_shared": True}, {"is_ext_shared": False}, "shared with another organisation"),
        ({"bot": False}, {"bot": True}, "not in it"),
    ):
        slack.change_channel(story.CHANNEL, **change)
        channel = said(ward.examined())["channel"]
        assert (channel.word, means in channel.means) == ("broken", True)
        slack.change_channel(story.CHANNEL, **back)


def test_a_clock_that_is_wrong_is_seen_by_the_date_of_slacks_answer(ward: Ward) -> None:
    for by, word, way in ((40, "look", "ahead of"), (-4000, "broken", "behind")):
        ward.box.clock.advance(timedelta(seconds=by))
        time = said(ward.examined())["this computer's time"]
        ward.box.clock.advance(timedelta(seconds=-by))
        assert (time.word, way in time.means) == (word, True)


def test_a_key_that_may_publish_or_is_refused_is_broken(ward: Ward) -> None:
    network = ward.box.network
    network.fail("/api/v1/apps/verify_credentials", times=1, status=401)
    assert "broken" in [one.word for one in said(ward.examined()).values()]
    network.fail("/api/v1/apps/verify_credentials", times=1, status=404)
    hidden = [one for name, one in said(ward.examined()).items() if name.startswith("key for")]
    assert [(one.word, "does not show what its tokens may do" in one.means) for one in hidden] == [
        ("look", True)
    ]


SLACK: dict[str, tuple[Callable[[Examination], Examination], str, str, str]] = {
    "token": (lambda e: replace(e, slack=Rejected("invalid_auth")), "Slack", "broken", "invalid_auth"),
    "unreached": (lambda e: replace(e, slack=NotSent("no network")), "Slack", "broken", "not reached"),
    "unknown scopes": (lambda e: granted(e, None), "scopes", "look", "did not say"),
    "fewer scopes": (lambda e: granted(e, frozenset({"commands"})), "scopes", "broken", "chat:write"),
    "more scopes": (lambda e: granted(e, e.asked | {"files:write"}), "scopes", "look", "files:write"),
    "optional scope": (lambda e: granted(e, e.asked | {"dnd:read"}), "scopes", "well", "granted"),
    "app token": (
        lambda e: replace(e, socket=Rejected("invalid_auth")),
        "Socket Mode",
        "broken",
        "APP_TOKEN",
    ),
    "no answer": (lambda e: replace(e, socket=NotSent("patience")), "Socket Mode", "look", "patience"),
    "no port": (lambda e: replace(e, listen=("::", 3000)), "port", "look", "No bot answers at :::3000"),
    "port": (lambda e: replace(e, listen=("h", 1), port={"slack": "well"}), "port", "well", "at work"),
    "ill port": (
        lambda e: replace(e, listen=("h", 1), port={"slack": "well", "clock": "not well"}),
        "port",
        "broken",
        "clock",
    ),
    "no database": (
        lambda e: replace(e, database=NoDatabase("It cannot be opened.", "Look."), team=None),
        "database",
        "broken",
        "cannot",
    ),
    "old database": (lambda e: database(e, revision="0001"), "database", "broken", "revision 0001"),
    "read only": (lambda e: database(e, writable=False), "database", "broken", "Nothing can be written"),
    "journal": (lambda e: database(e, journal="delete"), "database", "look", "journal mode is delete"),
    "little room": (lambda e: database(e, room=12 * 2**20), "database", "look", "Only 12 MB are free"),
    "much room": (lambda e: database(e, room=2**40), "database", "well", "writable"),
    "not counted": (lambda e: team(e, greeting=None), "second copies", "look", "not connected yet"),
    "a copy": (lambda e: team(e, greeting=(2, 1, e.now)), "second copies", "broken", "another takes presses"),
    "no channel": (lambda e: team(e, home=replace(e.team.home, channel=None)), "channel", "look", "none yet"),
    "hidden": (lambda e: team(e, channel=Rejected("missing_scope")), "channel", "broken", "missing_scope"),
    "unsure": (lambda e: team(e, channel=NotSent("patience")), "channel", "look", "patience"),
    "gone": (lambda e: team(e, channel=None), "channel", "broken", "not in it"),
    "not in": (lambda e: team(e, channel=Channel("x", is_member=False)), "channel", "broken", "not in it"),
    "a lead": (lambda e: team(e, leads=("Ana", "Ben")), "lead", "well", "Ana, Ben lead here."),
    "no lead": (lambda e: team(e, leads=()), "lead", "look", "Nobody leads"),
    "no work": (lambda e: team(e, longest_due=None), "work", "look", "planned"),
    "in time": (lambda e: team(e, longest_due=e.now), "work", "well", "Nothing that is due waits"),
    "late": (lambda e: team(e, longest_due=e.now - timedelta(hours=1)), "work", "look", "nobody is at work"),
    "blind calendar": (lambda e: team(e, blind_calendars=("Ana",)), "days off", "broken", "calendar of Ana"),
    "no places": (lambda e: team(e, places=(), keys=()), "places", "look", "Nothing is followed"),
}


def granted(found: Examination, scopes: frozenset[str] | None) -> Examination:
    assert isinstance(found.slack, Installed)
    return replace(found, slack=replace(found.slack, scopes=scopes))


def database(found: Examination, **changes: Any) -> Examination:
    return replace(found, database=replace(found.database, **changes))  # type: ignore[type-var]


def team(found: Examination, **changes: Any) -> Examination:
    assert found.team
    return replace(found, team=replace(found.team, **changes))


@pytest.mark.parametrize("name", SLACK)
def test_each_trouble_has_its_word_its_meaning_and_what_to_do(sound: Examination, name: str) -> None:
    change, about, word, means = SLACK[name]
    one = said(change(sound))[about]
    assert (one.word, means in one.means) == (word, True), one
    assert one.do or one.word == "well" or name == "unknown scopes"


PLACES = {
    Health.WELL: "well",
    Health.BACKING_OFF: "look",
    Health.PAUSED: "look",
    Health.NEEDS_SIGN_IN: "broken",
    Health.GONE: "broken",
}


@pytest.mark.parametrize("health", Health)
def test_each_place_is_told_by_its_health_and_when_it_was_seen(sound: Examination, health: Health) -> None:
    assert sound.team
    place = sound.team.places[0]
    ill = replace(place, source=replace(place.source, health=health, problem="Unavailable"))
    told = findings(team(sound, places=(ill,), keys=()))
    (one,) = [one for one in told if one.what.startswith("Mastodon")]
    assert one.word == PLACES[health]
    assert "seen" in one.means
    assert one.do or health is Health.WELL
    assert "next look" in one.means or health is not Health.WELL


def test_a_place_that_was_never_looked_at_is_no_trouble(sound: Examination) -> None:
    assert sound.team
    place = sound.team.places[0]
    fresh = replace(place, source=replace(place.source, last_success=None))
    (one,) = [
        one for one in findings(team(sound, places=(fresh,), keys=())) if one.what.startswith("Mastodon")
    ]
    assert (one.word, one.means) == ("look", "It was not looked at yet.")


def test_a_place_that_is_handed_to_us_may_be_quiet(sound: Examination) -> None:
    assert sound.team
    place = sound.team.places[0]
    source = replace(place.source, last_success=None, problem=None)
    for problem, word in ((None, "well"), ("WrongKey", "look")):
        quiet = replace(place, source=replace(source, problem=problem), pushed=True)
        told = findings(team(sound, places=(quiet,), keys=()))
        (one,) = [one for one in told if one.what.startswith("Mastodon")]
        assert (one.word, "no call came yet" in one.means) == (word, True)
        assert one.do or word == "well"


@pytest.mark.parametrize(
    ("key", "word"),
    [
        (Key("Mastodon", "https://m.example", ("read:accounts",)), "well"),
        (Key("Feeds", "https://f.example", trouble=Refused("no account")), "well"),
        (Key("Mastodon", "https://m.example", None, warning="It does not show it."), "look"),
        (Key("Mastodon", "https://m.example", trouble=Unavailable("no answer")), "look"),
        (Key("Mastodon", "https://m.example", trouble=NeedsSignIn("401")), "broken"),
        (Key("Mastodon", "https://m.example", trouble=CanWrite("it may write")), "broken"),
        (Key("Mastodon", "https://m.example", lost=True), "broken"),
    ],
)
def test_each_key_is_told_by_what_it_may_do(sound: Examination, key: Key, word: str) -> None:
    (one,) = [one for one in findings(team(sound, places=(), keys=(key,))) if one.what.startswith("key for")]
    assert one.word == word
    assert "example" in one.what
    assert one.do or word != "broken"


@pytest.mark.connects
def test_over_http_nobody_counts_sockets_and_the_port_is_asked(ward: Ward) -> None:
    secret = {"slack_app_token": None, "slack_signing_secret": "standin0123456789abcdef"}
    found = said(ward.examined(**secret, listen=("127.0.0.1", 1)))
    assert not {"Socket Mode", "second copies"} & found.keys()
    assert (found["port"].word, found["port"].do) == ("look", "Start it: byhand run.")
    settings = replace(ward.settings, **secret, listen=("127.0.0.1", 0))
    with open_bot(settings, clock=ward.box.world_clock) as bot:
        bot.start()
        assert bot.server is not None
        there = said(ward.examined(**secret, listen=("0.0.0.0", bot.server.port)))["port"]
    assert (there.word, there.means.endswith("is at work.")) == ("well", True)


def test_the_demo_and_half_settings_are_no_installation(
    ward: Ward, typed: Callable[..., Any], tmp_path: Path
) -> None:
    assert typed("--demo", "here", "doctor").code == 2
    file = tmp_path / "half.env"
    file.write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    shown = typed("--env-file", str(file), "doctor")
    assert shown.code == 2
    assert "SLACK_APP_TOKEN" in shown.err
