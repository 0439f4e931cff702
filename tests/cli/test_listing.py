"""What is listed is complete, safe to look at, and readable by scripts."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.connector import Broken
from bot.domain.model import Source, Teammate, Watch
from bot.domain.ports import Job
from bot.reading.ledger import template

DAY = timedelta(days=1)

EVIL = "\x1b[31mred\x1b[0m \x9b2Jgone \u202egnp.exe\u202c \x07[bold]b[/bold] :smile: \x00end\rover"


def unseen(text: str) -> set[str]:
    return {character for character in text if unicodedata.category(character) in ("Cc", "Cf")} - {"\n"}


def test_nobody_waiting_is_said_as_such(place, typed) -> None:
    shown = typed("--demo", str(place.folder), "queue")
    assert (shown.code, shown.out.strip()) == (0, "Nobody that I can see is waiting.")


def test_those_who_wait_are_listed_with_words_and_link(place, typed) -> None:
    place.wait_of("Mei Tanaka", "Does the export keep my tags?")
    shown = typed("--demo", str(place.folder), "queue")
    line = next(line for line in shown.out.splitlines() if "Mei Tanaka" in line)
    assert "@mei0@one.example" in line
    assert "Mastodon" in line
    assert "nobody" in line
    assert "Does the export keep my tags?" in line
    assert "https://one.example/@mei/0" in line


def test_words_from_outside_cannot_act_on_the_terminal(place, typed) -> None:
    place.wait_of(EVIL, EVIL)
    shown = typed("--demo", str(place.folder), "queue")
    assert unseen(shown.out) == set()
    assert "[bold]b[/bold] :smile:" in shown.out
    as_data = typed("--demo", str(place.folder), "queue", "--json")
    assert unseen(as_data.out) == set()
    assert json.loads(as_data.out)[0]["name"].endswith("over")


def test_private_words_are_not_listed(place, typed) -> None:
    place.wait_of("Mei Tanaka", "between us", private=True)
    assert "between us" not in typed("--demo", str(place.folder), "queue").out
    assert json.loads(typed("--demo", str(place.folder), "queue", "--json").out) == []


def test_words_behind_a_warning_stay_there(place, typed) -> None:
    place.wait_of("Mei Tanaka", "the end of the film", warning="spoiler")
    out = typed("--demo", str(place.folder), "queue").out
    assert "the end of the film" not in out
    assert "(behind a warning: spoiler)" in out


def test_no_more_lines_than_asked_for(place, typed) -> None:
    for number in range(4):
        place.wait_of(f"Person {number}", "Hello?")
    assert len(json.loads(typed("--demo", str(place.folder), "queue", "--json", "--limit", "3").out)) == 3


def test_the_digest_is_only_shown(place, typed) -> None:
    place.wait_of("Mei Tanaka", "Does the export keep my tags?")
    shown = typed("--demo", str(place.folder), "digest", "--dry-run")
    assert shown.code == 0
    assert "1 waiting for one of us" in shown.out
    assert "Mei Tanaka" in shown.out
    refused = typed("--demo", str(place.folder), "digest")
    assert refused.code == 2
    assert "--dry-run" in refused.err


def test_people_are_listed_with_their_accounts(place, typed) -> None:
    ana = place.teammate("Ana", "U1")
    place.handle("@ana@one.example", ana.id)
    place.handle("@us@one.example", None)
    told = json.loads(typed("--demo", str(place.folder), "people", "list", "--json").out)
    assert [(each["name"], [account["name"] for account in each["accounts"]]) for each in told] == [
        ("Ana", ["@ana@one.example"]),
        ("shared", ["@us@one.example"]),
    ]
    assert "@ana@one.example on mastodon" in typed("--demo", str(place.folder), "people", "list").out


def test_who_leads_is_said_and_told_and_who_left_cannot(place, typed) -> None:
    place.teammate("Ana", "U1")
    with place.store.write(place.workspace) as tx:
        tx.people.save_teammate(Teammate(id="", slack_user="U2", name="Ben", can_be_assigned=False))
    demo = ("--demo", str(place.folder), "people")
    assert typed(*demo, "lead", "Ana").out == "Ana leads here.\n"
    assert "Ana (leads)" in typed(*demo, "list").out
    refused = typed(*demo, "lead", "Ben")
    assert (refused.code, refused.err) == (1, "Ben is no member of the workspace who can answer.\n")
    assert typed(*demo, "lead", "Ana", "--no-longer").out == "Ana leads no more.\n"
    told = json.loads(typed(*demo, "list", "--json").out)
    assert [one["leads"] for one in told] == [False, False, False]


def test_a_link_is_ended_or_taken_back(place, typed) -> None:
    ana = place.teammate("Ana", "U1")
    place.handle("@ana@one.example", ana.id)
    place.handle("@wrong@one.example", ana.id)
    demo = ("--demo", str(place.folder), "people")
    ended = typed(*demo, "unlink", "mastodon", "@ana@one.example")
    assert ended.out.endswith("is none of yours: what it answered until now stays answered.\n")
    assert typed(*demo, "unlink", "mastodon", "wrong@one.example", "--never").code == 0
    (told,) = json.loads(typed(*demo, "list", "--json").out)[:1]
    assert [(one["name"], one["until"] is None) for one in told["accounts"]] == [("@ana@one.example", False)]
    assert "@ana@one.example on mastodon (until " in typed(*demo, "list").out
    again = typed(*demo, "unlink", "mastodon", "@ana@one.example")
    assert (again.code, "is linked on mastodon" in again.err) == (1, True)


def test_what_somebody_reads_and_knows_is_set_and_told(place, typed) -> None:
    place.teammate("Ana", "U1")
    demo = ("--demo", str(place.folder), "people", "set", "Ana")
    assert typed(*demo, "--reads", "ja-JP", "--knows", "Export").code == 0
    assert typed(*demo, "--most", "3", "--json").code == 0
    told = json.loads(typed(*demo, "--json").out)
    assert told == {"name": "Ana", "reads": ["ja"], "knows": ["export"], "most": 3}
    assert "Ana reads Japanese, knows about export." in typed(*demo).out
    assert "knows about what is not said" in typed(*demo, "--knows", "").out


def test_who_looks_after_a_place_is_set_and_told(place, typed) -> None:
    place.teammate("Ana", "U1")
    with place.store.write(place.workspace) as tx:
        source = Source("s", "mastodon", "https://one.example", "mentions", "@us")
        tx.sources.save_watch(Watch("w", "Us", None), [source])
    demo = ("--demo", str(place.folder), "watches", "owner", "Us")
    assert typed(*demo, "Ana").out.strip() == "Ana looks after Us."
    assert typed(*demo).out.strip() == "Ana looks after Us."
    assert typed(*demo, "--nobody").out.strip() == "Nobody looks after Us."


def test_a_policy_is_chosen_by_name_or_thing_by_thing_and_told(place, typed) -> None:
    place.teammate("Ana", "U1")
    demo = ("--demo", str(place.folder), "policy")
    assert "A question rings twice." in typed(*demo, "show").out
    assert "Nothing rings before a yes." in typed(*demo, "set", "volunteers").out
    own = json.loads(typed(*demo, "set", "--person", "Ana", "--reminders", "0", "--json").out)
    assert (own["promise"], own["reminders"], own["first_after"]) == (3, 0, 4)
    assert json.loads(typed(*demo, "show", "--json").out)["reminders"] == 1
    assert "no reminder; then it returns" in typed(*demo, "show", "--person", "Ana").out
    for wrong in (["dance"], ["--asks", "5"], ["--person", "Ana", "--digest", "weekly"]):
        refused = typed(*demo, "set", *wrong)
        assert (refused.code, refused.out) == (2, "")
    assert "rings twice" in typed(*demo, "set", "--clear").out


def test_rules_are_added_listed_tried_and_removed(place, typed) -> None:
    place.teammate("Ana", "U1")
    place.wait_of("Mei Tanaka", "I am a journalist, may I ask you something?")
    with place.store.write(place.workspace) as tx:
        tx.sources.save_watch(
            Watch("w", "Us", None), [Source("s", "mastodon", "https://one.example", "m", "@")]
        )
    demo = ("--demo", str(place.folder), "rules")
    assert "There are no rules" in typed(*demo, "list").out
    assert "Mei Tanaka" in typed(*demo, "try", "press").out
    refused = typed(*demo, "add", "exports", "Ana")
    assert (refused.code, refused.out) == (2, "")
    assert typed(*demo, "add", "exports", "Ana", "--word", "Export").code == 0
    assert typed(*demo, "add", "press", "Ana", "--first").code == 0
    listed = json.loads(typed(*demo, "list", "--json").out)
    assert [(rule["name"], rule["words"][0]) for rule in listed] == [
        ("press", "interview"),
        ("exports", "export"),
    ]
    assert "exports" in typed(*demo, "list").out
    (found,) = json.loads(typed(*demo, "try", "--json").out)
    assert (found["rule"], found["asks"]) == ("press", "Ana")
    assert typed(*demo, "remove", "press").code == 0
    assert typed(*demo, "remove", "press").code == 1
    assert "0 of 1" in typed(*demo, "try").out


def test_each_place_is_listed_with_its_health_and_what_is_unusual(place, typed) -> None:
    now = datetime.now(UTC)
    source = Source("s", "mastodon", "https://one.example", "mentions", "@us", last_success=now)
    found = replace(source, last_post=now - 20 * DAY, missed=2, missed_at=now)
    with place.store.write(place.workspace) as tx:
        tx.sources.save_watch(Watch("w", "Us", None), [source])
        tx.sources.save_source(found)
        tx.sources.quarantine("s", [Broken("", "more came at once than one poll reads")], now)
        tx.agenda.plan(Job.POLL, "s", now + DAY)
    place.spoke_daily("s", until=now - 20 * DAY)
    (told,) = json.loads(typed("--demo", str(place.folder), "watches", "list", "--json").out)[0]["sources"]
    assert told["missed"] == 2
    times = ("last_success", "last_post", "next_look", "silent_since", "gap_at", "missed_at")
    at = {name: datetime.fromisoformat(told[name]) for name in times}
    assert at == dict(zip(times, (now, now - 20 * DAY, now + DAY, now - 20 * DAY, now, now), strict=True))
    shown = typed("--demo", str(place.folder), "watches", "list")
    assert shown.code == 0
    for note in ("longer than usual; posts may be missing", "; 2 found late, "):
        assert note in shown.out


def test_an_unknown_teammate_is_a_problem_and_not_a_guess(place, typed) -> None:
    place.teammate("Ana", "U1")
    place.teammate("Ana", "U2")
    for who in ("Ana", "Chidi"):
        shown = typed("--demo", str(place.folder), "people", "link", who, "@ana@one.example")
        assert shown.code == 1
        assert "no such teammate, or more than one" in shown.err


def test_the_audit_tells_networks_and_slack_apart(place, typed) -> None:
    place.requested("one.example", "GET", "/api/v1/notifications", 7)
    place.requested("slack.com", "POST", "/api/chat.postMessage", 2)
    place.requested("127.0.0.1:4321", "POST", "/api/views.open")
    told = json.loads(typed("--demo", str(place.folder), "audit", "--json").out)
    assert [(line["host"], line["count"]) for line in told["networks"]] == [("one.example", 7)]
    assert [line["host"] for line in told["slack"]] == ["127.0.0.1:4321", "slack.com"]
    shown = typed("--demo", str(place.folder), "audit")
    assert shown.code == 0
    assert shown.out.index("Networks") < shown.out.index("one.example") < shown.out.index("Slack")
    assert "Nothing was ever written to a network." in shown.out


@pytest.mark.parametrize(
    ("host", "path", "why"),
    [
        ("www.reddit.com", "/api/v1/access_token", "no words to publish"),
        ("api.x.com", "/2/oauth2/token", "renews a token"),
        ("pds.acme.example", "/xrpc/com.atproto.server.createSession", "signs in"),
    ],
)
def test_the_audit_says_of_each_declared_call_why_it_cannot_publish(place, typed, host, path, why) -> None:
    place.requested(host, "POST", template(path))
    shown = typed("--demo", str(place.folder), "audit")
    assert shown.code == 0
    (line,) = (one for one in shown.out.splitlines() if one.startswith(f"POST {host}{path}: "))
    assert why in shown.out[shown.out.index(line) :].replace("\n", " ")
    assert "Nothing was ever written to a network." in shown.out


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("one.example", "/api/v1/statuses"),
        ("www.reddit.com", "/api/comment"),
        ("slack.com.example", "/api/chat.postMessage"),
        ("127.0.0.1:4321", "/api/v1/statuses"),
    ],
)
def test_the_audit_ends_badly_when_something_was_written(place, typed, host: str, path: str) -> None:
    place.requested(host, "POST", path)
    shown = typed("--demo", str(place.folder), "audit")
    assert shown.code == 1
    assert f"POST {host}{path}" in shown.err
    assert "Nothing was ever written" not in shown.out


def test_collecting_without_a_source_says_how_to_begin(place, typed) -> None:
    shown = typed("--demo", str(place.folder), "collect")
    assert (shown.code, shown.out.strip()) == (0, "Nothing is watched yet: see byhand watches --help.")
