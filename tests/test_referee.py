"""The referee sees each kind of breach in a small run written by hand, and sees none where there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import referee
from tests.referee import LISTS, RULES, confluence, judge
from tests.referee.lines import NAMES, Verdict
from tests.referee.pressed import grows

Line = dict[str, Any]
DAY = "2026-03-02T"
HOST = "127.0.0.1:1"
HOME = Path(referee.__file__).parent


def at(clock: str, day: str = DAY) -> str:
    """A time of that Monday."""
    return f"{day}{clock}:00.000Z"


@dataclass
class Run:
    """What the stand-ins and the export say of one run; `network` and `slack` share their numbers."""

    network: list[Line] = field(default_factory=list)
    slack: list[Line] = field(default_factory=list)
    lists: dict[str, list[Line]] = field(default_factory=lambda: {name: [] for name in LISTS})
    seq: int = 0

    def net(self, clock: str, kind: str, **more: Any) -> Line:
        """A line of the network's log."""
        return self._line(self.network, clock, kind, more)

    def said(self, clock: str, kind: str, **more: Any) -> Line:
        """A line of Slack's log."""
        return self._line(self.slack, clock, kind, more)

    def _line(self, log: list[Line], clock: str, kind: str, more: Line) -> Line:
        self.seq += 1
        log.append({"seq": self.seq, "world": at(clock), "wire": 0.0, "kind": kind, **more})
        return log[-1]

    def posted(self, clock: str, id: str, author: str, text: str, *named: str, **more: Any) -> Line:
        """Somebody posts."""
        facts = {
            "network": "mastodon",
            "parent": "",
            "visibility": "public",
            "application": "",
            "acct": author,
        }
        line = {"id": id, "author": author, "text": text, "created_at": at(clock), "mentions": list(named)}
        return self.net(clock, "posted", **{**facts, **line, **more})

    def request(self, clock: str, path: str, *showed: str, who: str = "acme", **more: Any) -> Line:
        """The bot reads, and the ledger counts it."""
        parts = [part if part.isalpha() or part in ("v1", "") else "{id}" for part in path.split("/")]
        ledger, template = self.lists["ledger"], "/".join(parts)
        row = next((one for one in ledger if one["template"] == template), None)
        if row is None:
            row = {"host": HOST, "method": "GET", "template": template, "count": 0}
            ledger.append(row)
        row["count"] += 1
        plain = {"port": "bot", "method": "GET", "query": [], "status": 200, "user_agent": "byhand"}
        return self.net(
            clock, "request", path=path, who=who, shown=list(showed), dropped=False, **plain | more
        )

    def message(
        self, clock: str, channel: str, text: str, *values: str, ts: str, rings: str = "UANA"
    ) -> Line:
        """The bot posts in Slack."""
        blocks = [{"elements": [{"action_id": value.split(":")[0], "value": value} for value in values]}]
        wire = {"ts": ts, "text": text, "bot_id": "B1", "blocks": blocks}
        return self.said(clock, "message", channel=channel, only_for="", message=wire, rings=[rings])

    def press(self, clock: str, value: str, word: str, *, acked: bool = True) -> Line:
        """Ana presses a button, and Slack is told that we have it."""
        payload = {
            "trigger_id": f"t-{word}",
            "response_url": f"http://slack/responses/{word}",
            "container": {"type": "message"},
            "actions": [{"action_id": value.split(":", maxsplit=1)[0], "value": value, "action_ts": word}],
        }
        act = self.said(clock, "act", act={"kind": "block_actions", "user": "UANA", "payload": payload})
        self.said(clock, "envelope", envelope={"envelope_id": word, "payload": payload})
        if acked:
            self.said(clock, "ack", envelope_id=word, in_time=True)
        return act

    def judged(self, folder: Path) -> Verdict:
        """Write it all down, and ask the referee."""
        for name, lines in {"slack": self.slack, "network": self.network, **self.lists}.items():
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return judge(folder, folder)

    def talk(self) -> Line:
        return self.talk_of("c1")

    def talk_of(self, id: str) -> Line:
        return next(line for line in self.lists["conversations"] if line["id"] == id)

    def row(self, kind: str) -> Line:
        return next(row for row in self.lists["outbox"] if row["kind"] == kind)


def told(id: str, kind: str, clock: str, *there: str, **more: Any) -> Line:
    """A row of the outbox; `there` is its channel, its ts and the step of c1 that it is about."""
    channel, ts, step = there
    row = {
        "id": id,
        "kind": kind,
        "place": channel,
        "channel": channel,
        "ts": ts,
        "state": "sent",
        "person": None,
        "day": None,
        "live": True,
        "total": 0,
        "created_at": at(clock),
        "shows": [{"conversation": "c1", "wait": 1, "step": step}],
    }
    return {**row, **more}


def move(number: int, clock: str, verb: str, before: str, after: str, **more: Any) -> Line:
    """A line of the journal."""
    line = {
        "number": number,
        "conversation_id": "c1",
        "verb": verb,
        "wait": 1,
        "by": "",
        "at": at(clock),
        "face": "collect",
        "before": before,
        "after": after,
        "press_id": None,
        "covers": [],
        "post": None,
        "undoes": None,
        "until": None,
    }
    return {**line, **more}


def clean() -> Run:
    """Mei asks at ten, Ana takes it from the digest, and is reminded at five past two after a look."""
    run = Run()
    for id, acct in (("1001", "acme"), ("1002", "ana"), ("1003", "mei@garden.example")):
        run.net("09:00", "account", network="mastodon", id=id, acct=acct, bot=False)
    run.request("09:01", "/api/v1/notifications")
    run.posted("10:00", "501", "1003", "@acme Does the export keep my tags when it moves?", "1001")
    run.request("10:01", "/api/v1/notifications", "501")
    run.request("10:01", "/api/v1/statuses/501/context")
    run.message("10:02", "C1", "1 person is waiting for one of us", "claim:c1:1", ts="1.0")
    run.press("10:03", "claim:c1:1", "w1")
    run.request("14:05", "/api/v1/accounts/1002/statuses")
    run.request("14:05", "/api/v1/statuses/501/context")
    run.message("14:05", "D1", "Mei Tanaka is waiting for you", "later:c1:1", ts="2.0")
    hours = {"zone": "UTC", "starts": "09:00:00", "ends": "17:00:00", "days": [1, 2, 3, 4, 5]}
    person = {"id": "ana", "slack_user": "UANA", "rings_a_day": 1, "paused_until": None, **hours}
    run.lists["teammates"] = [person]
    pages = "http://people/@"
    run.lists["handles"] = [
        {"id": "h1", "network": "mastodon", "author_id": f"{pages}acme", "teammate_id": None},
        {"id": "h2", "network": "mastodon", "author_id": f"{pages}ana", "teammate_id": "ana"},
    ]
    source = {"id": "s1", "host": HOST, "history_before": at("08:00"), "network": "mastodon"}
    run.lists["sources"] = [
        {**source, "kind": "mentions", "account": f"{pages}acme"},
        {**source, "id": "s2", "kind": "own", "account": f"{pages}ana"},
    ]
    post = {"id": "M1", "refs": [f"{HOST}/501"], "conversation_id": "c1", "lane": "to us", "gone_at": None}
    run.lists["posts"] = [{**post, "author_id": "A1"}]
    run.lists["conversations"] = [conversation()]
    run.lists["journal"] = [
        move(1, "10:01", "opened", "", "open 1"),
        move(2, "10:03", "claim", "open 1", "open 1 held by ana", by="ana", press_id="x1", covers=["M1"]),
    ]
    run.lists["outbox"] = [
        told("d1", "digest", "10:02", "C1", "1.0", "line", day="2026-03-02", total=1),
        told("n1", "nudge", "14:05", "D1", "2.0", "first", person="ana"),
    ]
    return run


def conversation(**more: Any) -> Line:
    """Mei waits."""
    line = {
        "id": "c1",
        "network": "mastodon",
        "author": "A1",
        "status": "open",
        "lane": "to us",
        "reason": None,
        "wait": 1,
        "opened_at": at("10:00"),
        "created_at": at("10:01"),
        "uncovered": ["M1"],
        "private": False,
        "forgotten": False,
        "handle_id": "h1",
    }
    return {**line, **more}


def test_a_run_without_a_breach_is_clean_and_tells_what_was_judged(tmp_path: Path) -> None:
    verdict = clean().judged(tmp_path)
    assert str(verdict) == "judged 1 posts, 2 looks, 2 rings, 1 presses, 0 faults"
    assert verdict.breaches == []


# ---- a second server


def from_elsewhere(run: Run) -> None:
    """Mei and Ana live on another server: what they write reaches ours later, under other ids."""
    for line in run.network:
        theirs = "1002" in line.get("path", "") or line.get("id") in ("1002", "1003", "501")
        line["server"] = "garden.example" if theirs else "social.example"
        if "path" in line:
            line["path"] = line["path"].replace("501", "901")
    run.lists["posts"][0]["refs"] = [f"{HOST}/901"]
    came(run, "501", 5, "10:01")


def came(run: Run, id: str, after: float, clock: str = "14:05") -> None:
    """It reaches our server after that line of the log."""
    named = ["1001"] if id in ("501", "503") else []
    line = {"kind": "arrived", "server": "social.example", "id": id, "here": f"9{id[1:]}", "mentions": named}
    run.network.append({"seq": after + 0.5, "world": at(clock), "wire": 0.0, **line})
    run.network.sort(key=lambda each: each["seq"])


def answered_elsewhere(run: Run, after: float) -> None:
    """Ana answers on her server after that line of the log."""
    from_elsewhere(run)
    run.posted("14:05", "502", "1002", "It does.", "1003", parent="501", server="garden.example")
    run.network[-1]["seq"] = after + 0.25
    run.network.sort(key=lambda each: each["seq"])
    run.talk().update(status="answered", uncovered=[])
    run.slack[-1]["message"]["blocks"] = run.slack[0]["message"]["blocks"] = []


def a_look_of(run: Run, part: str) -> Line:
    """The last request for it."""
    return [line for line in run.network if part in line.get("path", "")][-1]


def told_though_the_answer_had_come(run: Run) -> None:
    seq = a_look_of(run, "1002")["seq"]
    answered_elsewhere(run, seq)
    came(run, "502", seq)


def told_though_the_other_server_showed_it(run: Run) -> None:
    own = a_look_of(run, "1002")
    answered_elsewhere(run, own["seq"] - 1)
    own["shown"] = ["502"]


def came_and_not_stored(run: Run) -> None:
    from_elsewhere(run)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", server="garden.example")
    came(run, "503", run.seq, "14:21")
    run.request("14:22", "/api/v1/notifications", "503", server="social.example")


def answered_elsewhere_and_not_here_yet(run: Run) -> None:
    answered_elsewhere(run, a_look_of(run, "1002")["seq"])
    run.request("14:10", "/api/v1/accounts/1002/statuses", "502", server="garden.example")


def taken_back_on_its_way(run: Run) -> None:
    """It named us where it was written, and no longer when it came to our server."""
    from_elsewhere(run)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", server="garden.example")
    run.net("14:21", "edited", id="503", text="Never mind.", mentions=["1001"], server="garden.example")
    run.net("14:25", "arrived", id="503", here="903", mentions=[], server="social.example")
    run.request("14:30", "/api/v1/statuses/901/context", "503", server="social.example")
    mark = {"id": "M3", "refs": [f"{HOST}/903"], "author_id": "A1", "conversation_id": None, "lane": None}
    run.lists["posts"].append({**mark, "gone_at": None})


def named_when_it_came(run: Run) -> None:
    taken_back_on_its_way(run)
    next(line for line in run.network if line.get("here") == "903")["mentions"] = ["1001"]


def asked_elsewhere_and_not_here_yet(run: Run) -> None:
    from_elsewhere(run)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", server="garden.example")
    run.request("14:22", "/api/v1/notifications", server="social.example")


# ---- other kinds of networks


def by_order(run: Run) -> None:
    """A forum: what stands above what is told by the order in a topic, and its lists by the forum itself."""
    run.net("09:00", "network", network="mastodon", what="flat")
    next(line for line in run.network if line.get("id") == "501").update(thread="70", place=1)


def ana_writes_next(run: Run, place: int = 2) -> None:
    run.posted("14:06", "502", "1002", "It does.", thread="70", place=place)
    run.request("14:10", "/user_actions.json", "502", lists=["own", "1002"])


def answered_by_order_and_open(run: Run) -> None:
    by_order(run)
    ana_writes_next(run)


def answered_by_order_unless_somebody_stands_between(run: Run) -> None:
    by_order(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="lars", bot=False)
    run.posted("14:06", "503", "1004", "I wonder too", thread="70", place=2)
    run.request("14:06", "/t/70.json", "501", "503")
    ana_writes_next(run, place=3)


def answered_by_order_after_who_stood_between_had_gone(run: Run, *, before: bool = True) -> None:
    """Lars took his back, and only then Ana answered: what she saw before her was Mei's."""
    by_order(run)
    waits_and_closed(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="lars", bot=False)
    run.posted("14:04", "503", "1004", "I wonder too", thread="70", place=2)
    run.request("14:04", "/t/70.json", "501", "503")
    if before:
        run.net("14:05", "deleted", id="503")
    ana_writes_next(run, place=3)
    if not before:
        run.net("14:11", "deleted", id="503")


def open_by_order_where_nobody_knows_when_who_stood_between_went(run: Run) -> None:
    by_order(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="lars", bot=False)
    run.posted("14:04", "503", "1004", "I wonder too", thread="70", place=2)
    run.request("14:04", "/t/70.json", "501", "503")
    run.net("14:05", "deleted", id="503")
    ana_writes_next(run, place=3)
    for clock in ("14:31", "14:42"):
        run.request(clock, "/t/70.json", "501", "502", looks="70")
    we_are_known_there(run)


def answered_by_order_before_who_stood_between_went(run: Run) -> None:
    answered_by_order_after_who_stood_between_had_gone(run, before=False)


def answered_where_it_was_not_read_yet(run: Run) -> None:
    by_order(run)
    run.posted("14:06", "502", "1002", "It does.", thread="70", place=2)
    run.request("14:10", "/user_actions.json", lists=["own", "1001"])


def a_topic_goes_on_without_it(run: Run) -> None:
    looked_at_by_topic(run)
    run.net("14:30", "deleted", id="501")
    for clock in ("14:31", "14:42"):
        run.request(clock, "/t/70.json", looks="70")
    we_are_known_there(run)


def we_are_known_there(run: Run) -> None:
    run.posted("13:00", "500", "1001", "We are open again.")
    run.request("13:01", "/api/v1/accounts/1001/statuses", "500")
    mark = {"id": "M0", "refs": [f"{HOST}/500"], "author_id": "A0", "conversation_id": None, "lane": None}
    run.lists["posts"].append({**mark, "gone_at": None})


def gone_while_another_post_of_that_server_answers(run: Run, *times: str) -> None:
    """It was asked for twice, and by our own posts the server can be told from one that shows nothing."""
    we_are_known_there(run)
    run.net("14:30", "deleted", id="501")
    for clock in times or ("14:31", "14:42"):
        run.request(clock, "/api/v1/statuses/501", status=404)


def missed_twice_with_hours_between(run: Run) -> None:
    """The first tells nothing of the time between: it begins anew with the second."""
    gone_while_another_post_of_that_server_answers(run, "14:31", "15:42")


def missed_a_third_time_soon_after(run: Run) -> None:
    gone_while_another_post_of_that_server_answers(run, "14:31", "15:42", "15:53")


def gone_where_nothing_else_is_known(run: Run) -> None:
    """What we wrote stands on another server than the one that is asked."""
    gone_while_another_post_of_that_server_answers(run)
    for line in run.network:
        if "501" in line.get("path", "") or line.get("id") == "501":
            line["server"] = "garden.example"


def looked_at_by_topic(run: Run, topic: str = "70") -> None:
    by_order(run)
    for line in run.network:
        if "context" in line.get("path", ""):
            line.update(path="/t/70.json", looks=topic)
    for row in run.lists["ledger"]:
        row["template"] = row["template"].replace("/api/v1/statuses/{id}/context", "/t/{id}")


def another_topic_was_looked_at(run: Run) -> None:
    looked_at_by_topic(run, "71")


def looked_at_by_what_was_asked_for(run: Run, id: str = "501") -> None:
    """The path does not say whose thread it is; the log does."""
    for line in run.network:
        if "context" in line.get("path", ""):
            line.update(path="/xrpc/thread", asks=[id])
    for row in run.lists["ledger"]:
        row["template"] = row["template"].replace("/api/v1/statuses/{id}/context", "/xrpc/thread")


def another_was_asked_for(run: Run) -> None:
    looked_at_by_what_was_asked_for(run, "777")


def gone_by_what_the_answer_says(run: Run) -> None:
    we_are_known_there(run)
    run.net("14:30", "deleted", id="501")
    for clock in ("14:31", "14:42"):
        run.request(clock, "/xrpc/thread", status=400, asks=["501"], missing=["501"])


def gone_by_what_the_answer_says_of_another(run: Run) -> None:
    gone_by_what_the_answer_says(run)
    for line in run.network[-2:]:
        line.update(asks=["777"], missing=["777"])


def below_a_reply_that_was_gone_first(run: Run, *, keeps: bool = True, whose: bool = False) -> None:
    """Tom writes below a reply of ours; when he is first read it is gone, and his post says still what it
    answers."""
    run.net("09:00", "network", network="mastodon", what="parents", keeps=keeps, whose=whose)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("14:10", "502", "1001", "It does.", "1003", parent="501")
    run.posted("14:11", "503", "1004", "And my dates?", parent="502")
    run.net("14:12", "deleted", id="502")
    run.request("14:13", "/api/v1/statuses/501/context", "503")
    post = {**run.lists["posts"][0], "id": "M3", "refs": [f"{HOST}/503"], "author_id": "A3"}
    run.lists["posts"].append({**post, "conversation_id": "c3"})
    run.lists["conversations"].append(conversation(id="c3", uncovered=["M3"], opened_at=at("14:13")))


def below_a_reply_that_its_network_forgot(run: Run) -> None:
    below_a_reply_that_was_gone_first(run, keeps=False)


def closed_below_what_nobody_read(run: Run, *, whose: bool = False) -> None:
    """Whether it was ours nobody here can know, unless his post says so."""
    below_a_reply_that_was_gone_first(run, whose=whose)
    run.talk_of("c3").update(status="closed", uncovered=[])


def closed_though_it_says_that_it_answers_us(run: Run) -> None:
    closed_below_what_nobody_read(run, whose=True)


def tom_was_away_at_the_look(run: Run, back: float = 13.5) -> None:
    """He took it back at half past one, and it is there again; lines stand as they came."""
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    line = run.posted("13:00", "504", "1004", "Me too.", parent="501")
    run.network.remove(line)
    gone = {**line, "kind": "deleted"}
    for place, each in enumerate((line | {"seq": 5.5}, gone | {"seq": 5.6}, gone | {"seq": back})):
        run.network.insert(7 + place, each | ({"kind": "restored"} if place == 2 else {}))


def tom_was_back_before_the_look(run: Run) -> None:
    tom_was_away_at_the_look(run, back=5.7)


def never_found_below_our_post(run: Run) -> None:
    """What stands below our posts is watched, and our posts were read since Tom wrote below one."""
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    source = {**run.lists["sources"][0], "id": "s3", "kind": "replies"}
    run.lists["sources"].append(source)
    run.posted("14:10", "502", "1001", "We are open again.")
    run.posted("14:11", "503", "1004", "And my dates?", parent="502", told=["1001"])
    run.request("14:12", "/api/v1/accounts/1001/statuses", "502")


def never_found_below_what_is_gone(run: Run) -> None:
    never_found_below_our_post(run)
    run.net("14:13", "deleted", id="502")


def only_likely_answered(run: Run, *, likely: bool = True) -> None:
    """Ana's reply can be no more than likely there: it stays open until a person says so."""
    run.net("09:00", "network", network="mastodon", what="parents", likely=likely)
    run.posted("14:20", "502", "1002", "It does.", "1003", parent="501")
    run.request("14:21", "/api/v1/accounts/1002/statuses", "502")
    run.talk()["maybes"] = [{"by": "ana", "mentions": ["M1"]}]


def likely_answered_where_it_is_sure(run: Run) -> None:
    only_likely_answered(run, likely=False)


def back_between_what_was_judged(run: Run, *, away: bool = True) -> None:
    """Tom writes to nobody below our answer; Mei's next is read while his is away; he is back between."""
    by_order(run)
    ana_writes_next(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("14:21", "503", "1004", "Hm.", thread="70", place=3)
    if away:
        run.net("14:22", "deleted", id="503")
    run.posted("14:23", "504", "1003", "And my dates?", thread="70", place=4)
    run.request("14:24", "/t/70.json", *(["504"] if away else ["503", "504"]), looks="70")
    if away:
        run.net("14:25", "restored", id="503")
        run.request("14:26", "/t/70.json", "503", "504", looks="70")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M4", "refs": [f"{HOST}/504"]})
    run.talk()["uncovered"] = ["M4"]


def between_what_was_judged_all_the_time(run: Run) -> None:
    back_between_what_was_judged(run, away=False)


def between_and_gone_before_that_thread_concerned_us(run: Run, *, went: str = "13:03") -> None:
    """Tom writes below an old post of Mei's, which an edit lets name us, and she below his. Where his went
    before anything of that was kept, hers stands right below her own."""
    by_order(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("08:00", "600", "1003", "A tip.", thread="71", place=1)
    run.posted("13:00", "601", "1004", "Hm.", thread="71", place=2)
    run.posted("13:01", "602", "1003", "And my dates?", thread="71", place=3)
    run.net("13:01", "edited", id="600", text="@acme A tip.", mentions=["1001"], server="garden.example")
    run.request("13:02", "/t/71.json", "600", "601", "602", looks="71")
    run.net(went, "deleted", id="601")
    run.request("13:05", "/t/71.json", "600", "602", looks="71")
    mark = {**run.lists["posts"][0], "conversation_id": "c2"}
    run.lists["posts"] += [{**mark, "id": f"M{id}", "refs": [f"{HOST}/{id}"]} for id in ("600", "602")]
    run.lists["conversations"].append(conversation(id="c2", uncovered=["M602"], created_at=at("13:04")))


def between_and_gone_after_that_thread_concerned_us(run: Run) -> None:
    between_and_gone_before_that_thread_concerned_us(run, went="13:06")


def where_all_is_said_to_us(run: Run, *, member: bool = False) -> None:
    """Tom begins a topic that names nobody, in a category that the team follows as its own."""
    run.net("09:00", "network", network="mastodon", what="flat", everything=True)
    next(line for line in run.network if line.get("id") == "501").update(thread="70", place=1)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom", bot=False, member=member)
    run.posted("13:00", "601", "1004", "How do I move?", thread="71", place=1)
    run.request("13:05", "/posts.json", "601")
    source = {**run.lists["sources"][0], "id": "s9", "kind": "category", "account": None}
    run.lists["sources"].append(source)
    run.lists["posts"].append(
        {**run.lists["posts"][0], "id": "M4", "refs": [f"{HOST}/601"], "author_id": "A4"}
    )
    run.lists["posts"][-1]["conversation_id"] = "c4"
    run.lists["conversations"].append(conversation(id="c4", author="A4", uncovered=["M4"]))


def closed_where_all_is_said_to_us(run: Run) -> None:
    where_all_is_said_to_us(run)
    run.talk_of("c4").update(status="closed", uncovered=[])


def a_colleague_waits_whom_nobody_linked(run: Run) -> None:
    where_all_is_said_to_us(run, member=True)


def written_back_between_two_looks(run: Run) -> None:
    """Tom writes below hers after one look and before the next, which is right before Ana is told."""
    run.lists["teammates"][0]["rings_a_day"] = 2
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom", bot=False)
    run.request("15:00", "/api/v1/statuses/501/context")
    run.posted("15:00", "503", "1004", "@ana @acme And my dates?", "1001", "1002", parent="501")
    run.request("15:01", "/api/v1/accounts/1002/statuses")
    run.request("15:01", "/api/v1/statuses/501/context", "503")
    run.message("15:01", "D1", "Tom wrote back", "later:c4:1", ts="3.0")
    mark = {"id": "M4", "refs": [f"{HOST}/503"], "author_id": "A4", "conversation_id": "c4", "lane": "to us"}
    run.lists["posts"].append({**mark, "gone_at": None})
    run.lists["conversations"].append(conversation(id="c4", author="A4", uncovered=["M4"]))
    news = told("n2", "news", "15:01", "D1", "3.0", "news", person="ana")
    run.lists["outbox"].append({**news, "shows": [{"conversation": "c4", "wait": 1, "step": "news"}]})


def told_though_answered_between_two_looks(run: Run) -> None:
    written_back_between_two_looks(run)
    place = next(n for n, line in enumerate(run.network) if line.get("id") == "503")
    run.posted("14:59", "504", "1002", "@tom They do.", "1004", parent="503")
    run.network.insert(place + 1, {**run.network.pop(), "seq": run.network[place]["seq"] + 0.5})
    next(line for line in reversed(run.network) if line["kind"] == "request")["shown"].append("504")


def parted_from_ours_before_anybody_read_it(run: Run, *, gone: bool = True) -> None:
    """Kim calls us below Tom, who wrote below a post of ours; his is gone before ours is read again."""
    for id, acct in (("1004", "tom"), ("1005", "kim")):
        run.net("09:00", "account", network="mastodon", id=id, acct=acct, bot=False)
    run.posted("14:10", "502", "1001", "We ship.")
    run.posted("14:11", "503", "1004", "Nice", parent="502", told=["1001"])
    run.posted("14:12", "504", "1005", "@acme And my dates?", "1001", parent="503", told=["1001"])
    if gone:
        run.net("14:13", "deleted", id="503")
    run.request("14:14", "/api/v1/accounts/1001/statuses", "502")


def below_ours_and_passed(run: Run) -> None:
    parted_from_ours_before_anybody_read_it(run, gone=False)


def between_and_in_no_list(run: Run, *shown: str) -> None:
    """Mei calls us below Tom, who wrote below hers; his never came in a list, and is gone."""
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom", bot=False)
    run.posted("14:10", "502", "1004", "Hm.", parent="501")
    run.posted("14:11", "503", "1003", "@acme And my dates?", "1001", parent="502")
    run.request("14:12", "/api/v1/notifications", *shown, "503")
    run.net("14:13", "deleted", id="502")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": [f"{HOST}/503"]})
    run.lists["posts"][-1]["conversation_id"] = "c3"
    run.lists["conversations"].append(conversation(id="c3", uncovered=["M3"], created_at=at("14:12")))


def between_and_in_a_list(run: Run) -> None:
    between_and_in_no_list(run, "502")


def asked_for_alone_and_gone(run: Run, *shown: str) -> None:
    """Ana answers what Mei wrote below her own; that was asked for alone, to see whom Ana answers."""
    run.posted("14:10", "502", "1003", "Any news?", parent="501")
    run.posted("14:11", "503", "1002", "It does.", parent="502")
    run.request("14:12", "/api/v1/accounts/1002/statuses", *shown, "503")
    run.request("14:12", "/api/v1/statuses/502", "502")
    run.net("14:13", "deleted", id="502")


def shown_in_a_list_and_gone(run: Run) -> None:
    asked_for_alone_and_gone(run, "502")


def before_the_reminder(run: Run, tell: Callable[[], object]) -> None:
    """What is told now happened right after Mei asked."""
    known = len(run.network)
    tell()
    asked = next(line["seq"] for line in run.network if line.get("id") == "501")
    for number, line in enumerate(run.network[known:], 1):
        line["seq"] = asked + number / 100
    run.network.sort(key=lambda line: line["seq"])


def below_a_reply_that_is_gone(run: Run) -> None:
    """Tom wrote below Ana's reply, which is gone for an hour: no look at Mei's shows his any more."""

    def told() -> None:
        run.net("10:00", "account", network="mastodon", id="1004", acct="tom", bot=False)
        run.posted("10:01", "502", "1002", "It does.", parent="501")
        run.posted("10:02", "503", "1004", "Nice", parent="502")
        run.request("10:03", "/api/v1/accounts/1002/statuses", "502", "503")
        run.net("10:04", "deleted", id="502")

    before_the_reminder(run, told)


def below_what_nobody_had_read(run: Run, *, early: bool = False) -> None:
    """Mei wrote in another branch below ours, and Tom below that; both are read after the reminder."""

    def told() -> None:
        run.net("10:00", "account", network="mastodon", id="1004", acct="tom", bot=False)
        run.posted("10:01", "510", "1001", "Also this.", parent="500")
        run.posted("10:02", "601", "1003", "And my dates?", parent="510", told=["1001"])
        run.posted("10:03", "602", "1004", "Mine too", parent="601")
        if early:
            run.request("10:04", "/api/v1/notifications", "601")

    before_the_reminder(run, told)
    asked = next(line for line in run.network if line.get("id") == "501")
    ours = {**asked, "id": "500", "author": "1001", "mentions": [], "seq": asked["seq"] - 0.5}
    run.network.insert(run.network.index(asked), ours)
    asked["parent"] = "500"
    run.request("14:10", "/api/v1/notifications", "601", "602")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M6", "refs": [f"{HOST}/601"]})
    run.talk()["uncovered"] = ["M1", "M6"]


def below_what_was_read_before(run: Run) -> None:
    below_what_nobody_had_read(run, early=True)


def passed_by_a_list_that_the_network_declares(run: Run) -> None:
    by_order(run)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", thread="71", place=1)
    run.request("14:22", "/notifications.json", lists=["mentions", "1001"])


def shown_by_a_feed(run: Run) -> None:
    """What it shows has no number, and the export a hash: both know when it was written."""
    run.net("09:00", "network", network="rss", what="feed")
    run.net("09:00", "account", network="rss", id="lars", acct="lars", bot=False)
    run.posted("14:20", "1", "lars", "Does it keep dates?", network="rss")
    run.request("14:22", "/latest", "1", who="")
    source = run.lists["sources"][0]
    run.lists["sources"].append({**source, "id": "s3", "network": "rss", "kind": "feed", "account": None})


def fed_and_stored(run: Run) -> None:
    shown_by_a_feed(run)
    entry = {
        "id": "M3",
        "refs": ["host/5fe"],
        "network": "rss",
        "created_at": at("14:20"),
        "lane": "about us",
    }
    run.lists["posts"].append({**run.lists["posts"][0], **entry, "conversation_id": "c3"})
    run.lists["conversations"].append(conversation(id="c3", network="rss", lane="about us", status="closed"))


def fed_and_waiting(run: Run) -> None:
    fed_and_stored(run)
    run.lists["conversations"][1].update(lane="to us", status="open", uncovered=["M3"])
    run.lists["outbox"][0].update(total=1)


# ---- one breach each


def answered_and_open(run: Run) -> None:
    run.posted("14:06", "502", "1002", "It does.", "1003", parent="501")
    run.request("14:10", "/api/v1/accounts/1002/statuses", "502")


def waits_and_closed(run: Run) -> None:
    run.talk().update(status="answered", uncovered=[])
    run.slack.pop()  # so that no screen is wrong too
    run.slack = [line for line in run.slack if line["kind"] != "message"]
    run.lists["outbox"] = []


def never_stored(run: Run) -> None:
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001")
    run.request("14:22", "/api/v1/notifications", "503")


def never_listed(run: Run, *, faked: bool = False) -> None:
    """The list came empty, though something had been said to us before."""
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001")
    run.net("14:22", "fault", met_by="/api/v1/notifications", answers=faked)
    run.request("14:22", "/api/v1/notifications")


def in_two_conversations(run: Run) -> None:
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", parent="501")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": ["503"], "conversation_id": "c2"})
    run.lists["conversations"].append(conversation(id="c2", uncovered=["M3"], opened_at=at("14:20")))


def below_what_never_came_here(run: Run, *, comes: bool = False) -> None:
    """Mei, who lives elsewhere, goes on below words of hers that our server was never told of."""
    from_elsewhere(run)
    elsewhere = {"server": "garden.example"}
    run.posted("14:20", "502", "1003", "Hm.", parent="501", **elsewhere)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", parent="502", **elsewhere)
    for id in ("502", "503") if comes else ("503",):
        came(run, id, run.seq, "14:21")
        run.seq += 1
    run.request("14:22", "/api/v1/notifications", "503", server="social.example")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": ["903"], "conversation_id": "c2"})
    run.lists["conversations"].append(conversation(id="c2", uncovered=["M3"], opened_at=at("14:22")))


def below_what_came_here(run: Run) -> None:
    below_what_never_came_here(run, comes=True)


def under_another_root(run: Run) -> None:
    run.talk()["root"] = "M1"
    run.lists["posts"][0]["root"] = "M9"


def of_two_people(run: Run) -> None:
    run.net("09:00", "account", network="mastodon", id="1004", acct="lars@tiny.example", bot=False)
    run.posted("14:20", "503", "1004", "@acme Mine too?", "1001", parent="501")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": ["503"]})
    run.talk()["uncovered"] = ["M1", "M3"]


def sent_again_after_a_lost_answer(run: Run) -> None:
    run.message("14:05", "D1", "Mei Tanaka is waiting for you", "later:c1:1", ts="2.1")
    run.lists["teammates"][0]["rings_a_day"] = 2


def one_step_twice(run: Run) -> None:
    run.request("15:05", "/api/v1/accounts/1002/statuses")
    run.request("15:05", "/api/v1/statuses/501/context")
    run.message("15:05", "D1", "Mei Tanaka is still waiting", "later:c1:1", ts="2.1")
    run.lists["outbox"].append(told("n2", "nudge", "15:05", "D1", "2.1", "first", person="ana"))
    run.lists["teammates"][0]["rings_a_day"] = 2


def never_intended(run: Run) -> None:
    run.message("14:06", "C1", "Hello from nowhere", ts="9.0")


def intended_afterwards(run: Run) -> None:
    run.row("digest")["created_at"] = at("10:05")


def sent_and_not_there(run: Run) -> None:
    run.slack.pop()


def given_up_and_there(run: Run) -> None:
    run.row("nudge")["state"] = "dead"


def unknown_without_a_reason(run: Run) -> None:
    run.row("nudge").update(state="unknown", channel=None, ts=None)


def unknown_and_never_told(run: Run) -> None:
    unknown_without_a_reason(run)
    run.said("14:05", "fault", met_by="chat.postMessage", drop_answer=True)
    run.message("15:30", "C1", "0 people are waiting", ts="3.0")
    run.lists["outbox"].append(
        {**told("d2", "digest", "15:30", "C1", "3.0", ""), "shows": [], "total": 1, "day": "2026-03-03"}
    )
    run.slack[-1]["message"]["text"] = "1 person is waiting"


def without_a_look(run: Run) -> None:
    run.network = [line for line in run.network if line["world"] != at("14:05")]
    run.lists["ledger"] = [
        {**row, "count": sum(1 for line in run.network if _is_of(row, line))} for row in run.lists["ledger"]
    ]
    run.lists["ledger"] = [row for row in run.lists["ledger"] if row["count"]]


def _is_of(row: Line, line: Line) -> bool:
    return line["kind"] == "request" and len(line["path"].split("/")) == len(row["template"].split("/"))


def with_half_a_look(run: Run) -> None:
    line = run.posted("13:00", "504", "1003", "Hello?", parent="501")
    run.network.remove(line)
    run.network.insert(7, line | {"seq": 5.5})


def told_after_the_answer(run: Run) -> None:
    line = run.posted("14:00", "502", "1002", "It does.", "1003", parent="501")
    run.network.remove(line)
    run.network.insert(7, line | {"seq": 8.5})
    run.network[-1]["shown"] = ["502"]
    run.talk().update(status="answered", uncovered=[])
    run.slack[-1]["message"]["blocks"] = run.slack[0]["message"]["blocks"] = []


def answered_in_private_where_no_key_of_ours_shows_it(run: Run, by: str = "1002") -> None:
    line = run.posted("14:00", "502", by, "It does.", "1003", parent="501", visibility="direct")
    run.network.remove(line)
    run.network.insert(7, line | {"seq": 8.5})
    for each in run.network:
        if each.get("path") == "/api/v1/accounts/1002/statuses":
            each["who"] = ""  # Ana's posts are read as anybody sees them


def answered_in_private_where_our_key_shows_it(run: Run) -> None:
    answered_in_private_where_no_key_of_ours_shows_it(run, "1001")


def own_posts_not_read(run: Run) -> None:
    run.network[-2]["status"] = 503


def at_night(run: Run) -> None:
    run.lists["teammates"][0]["zone"] = "Asia/Tokyo"


def on_a_holiday(run: Run) -> None:
    off(run, "2026-03-02", "2026-03-03", "holiday")


def she_had_travelled(run: Run) -> None:
    """Slack had told that she is in Tokyo now; later she came back."""
    _travels(run, "Asia/Tokyo")
    for line in run.slack[-2:]:
        line["seq"] -= 1000
    _travels(run, "UTC")


def she_was_back_before_slack_told_again_that_she_had_left(run: Run) -> None:
    """Nobody took the word of her journey at first; it came again after that of her return."""
    told_anew(run, [("Asia/Tokyo", "1"), ("UTC", "2"), ("Asia/Tokyo", "1")])


def she_was_away_when_slack_told_again_that_she_was_back(run: Run) -> None:
    told_anew(run, [("UTC", "1"), ("Asia/Tokyo", "2"), ("UTC", "1")])


def told_anew(run: Run, words: list[tuple[str, str]]) -> None:
    """Slack tells all of it before she is rung, and nobody takes the first word."""
    for number, (zone, event) in enumerate(words):
        _travels(run, zone, event_id=event, envelope=f"e{number}")
        for line in run.slack[-2:]:
            line["seq"] -= 1000
    run.slack = [line for line in run.slack if line["kind"] != "ack" or line["envelope_id"] != "e0"]


def _travels(run: Run, zone: str, *, event_id: str | None = None, envelope: str = "") -> None:
    event = {"type": "user_change", "user": {"id": "UANA", "tz": zone}}
    told = {"envelope_id": envelope or zone, "payload": {"event": event, "event_id": event_id or zone}}
    run.said("14:30", "envelope", envelope=told)
    run.said("14:30", "ack", envelope_id=told["envelope_id"], in_time=True)


def she_travelled_unheard(run: Run) -> None:
    """Nobody took what Slack told, so the bot goes by what it was told before."""
    she_had_travelled(run)
    run.slack = [line for line in run.slack if line.get("envelope_id") != "Asia/Tokyo"]


def while_absent(run: Run) -> None:
    off(run, "2026-02-20", "2026-03-09", "away")


def twice_on_the_day_of_return(run: Run) -> None:
    off(run, "2026-02-20", "2026-03-02", "away")
    one_step_twice(run)
    run.lists["outbox"][-1] |= {
        "kind": "question",
        "shows": [{"conversation": "c1", "wait": 1, "step": "ask"}],
    }


def while_not_to_be_disturbed(run: Run) -> None:
    until = int(datetime(2026, 3, 2, 15, tzinfo=UTC).timestamp())
    answer = {"ok": True, "dnd_enabled": True, "next_dnd_start_ts": until - 7200, "next_dnd_end_ts": until}
    told = run.said("14:04", "call", method="dnd.info", arguments={"user": "UANA"}, answer=answer)
    run.slack.remove(told)
    run.slack.insert(_place_of(run, "D1"), told | {"seq": run.slack[_place_of(run, "D1")]["seq"] - 0.5})


def after_a_night_shift(run: Run) -> None:
    run.lists["teammates"][0] |= {"starts": "15:00:00", "ends": "14:05:00"}


def off(run: Run, first: str, until: str, why: str, said_at: str = "2026-02-01T09:00:00+00:00") -> None:
    span = {"first": first, "until": until, "why": why, "said_at": said_at}
    run.lists["teammates"][0]["off"] = [span]


def too_often(run: Run) -> None:
    one_step_twice(run)
    run.lists["teammates"][0]["rings_a_day"] = 1
    run.lists["outbox"][-1]["shows"][0]["step"] = "second"


def while_away(run: Run) -> None:
    press = run.press("10:30", "pause:c1:1", "w2")
    run.slack = [line for line in run.slack if line["seq"] < press["seq"]] + run.slack[-3:]
    run.said("10:30", "call", method="response_url", arguments={}, answer={"ok": True}, word="w2")
    run.slack.append(run.slack.pop(_place_of(run, "D1")) | {"seq": 99})
    run.lists["teammates"][0]["paused_until"] = at("09:00", "2026-03-09T")


def while_the_team_was_quiet(run: Run) -> None:
    typed = {"command": "/engage", "text": "quiet until Tuesday"}
    act = {"kind": "command", "user": "UANA", "payload": typed}
    run.slack.insert(0, {"kind": "act", "seq": -1, "world": at("09:30"), "act": act})


def _place_of(run: Run, channel: str) -> int:
    return next(place for place, line in enumerate(run.slack) if line.get("channel") == channel)


def a_wrong_count(run: Run) -> None:
    run.slack[0]["message"]["text"] = "7 people are waiting for one of us"


def a_count_that_is_not_the_open_ones(run: Run) -> None:
    run.row("digest")["total"] = 2
    run.slack[0]["message"]["text"] = "2 people are waiting for one of us"


def in_no_digest(run: Run) -> None:
    run.lists["outbox"] = [run.row("digest")]
    run.slack = [line for line in run.slack if line.get("channel") != "D1"]
    run.row("digest").update(shows=[], created_at=at("10:02", "2026-03-05T"))
    run.slack[0]["world"] = at("10:02", "2026-03-05T")


def for_an_earlier_wait(run: Run) -> None:
    run.lists["journal"][1].update(before="open 2")
    run.lists["journal"][0].update(after="open 2")


def closed_after_the_digest(run: Run) -> None:
    run.lists["conversations"].append(
        conversation(id="c2", root="M2", status="closed", reason="answered elsewhere", uncovered=[])
    )
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M2", "refs": [], "conversation_id": "c2"})
    elsewhere = {"by": "ana", "press_id": "x9", "covers": ["M2"], "conversation_id": "c2"}
    run.lists["journal"] += [
        move(3, "10:01", "opened", "", "open 1", conversation_id="c2"),
        move(4, "10:03", "elsewhere", "open 1", "closed 1 answered elsewhere", **elsewhere),
    ]
    digest = run.slack[0]["seq"]
    run.press("10:03", "elsewhere:c2:1", "w9")
    for number, line in enumerate(run.slack[-3:]):
        line["seq"] = digest - 0.5 + number / 10
    run.slack.sort(key=lambda line: line["seq"])


def beside_what_was_answered(run: Run) -> None:
    """Lea asked and has her answer; Tom wrote below her, and she below him. Ana had taken what she asked."""
    for id, acct in (("1004", "tom@harbour.example"), ("1005", "lea@garden.example")):
        run.net("09:00", "account", network="mastodon", id=id, acct=acct, bot=False)
    run.posted("14:10", "502", "1005", "@acme Does it keep the dates?", "1001")
    run.posted("14:11", "503", "1001", "It does.", "1005", parent="502")
    run.posted("14:12", "504", "1004", "It may.", parent="502")
    run.posted("14:13", "505", "1005", "Does it?", parent="504")
    run.request("14:14", "/api/v1/statuses/502/context", "502", "503", "504", "505")
    first = run.lists["posts"][0]
    run.lists["posts"] += [
        {**first, "id": f"M{id}", "author_id": "A2", "refs": [f"{HOST}/{id}"], "conversation_id": "c2"}
        for id in (502, 505)
    ]
    run.lists["conversations"].append(conversation(id="c2", author="A2", root="M502", uncovered=["M505"]))
    claim = {"by": "ana", "press_id": "x3", "covers": ["M502"], "conversation_id": "c2"}
    run.lists["journal"] += [
        move(3, "14:14", "opened", "", "open 1", conversation_id="c2"),
        move(4, "14:14", "claim", "open 1", "open 1 held by ana", **claim),
    ]


def named_along_with_what_it_answers(run: Run) -> None:
    _goes_on_below_mei(run, "1001")


def _goes_on_below_mei(run: Run, *named: str) -> None:
    """Lea wrote below Mei, and below that that she names us."""
    run.net("09:00", "account", network="mastodon", id="1005", acct="lea@garden.example", bot=False)
    run.posted("14:11", "503", "1005", "So do I.", *named, parent="501")
    run.posted("14:12", "504", "1005", "@acme And the dates?", "1001", parent="503")
    run.request("14:13", "/api/v1/statuses/501/context", "503", "504")
    first = {**run.lists["posts"][0], "author_id": "A2", "conversation_id": "c2"}
    run.lists["posts"].append({**first, "id": "M504", "refs": [f"{HOST}/504"]})
    run.lists["conversations"].append(conversation(id="c2", author="A2", root="M1", uncovered=["M504"]))
    run.lists["journal"].append(move(3, "14:13", "opened", "", "open 1", conversation_id="c2"))


def pressed_without_an_answer(run: Run) -> None:
    run.press("14:30", "later:c1:1", "w2")


def pressed_and_answered_twice(run: Run) -> None:
    for _ in range(2):
        run.said("10:03", "call", method="response_url", arguments={}, answer={"ok": True}, word="w1")


def put_off_by_a_press(run: Run) -> None:
    run.press("14:30", "later:c1:1", "w2")
    put_off = {"by": "ana", "press_id": "x2", "covers": ["M1"], "until": at("09:00", "2026-03-03T")}
    run.lists["journal"].append(move(3, "14:30", "later", "open 1 held by ana", "snoozed 1", **put_off))
    run.talk()["status"] = "snoozed"


def put_off_after_the_clock_was_set_back(run: Run) -> None:
    """She pressed at half past two; by the time it was done the clock stood two minutes earlier."""
    put_off_by_a_press(run)
    run.lists["journal"][-1]["at"] = at("14:28")
    run.said("14:28", "clock")


def put_off_before_it_was_pressed(run: Run) -> None:
    put_off_after_the_clock_was_set_back(run)
    run.slack[-1]["world"] = at("14:31")


def a_broken_chain(run: Run) -> None:
    run.lists["journal"][1]["before"] = "open 1 held by ben"


def a_written_word(run: Run) -> None:
    run.net("14:06", "violation", port="bot", method="POST", path="/api/v1/statuses")


def signed_in(run: Run, *, declared: bool = True) -> None:
    """The network declares this call: without it nobody can read."""
    run.net(
        "14:06", "request", port="bot", method="POST", path="/xrpc/createSession", status=200, shown=[],
        who="acme", query=[], user_agent="byhand", dropped=False, declared=declared,
    )  # fmt: skip
    row = {"host": HOST, "method": "POST", "template": "/xrpc/createSession", "count": 1}
    run.lists["ledger"].append(row)


def a_call_that_no_network_declares(run: Run) -> None:
    signed_in(run, declared=False)


def an_uncounted_request(run: Run) -> None:
    run.lists["ledger"][0]["count"] -= 1


def a_request_the_ledger_does_not_know(run: Run) -> None:
    run.request("14:06", "/api/v1/timelines/home")
    run.lists["ledger"].pop()


def a_private_word_in_the_channel(run: Run) -> None:
    run.network[4]["visibility"] = "direct"
    run.slack[0]["message"]["blocks"][0]["text"] = "Does the export keep my tags when it moves?"
    run.talk()["private"] = True
    run.row("digest").update(total=0)
    run.slack[0]["message"]["text"] = "0 people are waiting for one of us"


def of_another_workspace(run: Run) -> None:
    run.slack[0]["message"]["blocks"][0]["elements"].append({"value": "claim:c9:1"})


def typed_and_sent(run: Run) -> None:
    run.said("09:30", "message", channel="C1", message={"text": "our secret plan for Monday morning"})
    run.request("14:06", "/api/v1/notifications", query=[["q", "our secret plan for Monday"]])


def passed_and_unknown(run: Run) -> None:
    never_stored(run)
    run.network[-1]["shown"] = []


def history_that_came_afterwards(run: Run) -> None:
    run.lists["sources"][0]["history_before"] = at("09:30")


def words_that_stayed(run: Run) -> None:
    run.slack[0]["message"]["blocks"][0]["text"] = "Does the export keep my tags when it moves?"
    run.net("14:10", "deleted", id="501")
    run.lists["posts"][0]["gone_at"] = at("14:10")
    run.talk().update(status="closed", reason="withdrawn", uncovered=[])
    for line in run.slack:
        for block in line.get("message", {}).get("blocks", ()):
            block["elements"] = []


def said_again_where_a_copy_of_it_still_stands(run: Run) -> None:
    """The other post was deleted at home, and our server was never told so: there it stands."""
    said_again_and_deleted_everywhere(run)
    run.network = [line for line in run.network if line["kind"] != "deletion_arrived"]


def said_again_and_deleted_everywhere(run: Run) -> None:
    words_that_stayed(run)
    told = "@acme Does the export keep my tags when it moves?"
    run.posted("13:00", "504", "1003", told, server="garden.example")
    for clock, kind in (("13:01", "arrived"), ("14:11", "deletion_arrived")):
        run.net(clock, kind, id="504", here="904", mentions=[], server="social.example")
    run.net("14:10", "deleted", id="504", server="garden.example")


def tom_spoke_and_was_passed(run: Run) -> None:
    run.net("14:05", "account", network="mastodon", id="1004", acct="tom", bot=False)
    run.posted("14:06", "503", "1004", "@acme And who are you?", "1001")
    run.request("14:08", "/api/v1/notifications", "503")


def passed_since_they_asked_to_be_forgotten(run: Run) -> None:
    tom_spoke_and_was_passed(run)
    run.net("14:07", "asked_to_forget", who="1004")


def a_first_draft_with_a_reply_below_it(run: Run) -> None:
    """Mei asked before, in a thread that the look does not show; Tom answered her there."""
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom", bot=False)
    run.posted("09:58", "499", "1003", "@acme Does the export keep my tags?", "1001")
    run.posted("09:59", "498", "1004", "I wonder too", parent="499")
    run.request("09:59", "/api/v1/notifications", "499", "498")
    mark = {"id": "M0", "refs": [f"{HOST}/499"], "author_id": "A1", "conversation_id": "c1", "lane": "to us"}
    run.lists["posts"].append({**mark, "gone_at": None})
    first = min(line["seq"] for line in run.network if line["kind"] == "posted")
    for number, line in enumerate(run.network[-3:]):
        line["seq"] = first - 0.9 + number / 10
    run.network.sort(key=lambda line: line["seq"])


def a_first_draft_that_is_gone_with_a_reply_below_it(run: Run) -> None:
    a_first_draft_with_a_reply_below_it(run)
    gone = run.net("09:59", "deleted", id="499")
    gone["seq"] = next(line["seq"] for line in run.network if line.get("id") == "501") - 0.1
    run.network.sort(key=lambda line: line["seq"])
    run.lists["posts"][-1]["gone_at"] = at("10:01")


def tom_answers_mei_who_named_us(run: Run) -> None:
    """He carries our name along, and by the network it is talk among the two."""
    run.net("14:05", "account", network="mastodon", id="1004", acct="tom", bot=False)
    run.posted("14:06", "503", "1004", "@mei @acme It does not.", "1003", "1001", parent="501")
    run.request("14:08", "/api/v1/notifications", "503")
    mark = {"id": "M3", "refs": [f"{HOST}/503"], "author_id": "A4", "conversation_id": "c4", "lane": "to us"}
    run.lists["posts"].append({**mark, "gone_at": None})
    tom = {"id": "c4", "author": "A4", "created_at": at("14:08"), "uncovered": ["M3"]}
    run.lists["conversations"].append(conversation(**tom))
    run.lists["journal"].append(move(9, "14:08", "opened", "", "open 1", conversation_id="c4"))


def tom_calls_us_where_replies_name_nobody_by_themselves(run: Run) -> None:
    """What he calls us by he wrote himself."""
    run.net("09:00", "network", network="mastodon", what="parents", carries=False)
    tom_answers_mei_who_named_us(run)


def closed_though_tom_calls_us_himself(run: Run) -> None:
    tom_calls_us_where_replies_name_nobody_by_themselves(run)
    run.talk_of("c4").update(status="closed", uncovered=[])


def tom_answers_mei_who_is_not_kept(run: Run) -> None:
    tom_answers_mei_who_named_us(run)
    run.net("14:07", "asked_to_forget", who="1003")
    run.talk().update(status="closed", reason="let go", uncovered=[], forgotten=True)
    run.lists["journal"].append(move(10, "14:09", "let go", "open 1 held by ana", "closed 1 let go"))
    for line in run.slack:
        for block in line.get("message", {}).get("blocks", ()):
            block["elements"] = []


def passed_while_another_asked_to_be_forgotten(run: Run) -> None:
    tom_spoke_and_was_passed(run)
    run.net("14:07", "asked_to_forget", who="1005")


def forgotten_and_the_words_stayed(run: Run) -> None:
    words_that_stayed(run)
    run.network.pop()
    run.net("14:10", "asked_to_forget", who="1003")


def kept_after_they_asked_to_be_forgotten(run: Run) -> None:
    run.net("09:59", "asked_to_forget", who="1003")
    run.network.sort(key=lambda line: (line["kind"] != "asked_to_forget", line["seq"]))
    run.network[0]["seq"] = 0


def a_copy_that_still_asks(run: Run) -> None:
    answered_and_open(run)
    run.talk().update(status="answered", uncovered=[])
    run.said("14:11", "call", method="chat.update", arguments={}, answer={"ok": True})


def a_copy_of_an_earlier_wait(run: Run) -> None:
    run.slack[0]["message"]["blocks"][0]["elements"][0]["value"] = "claim:c1:0"


def what_she_wrote_back_hangs_beside_another_reply(run: Run) -> None:
    """Ana and the brand both answer Mei; Mei asks below Ana's answer, and that is what is looked at."""
    seq = a_look_of(run, "1002")["seq"]
    run.posted("11:00", "502", "1002", "It does.", "1003", parent="501")
    run.posted("11:01", "503", "1001", "Yes, all of them.", "1003", parent="501")
    run.posted("12:00", "504", "1003", "And the dates?", "1002", parent="502")
    for number, line in enumerate(run.network[-3:]):
        line["seq"] = seq - 0.9 + number / 10
    run.network.sort(key=lambda line: line["seq"])
    a_look_of(run, "501/context").update(path="/api/v1/statuses/504/context", shown=["501", "502"])
    first = run.lists["posts"][0]
    run.lists["posts"].append({**first, "id": "M504", "refs": [f"{HOST}/504"]})
    run.talk().update(uncovered=["M504"])


def below_what_she_wrote_back_it_was_answered(run: Run) -> None:
    what_she_wrote_back_hangs_beside_another_reply(run)
    run.posted("13:00", "505", "1003", "Hello?", parent="504")
    run.network[-1]["seq"] = a_look_of(run, "1002")["seq"] - 0.2
    run.network.sort(key=lambda line: line["seq"])


def taken_an_hour_before_the_digest(run: Run, since: str = "2026-03-05T08:00:00.000Z") -> None:
    """It was never told of: Ana took it from her own list."""
    in_no_digest(run)
    run.talk().update(held_since=since)


def taken_days_before_the_digest(run: Run) -> None:
    taken_an_hour_before_the_digest(run, since=at("10:03"))


def she_works_other_hours_since_then(run: Run) -> None:
    """Ana types after the reminder that she works in the mornings alone."""
    run.lists["teammates"][0] |= {"starts": "08:00:00", "ends": "12:00:00"}
    typed = {"command": "/engage", "text": "hours mon-thu 8:00-12:00", "trigger_id": "h1"}
    act = {"kind": "command", "user": "UANA", "payload": typed}
    run.said("14:30", "act", act=act)
    run.said("14:30", "call", method="chat.postEphemeral", arguments={}, answer={"ok": True})


def she_travelled_since_then(run: Run) -> None:
    """Slack tells after the reminder that Ana is in Tokyo now."""
    run.slack.insert(0, {**run.said("09:00", "call"), "seq": -1, "method": "users.info"})
    run.slack[0]["answer"] = {"ok": True, "user": {"id": "UANA", "tz": "UTC"}}
    run.slack.pop()
    _travels(run, "Asia/Tokyo")
    run.lists["teammates"][0]["zone"] = "Asia/Tokyo"


def she_worked_other_hours_before_that(run: Run) -> None:
    she_works_other_hours_since_then(run)
    for line in run.slack[-2:]:
        line["seq"] -= 1000


def below_a_reply_that_no_key_shows(run: Run) -> None:
    """Ana replied to Mei in private from her own account; what Mei wrote below that names the brand."""
    private = {"visibility": "direct"}
    run.posted("14:19", "502", "1002", "It does.", "1003", parent="501", **private)
    run.posted("14:20", "503", "1003", "@acme And my dates?", "1001", parent="502", **private)
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": ["503"], "conversation_id": "c2"})
    run.lists["conversations"].append(
        conversation(id="c2", uncovered=["M3"], opened_at=at("14:20"), private=True)
    )


def answered_below_what_no_key_shows(run: Run) -> None:
    """Mei wrote in private. Ana replied from her own account, Mei wrote to her, and the brand below that."""
    private = {"visibility": "direct"}
    run.posted("14:18", "502", "1003", "@acme And my dates?", "1001", **private)
    run.posted("14:19", "503", "1002", "They too.", "1003", parent="502", **private)
    run.posted("14:20", "504", "1003", "All?", "1002", parent="503", **private)
    run.posted("14:21", "505", "1001", "All.", "1003", parent="504", **private)
    run.request("14:22", "/api/v1/notifications", "502")
    run.request("14:22", "/api/v1/accounts/1001/statuses", "505")
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M3", "refs": ["502"], "conversation_id": "c2"})
    run.lists["conversations"].append(
        conversation(id="c2", uncovered=["M3"], opened_at=at("14:18"), private=True)
    )


def thanked_and_listed_by_nobody(run: Run, text: str = "Thank you so much!") -> None:
    """Ana answered and Mei thanked: three days later the digest is of somebody else."""
    run.posted("14:10", "502", "1002", "It does.", "1003", parent="501")
    run.posted("14:20", "503", "1003", text, "1002", parent="502")
    run.request("14:21", "/api/v1/statuses/503/context", "501", "502", "503")
    mark = {"conversation_id": "c1", "gone_at": None, "author_id": "A1", "lane": "to us"}
    run.lists["posts"] += [
        {**mark, "id": "M2", "refs": [f"{HOST}/502"], "author_id": "A2", "lane": None},
        {**mark, "id": "M3", "refs": [f"{HOST}/503"]},
    ]
    run.lists["journal"] += [
        move(3, "14:10", "answered", "open 1 held by ana", "answered 1"),
        move(4, "14:21", "wrote back", "answered 1", "open 2", wait=2),
    ]
    run.talk().update(wait=2, uncovered=["M3"], opened_at=at("14:20"))
    for line in run.slack:
        if "message" in line:
            line["message"]["blocks"] = []
    ended = told("d2", "digest", "10:02", "C1", "3.0", "line", day="2026-03-05", total=0, shows=[])
    run.lists["outbox"].append({**ended, "created_at": at("10:02", "2026-03-05T")})
    run.message("10:02", "C1", "0 people are waiting for one of us", ts="3.0")["world"] = at(
        "10:02", "2026-03-05T"
    )
    run.lists["outbox"] = [row for row in run.lists["outbox"] if row["kind"] == "digest"]
    run.slack = [line for line in run.slack if line.get("channel") != "D1"]


def thanked_and_given_back(run: Run) -> None:
    """They were asked about it before it was answered, and cannot be told of it any more."""
    thanked_and_listed_by_nobody(run)
    run.lists["journal"].append(move(5, "14:22", "release", "open 2", "open 2", wait=2))


def counted_though_all_of_it_thanks(run: Run) -> None:
    thanked_and_given_back(run)
    run.lists["outbox"][-1]["total"] = 1
    run.slack[-1]["message"]["text"] = "1 person is waiting for one of us"


def told_by_the_clock_that_was_set_back(run: Run) -> None:
    """The digest came at two minutes past ten; then the clock was set back, and Ana said what had become of
    it at a time before that."""
    run.lists["journal"][1:] = [
        move(2, "10:01", "elsewhere", "open 1", "closed 1 answered elsewhere", by="ana", press_id="x1")
    ]
    run.lists["journal"][1]["covers"] = ["M1"]
    run.talk().update(status="closed", reason="answered elsewhere", uncovered=[])
    run.lists["outbox"] = [run.row("digest")]
    run.slack = [line for line in run.slack if line.get("channel") != "D1"]
    run.slack[0]["message"]["blocks"] = []
    for line in (*run.slack[1:], *run.network):
        if line["seq"] > run.slack[0]["seq"]:
            line["world"] = at("10:01")
    run.slack[1]["act"]["payload"]["actions"][0].update(value="elsewhere:c1:1", action_id="elsewhere")


def closed_before_the_clock_was_set_back(run: Run) -> None:
    """Somebody else waited as well. Ana said at three past ten what had become of it; then the clock was set
    back, and the digest came at two past ten."""
    closed_after_the_digest(run)
    place = _place_of(run, "C1")
    clock = {"kind": "clock", "world": at("10:01"), "seq": run.slack[place]["seq"] - 0.1}
    run.slack.insert(place, clock)


def closed_after_a_reminder_and_a_clock_that_was_set_back(run: Run) -> None:
    """Between the look and the reminder the clock was set back. Ana said that it was answered already, at a
    time before that of the look."""
    run.row("nudge")["created_at"] = at("14:03")
    run.slack[_place_of(run, "D1")]["world"] = at("14:03")
    run.press("14:04", "already:c1:1", "w2")
    covers = {"by": "ana", "press_id": "x2", "covers": ["M1"]}
    after = "closed 1 was already answered"
    run.lists["journal"].append(move(3, "14:04", "already", "open 1 held by ana", after, **covers))
    run.talk().update(status="closed", reason="was already answered", uncovered=[])
    for line in run.slack:
        if "message" in line:
            line["message"]["blocks"] = []


def opened_after_the_clock_was_set_back(run: Run) -> None:
    """The digest came at two minutes past ten, then the clock was set back, and Lea's question came to be
    known: at a time before that."""
    run.slack.insert(1, {"kind": "clock", "world": at("10:01"), "seq": run.slack[0]["seq"] + 0.1})
    run.lists["conversations"].append(conversation(id="c2", root="M2", opened_at=at("10:01"), uncovered=[]))
    run.lists["journal"][0]["at"] = at("10:00")
    run.lists["journal"].append(move(3, "10:01", "opened", "", "open 1", conversation_id="c2"))


def lost_before_the_clock_was_set_back(run: Run) -> None:
    told_by_the_clock_that_was_set_back(run)
    run.row("digest").update(state="unknown", channel=None, ts=None)
    run.slack[0] = {**run.slack[0], "kind": "fault", "met_by": "chat.postMessage"}


def asked_for_a_reply_of_ours_alone(run: Run) -> None:
    """Ana answered and deleted it. Nobody has looked at the thread since: it was asked for by itself, to see
    whether the server answers at all."""
    run.posted("14:10", "502", "1002", "It does.", "1003", parent="501")
    run.request("14:11", "/api/v1/statuses/501/context", "502")
    run.net("14:12", "deleted", id="502")
    for clock in ("15:00", "15:20", "16:40"):
        run.request(clock, "/api/v1/statuses/502", status=404)
    mark = {"id": "M2", "refs": [f"{HOST}/502"], "author_id": "A2", "conversation_id": "c1", "lane": None}
    run.lists["posts"].append({**mark, "gone_at": None})
    run.lists["journal"].append(move(3, "14:11", "answered", "open 1 held by ana", "answered 1"))
    run.talk().update(status="answered", uncovered=[])
    for line in run.slack:
        if "message" in line:
            line["message"]["blocks"] = []


def looked_at_after_a_reply_of_ours_was_gone(run: Run) -> None:
    asked_for_a_reply_of_ours_alone(run)
    run.request("16:41", "/api/v1/statuses/501/context")


def private_and_lost(run: Run, day: str = "2026-03-06T") -> None:
    """The one note about it may not have come; after some days nothing else tells of it."""
    private_and_in_no_digest(run)
    lost = told("n1", "private", "14:05", "D1", "2.0", "private", person="ana")
    run.lists["outbox"].insert(0, {**lost, "state": "unknown", "channel": None, "ts": None})
    run.said("14:05", "fault", met_by="chat.postMessage")
    run.row("digest")["created_at"] = run.slack[0]["world"] = at("10:02", day)


def private_and_lost_the_day_before(run: Run) -> None:
    """Its owner's next day has only begun."""
    private_and_lost(run, day="2026-03-03T")


def private_and_lost_twice(run: Run, day: str = "2026-03-05T") -> None:
    """It was told anew, and that may not have come either; its owner's next day has only begun."""
    private_and_lost(run, day)
    anew = {**run.row("private"), "id": "n2", "created_at": at("14:05", "2026-03-04T")}
    anew["shows"] = [{**one, "step": "private 2"} for one in anew["shows"]]
    run.lists["outbox"].insert(1, anew)
    fault = run.said("14:05", "fault", met_by="chat.postMessage")
    fault["world"] = at("14:05", "2026-03-04T")


def private_and_lost_twice_long_ago(run: Run) -> None:
    private_and_lost_twice(run, day="2026-03-09T")


def lost_and_waiting_anew(run: Run) -> None:
    """It was of a wait that ended, and no digest has come since the next one began."""
    unknown_and_never_told(run)
    run.talk().update(wait=2)
    run.lists["journal"] += [
        move(3, "15:20", "answered", "open 1 held by ana", "answered 1"),
        move(4, "15:40", "opened", "answered 1", "open 2", wait=2),
    ]
    for line in run.slack:
        if "message" in line:
            line["message"]["blocks"] = []
    run.row("digest")
    run.lists["outbox"][-1]["total"] = 0
    run.slack[-1]["message"]["text"] = "0 people are waiting"


def private_and_in_no_digest(run: Run) -> None:
    in_no_digest(run)
    run.talk()["private"] = True
    run.row("digest")["total"] = 0
    run.slack[0]["message"]["text"] = "0 people are waiting for one of us"


def private_and_its_owner_back_since_today(run: Run) -> None:
    """Whom alone it may be told had paused until then."""
    private_and_in_no_digest(run)
    act = {"kind": "command", "user": "UANA", "payload": {"command": "/engage", "text": "resume"}}
    run.said("10:01", "act", act=act)["world"] = at("10:01", "2026-03-05T")
    run.said("10:01", "call", method="chat.postEphemeral", arguments={}, answer={"ok": True})


def added_where_she_waited_already(run: Run) -> None:
    """Somebody put what Lea wrote below Tom on the list by its link, before it was seen that she has her
    answer: the link moved nothing."""
    beside_what_was_answered(run)
    payload = {"command": "/engage", "text": f"add {HOST}/@lea/505", "trigger_id": "a1"}
    run.said("14:13", "act", act={"kind": "slash_commands", "user": "UANA", "payload": payload})


def went_on_below_what_was_added(run: Run) -> None:
    """Somebody put what Lea wrote below Tom on the list by its link; she says more below that."""
    added_where_she_waited_already(run)
    run.posted("14:16", "506", "1005", "All of them?", parent="505")
    run.request("14:17", "/api/v1/statuses/505/context", "502", "504", "506")
    last = run.lists["posts"][-1]
    run.lists["posts"].append({**last, "id": "M506", "refs": [f"{HOST}/506"], "lane": None})
    run.talk_of("c2").update(uncovered=["M506"])


def went_on_below_tom(run: Run) -> None:
    went_on_below_what_was_added(run)
    post = next(line for line in run.network if line.get("id") == "506")
    post["parent"] = "504"


BREACHES: list[tuple[int, Callable[[Run], None], str]] = [
    (1, answered_and_open, "conversation c1 is open, and by the network nobody waits there any more."),
    (
        1,
        named_along_with_what_it_answers,
        "conversation c2 is open, and by the network nobody waits there any more.",
    ),
    (1, went_on_below_tom, "conversation c2 is open, and by the network nobody waits there any more."),
    (1, beside_what_was_answered, "conversation c2 is open, and by the network nobody waits there any more."),
    (1, waits_and_closed, "post 501 waits by the network, and its conversation c1 is answered here."),
    (1, never_listed, "post 503 speaks to us and waits, and is not known here."),
    (1, never_stored, "post 503 speaks to us and waits, and is not known here."),
    (
        2,
        in_two_conversations,
        "what mei@garden.example said in one thread stands in two conversations, c1 and c2.",
    ),
    (2, below_what_came_here, "what mei@garden.example said in one thread stands in two conversations"),
    (2, under_another_root, "post 501 stands under M9, and its conversation under M1."),
    (2, of_two_people, "conversation c1 is of 2 people, and it is no fold."),
    (3, sent_again_after_a_lost_answer, "UANA was told the same twice"),
    (3, one_step_twice, "two messages came for one step: ana / c1 / 1 / first."),
    (4, never_intended, "a message to UANA at 2026-03-02T14:06:00 was never intended."),
    (4, intended_afterwards, "message d1 stood in Slack before it was intended."),
    (5, sent_and_not_there, "message n1 is noted as sent, and Slack never took it."),
    (5, given_up_and_there, "message n1 is noted as dead, and stands in Slack."),
    (5, unknown_without_a_reason, "message n1 is unknown, and no answer was lost and nothing killed."),
    (5, unknown_and_never_told, "message n1 may not have come, and c1 was in no later message."),
    (5, private_and_lost_twice_long_ago, "message n2 may not have come, and c1 was in no later message."),
    (5, private_and_lost, "message n1 may not have come, and c1 was in no later message."),
    (6, without_a_look, "UANA was told of c1 at 2026-03-02T14:05:00 without a look in the minute before."),
    (6, another_topic_was_looked_at, "was told of c1 at 2026-03-02T14:05:00 without a look in the minute"),
    (6, another_was_asked_for, "was told of c1 at 2026-03-02T14:05:00 without a look in the minute"),
    (6, answered_in_private_where_our_key_shows_it, "that c1 waits, after the answer."),
    (6, with_half_a_look, "the look before UANA was told of c1 did not see all of the thread."),
    (6, below_what_she_wrote_back_it_was_answered, "the look before UANA was told of c1 did not see all"),
    (6, told_after_the_answer, "UANA was told at 2026-03-02T14:05:00 that c1 waits, after the answer."),
    (6, own_posts_not_read, "UANA was told of c1, and their own posts were not read before."),
    (6, told_though_the_answer_had_come, "that c1 waits, after the answer."),
    (6, told_though_the_answer_had_come, "did not see all of the thread."),
    (6, told_though_the_other_server_showed_it, "that c1 waits, after the answer."),
    (7, at_night, "UANA was rung at 23:05 of their time."),
    (7, she_had_travelled, "UANA was rung at 23:05 of their time."),
    (7, she_was_away_when_slack_told_again_that_she_was_back, "UANA was rung at 23:05 of their time."),
    (7, she_worked_other_hours_before_that, "UANA was rung at 14:05 of their time."),
    (7, on_a_holiday, "UANA was rung on a holiday, Monday 2026-03-02."),
    (7, while_absent, "UANA was rung while away, Monday 2026-03-02."),
    (7, twice_on_the_day_of_return, "UANA had 2 messages on 2026-03-02, the day of their return."),
    (7, while_not_to_be_disturbed, "UANA was rung though they are not to be disturbed."),
    (7, after_a_night_shift, "UANA was rung at 14:05 of their time."),
    (7, too_often, "UANA had 2 rings on 2026-03-02, and 1 may be."),
    (7, while_away, "UANA was rung while they had paused."),
    (7, while_the_team_was_quiet, "UANA was rung while the team was quiet."),
    (8, a_wrong_count, "the digest of 2026-03-02 says 7, and 1 waited."),
    (8, a_count_that_is_not_the_open_ones, "the digest of 2026-03-02 counts 2, and 1 were open then."),
    (8, in_no_digest, "c1 waits since 2026-03-02 10:00, and is in no digest and no note."),
    (8, taken_days_before_the_digest, "c1 waits since 2026-03-02 10:00, and is in no digest and no note."),
    (8, private_and_in_no_digest, "c1 waits since 2026-03-02 10:00, and is in no digest and no note."),
    (8, counted_though_all_of_it_thanks, "the digest of 2026-03-05 counts 1, and 0 were open then."),
    (8, closed_after_the_digest, "the digest of 2026-03-02 counts 1, and 2 were open then."),
    (10, for_an_earlier_wait, "a press for wait 1 moved c1, where wait 2 stood."),
    (
        11,
        pressed_without_an_answer,
        "UANA pressed later at 2026-03-02T14:30:00: 0 moves and 0 answers came of it.",
    ),
    (11, put_off_before_it_was_pressed, "UANA pressed later at 2026-03-02T14:30:00: 0 moves and 0 answers"),
    (11, pressed_and_answered_twice, "UANA pressed claim at 2026-03-02T10:03:00: 1 moves and 2 answers"),
    (12, a_broken_chain, "c1 went on from “open 1 held by ben”, and had ended at “open 1”."),
    (13, a_written_word, "the bot asked a network to POST /api/v1/statuses."),
    (13, a_call_that_no_network_declares, "the bot asked a network to POST /xrpc/createSession."),
    (13, an_uncounted_request, "the ledger counts 1 of GET /api/v1/notifications, and the network saw 2."),
    (13, a_request_the_ledger_does_not_know, "the ledger does not know GET /api/v1/timelines/home."),
    (14, a_private_word_in_the_channel, "private words of post 501 stood before UANA."),
    (14, of_another_workspace, "a message speaks of c9, of no conversation here."),
    (14, typed_and_sent, "words typed in Slack reached a network."),
    (15, passed_and_unknown, "source s1 has passed post 503, which is neither stored nor set aside."),
    (1, named_when_it_came, "post 503 waits and belongs to no conversation."),
    (15, came_and_not_stored, "source s1 has passed post 503, which is neither stored nor set aside."),
    (
        1,
        answered_by_order_before_who_stood_between_went,
        "post 501 waits by the network, and its conversation",
    ),
    (1, answered_by_order_and_open, "conversation c1 is open, and by the network nobody waits there"),
    (1, a_topic_goes_on_without_it, "conversation c1 is open, and by the network nobody waits there"),
    (
        1,
        closed_though_it_says_that_it_answers_us,
        "post 503 waits by the network, and its conversation c3 is",
    ),
    (1, closed_though_tom_calls_us_himself, "post 503 waits by the network, and its conversation c4 is"),
    (1, below_a_reply_that_its_network_forgot, "c3 is open, and by the network nobody waits there"),
    (1, likely_answered_where_it_is_sure, "c1 is open, and by the network nobody waits there"),
    (1, between_and_gone_after_that_thread_concerned_us, "c2 is open, and by the network nobody waits"),
    (1, closed_where_all_is_said_to_us, "post 601 waits by the network, and its conversation c4 is closed"),
    (1, a_colleague_waits_whom_nobody_linked, "c4 is open, and by the network nobody waits there"),
    (6, told_though_answered_between_two_looks, "that c4 waits, after the answer"),
    (1, missed_a_third_time_soon_after, "c1 is open, and by the network nobody waits there"),
    (1, below_ours_and_passed, "post 504 speaks to us and waits, and is not known here"),
    (2, between_and_in_a_list, "what mei@garden.example said in one thread stands in two conversations"),
    (1, shown_in_a_list_and_gone, "c1 is open, and by the network nobody waits there"),
    (6, below_what_was_read_before, "did not see all of the thread"),
    (1, between_what_was_judged_all_the_time, "c1 is open, and by the network nobody waits there"),
    (1, never_found_below_our_post, "post 503 speaks to us and waits, and is not known here."),
    (6, tom_was_back_before_the_look, "was told of c1 did not see all of the thread."),
    (1, gone_by_what_the_answer_says, "conversation c1 is open, and by the network nobody waits"),
    (
        1,
        gone_while_another_post_of_that_server_answers,
        "conversation c1 is open, and by the network nobody waits",
    ),
    (15, passed_by_a_list_that_the_network_declares, "source s1 has passed post 503, which is neither"),
    (15, shown_by_a_feed, "the feed showed post 1, which is neither stored nor set aside."),
    (
        1,
        looked_at_after_a_reply_of_ours_was_gone,
        "post 501 waits by the network, and its conversation",
    ),
    (1, fed_and_waiting, "conversation c3 is open, and by the network nobody waits there any more."),
    (15, history_that_came_afterwards, "source s1 calls history what came after it was first read."),
    (16, words_that_stayed, "words of post 501, which is gone, still stand in Slack."),
    (16, said_again_and_deleted_everywhere, "words of post 501, which is gone, still stand in Slack."),
    (16, forgotten_and_the_words_stayed, "words of post 501, whose author is forgotten, still stand in"),
    (16, kept_after_they_asked_to_be_forgotten, "post 501 was kept, and its author had asked before to be"),
    (6, a_first_draft_with_a_reply_below_it, "the look before UANA was told of c1 did not see all of the"),
    (1, tom_answers_mei_who_named_us, "conversation c4 is open, and by the network nobody waits there"),
    (15, passed_while_another_asked_to_be_forgotten, "source s1 has passed post 503, which is neither"),
    (17, a_copy_that_still_asks, "c1 is answered, and a message about it still offers “claim”."),
    (17, a_copy_of_an_earlier_wait, "c1 is in wait 1, and a message offers a press for wait 0."),
]


@pytest.mark.parametrize(
    ("number", "breaks", "story"),
    BREACHES,
    ids=[f"{number}-{breaks.__name__}" for number, breaks, _ in BREACHES],
)
def test_a_breach_is_seen_and_told(
    tmp_path: Path, number: int, breaks: Callable[[Run], None], story: str
) -> None:
    run = clean()
    breaks(run)
    verdict = run.judged(tmp_path)
    stories = [str(breach) for breach in verdict.breaches if breach.number == number]
    assert any(story in told for told in stories), str(verdict)
    assert f"{number} {NAMES[number]}: " in str(verdict)
    assert all(".jsonl:" in told or "ledger counts" in told for told in stories), "it shows the lines"


def test_each_rule_has_a_breach_here() -> None:
    assert {number for number, _, _ in BREACHES} == set(RULES)


# ---- no breach


def answered_a_second_ago(run: Run) -> None:
    run.posted("14:06", "502", "1002", "It does.", "1003", parent="501")


def an_absence_told_of_later(run: Run) -> None:
    off(run, "2026-03-02", "2026-03-09", "away", at("15:00"))


def in_a_night_shift_of_the_day_before(run: Run) -> None:
    run.lists["teammates"][0] |= {"starts": "22:00:00", "ends": "14:30:00", "days": [7]}


def a_stranger_answered(run: Run) -> None:
    run.net("09:00", "account", network="mastodon", id="1004", acct="lars@tiny.example", bot=False)
    run.posted("14:06", "502", "1004", "It does.", "1003", parent="501")
    run.request("14:10", "/api/v1/statuses/501/context", "502")


def a_machine_answered(run: Run) -> None:
    run.posted("14:06", "502", "1001", "Thanks for writing!", "1003", parent="501", application="IFTTT")
    run.request("14:10", "/api/v1/statuses/501/context", "502")


def lost_and_told_later(run: Run) -> None:
    unknown_without_a_reason(run)
    run.said("14:05", "fault", met_by="chat.postMessage", drop_answer=True)


def killed_while_sending(run: Run) -> None:
    run.row("nudge").update(state="sending", channel=None, ts=None)
    run.said("14:05", "killed")


def counted_before_a_kill(run: Run) -> None:
    an_uncounted_request(run)
    run.said("14:06", "killed")


def set_aside(run: Run) -> None:
    never_stored(run)
    run.lists["quarantine"].append({"source_id": "s1", "ref": "503"})


def answered_and_pressed_again_later(run: Run) -> None:
    """The question's answer was lost, so nobody knew the message that was pressed first."""
    first = run.press("10:02", "claim:c1:1", "w0")
    run.said("10:02", "call", method="response_url", arguments={}, answer={"ok": True}, word="w0")
    run.slack.sort(key=lambda line: line is not first)  # it came before the one that moved it
    first["seq"] = 0


def told_why_nothing_changed(run: Run) -> None:
    run.press("14:30", "claim:c1:1", "w2")
    run.said("14:30", "call", method="response_url", arguments={}, answer={"ok": True}, word="w2")


def a_rule_removed(run: Run) -> None:
    """It moves no conversation, and the list of the rules stands anew where it was pressed."""
    run.press("14:30", "drop_rule", "w2")
    anew = {"replace_original": "true"}
    run.said("14:30", "call", method="response_url", arguments=anew, answer={"ok": True}, word="w2")


def redrafted_in_private(run: Run) -> None:
    """A private post and its redraft were two until the deletion was seen; the emptied one is not private."""
    run.lists["posts"].append({**run.lists["posts"][0], "id": "M2", "refs": [], "visibility": "direct"})
    run.lists["conversations"].append(conversation(id="c2", root="M2", status="closed", uncovered=[]))
    run.lists["journal"] += [
        move(3, "10:01", "opened", "", "open 1", conversation_id="c2"),
        move(4, "10:30", "noted", "open 1", "closed 0", conversation_id="c2"),
    ]


def undone_twice_on_two_days(run: Run) -> None:
    """Each time pressed twice in a hurry; what was answered at once made no later move."""
    for number, clock in ((5, "14:30"), (6, "16:00")):
        for press in ("a", "b"):
            run.press(clock, f"undo:c1:1:x{number}", f"w{number}{press}")
        run.said(clock, "call", method="response_url", arguments={}, answer={"ok": True}, word=f"w{number}b")
        before, after = ("open 1 held by ana", "open 1") if number == 5 else ("open 1", "open 1")
        run.lists["journal"].append(
            move(number, clock, "undo", before, after, by="ana", press_id=f"y{number}", undoes=None)
        )


def words_where_no_edit_reaches(run: Run) -> None:
    """Slack's answer to the digest was lost, and with it the number by which it could be changed."""
    words_that_stayed(run)
    run.row("digest").update(state="unknown", channel=None, ts=None)
    run.said("10:02", "fault", met_by="chat.postMessage")


def redrafted_apart_from_what_was_answered(run: Run) -> None:
    """Mei deletes what she wrote and writes it anew: a thread of its own, and the only one that is looked at.
    What she asked below the first one was answered there."""
    seq = a_look_of(run, "1002")["seq"]
    run.posted("11:00", "502", "1002", "It does.", "1003", parent="501")
    run.posted("12:00", "503", "1003", "And the dates?", "1002", parent="502")
    run.posted("12:30", "504", "1002", "Those too.", "1003", parent="503")
    run.net("13:00", "deleted", id="501")
    run.posted("13:01", "505", "1003", "@acme Does the export keep my tags?", "1001")
    for number, line in enumerate(run.network[-5:]):
        line["seq"] = seq - 0.9 + number / 10
    run.network.sort(key=lambda line: line["seq"])
    a_look_of(run, "501/context")["path"] = "/api/v1/statuses/505/context"
    first = run.lists["posts"][0]
    first["gone_at"] = at("13:00")
    run.lists["posts"] += [
        {**first, "id": f"M{id}", "refs": [f"{HOST}/{id}"], "gone_at": None} for id in (503, 505)
    ]
    run.talk().update(uncovered=["M505"])


def named_before_what_it_answers_was_edited(run: Run) -> None:
    _goes_on_below_mei(run)
    run.net("14:15", "edited", id="503", text="@acme So do I.", mentions=["1001"], server=None)
    run.request("14:16", "/api/v1/statuses/501/context", "503", "504")


def counted_since_a_reply_may_be_to_them(run: Run) -> None:
    """Tom wrote below Mei's thanks, and Ana below Tom."""
    counted_though_all_of_it_thanks(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("14:22", "504", "1004", "It does here.", "1003", parent="503")
    run.posted("14:23", "505", "1002", "And there.", "1004", parent="504")
    run.request("14:24", "/api/v1/statuses/503/context", "501", "502", "504", "505")


def its_link_could_not_be_read(run: Run) -> None:
    """Tom speaks about us. Somebody typed the link to that while the network was out of reach."""
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("10:10", "503", "1004", "I keep my tags in it.")
    run.request("14:06", "/api/v1/timelines/tag/acme", "503")
    about = {"id": "M503", "refs": [f"{HOST}/503"], "author_id": "A3", "conversation_id": "c3"}
    run.lists["posts"].append({**run.lists["posts"][0], **about, "lane": "about us"})
    room = {"status": "closed", "lane": "about us", "uncovered": [], "wait": 0}
    run.lists["conversations"].append(conversation(id="c3", author="A3", root="M503", **room))
    payload = {"command": "/engage", "text": f"add {HOST}/@tom/503", "trigger_id": "a1"}
    run.said("14:07", "act", act={"kind": "slash_commands", "user": "UANA", "payload": payload})


def added_after_the_digest(run: Run) -> None:
    """What Mei said on Monday was put on the list when the digest of Thursday had come."""
    in_no_digest(run)
    run.lists["journal"].insert(0, move(0, "10:00", "noted", "", "closed 0"))
    run.lists["journal"][1].update(before="closed 0", at=run.row("digest")["created_at"], face="add")


def in_the_room_of_what_was_seen_answered_as_something_was_added(run: Run) -> None:
    """Ana answered Mei, and Mei says something to Tom, whose post names us."""
    answered_and_open(run)
    run.net("09:00", "account", network="mastodon", id="1004", acct="tom@harbour.example", bot=False)
    run.posted("14:11", "503", "1004", "@acme So do I.", "1001", parent="501")
    run.posted("14:12", "504", "1003", "@acme @tom Do you?", "1001", "1004", parent="503")
    run.request("14:13", "/api/v1/statuses/501/context", "502", "503", "504")
    room = {"id": "M504", "refs": [f"{HOST}/504"], "lane": "in the room"}
    tom = {"id": "M503", "refs": [f"{HOST}/503"], "lane": "in the room", "conversation_id": "c2"}
    first = run.lists["posts"][0]
    run.lists["posts"] += [{**first, **room}, {**first, **tom, "author_id": "A3"}]
    run.lists["conversations"].append(conversation(id="c2", author="A3", status="closed", uncovered=[]))
    answered = move(3, "14:13", "answered", "open 1 held by ana", "answered 1", face="add")
    run.lists["journal"].append(answered)
    run.talk().update(status="answered", uncovered=[])
    for line in run.slack:
        if "message" in line:
            line["message"]["blocks"] = []


def listed_by_an_error_page(run: Run) -> None:
    never_listed(run, faked=True)


SOUND = [
    listed_by_an_error_page,
    in_the_room_of_what_was_seen_answered_as_something_was_added,
    added_after_the_digest,
    went_on_below_what_was_added,
    its_link_could_not_be_read,
    counted_since_a_reply_may_be_to_them,
    named_before_what_it_answers_was_edited,
    added_where_she_waited_already,
    lost_and_waiting_anew,
    private_and_lost_the_day_before,
    private_and_lost_twice,
    told_by_the_clock_that_was_set_back,
    put_off_after_the_clock_was_set_back,
    opened_after_the_clock_was_set_back,
    closed_after_a_reminder_and_a_clock_that_was_set_back,
    closed_before_the_clock_was_set_back,
    lost_before_the_clock_was_set_back,
    asked_for_a_reply_of_ours_alone,
    private_and_its_owner_back_since_today,
    what_she_wrote_back_hangs_beside_another_reply,
    taken_an_hour_before_the_digest,
    she_works_other_hours_since_then,
    she_travelled_since_then,
    she_travelled_unheard,
    gone_where_nothing_else_is_known,
    gone_by_what_the_answer_says_of_another,
    below_a_reply_that_was_gone_first,
    closed_below_what_nobody_read,
    tom_calls_us_where_replies_name_nobody_by_themselves,
    below_what_never_came_here,
    only_likely_answered,
    back_between_what_was_judged,
    parted_from_ours_before_anybody_read_it,
    between_and_in_no_list,
    asked_for_alone_and_gone,
    below_a_reply_that_is_gone,
    below_what_nobody_had_read,
    missed_twice_with_hours_between,
    written_back_between_two_looks,
    where_all_is_said_to_us,
    between_and_gone_before_that_thread_concerned_us,
    tom_was_away_at_the_look,
    never_found_below_what_is_gone,
    looked_at_by_what_was_asked_for,
    answered_in_private_where_no_key_of_ours_shows_it,
    signed_in,
    she_was_back_before_slack_told_again_that_she_had_left,
    below_a_reply_that_no_key_shows,
    answered_below_what_no_key_shows,
    redrafted_apart_from_what_was_answered,
    words_where_no_edit_reaches,
    thanked_and_listed_by_nobody,
    thanked_and_given_back,
    undone_twice_on_two_days,
    redrafted_in_private,
    answered_a_second_ago,
    an_absence_told_of_later,
    in_a_night_shift_of_the_day_before,
    a_stranger_answered,
    a_machine_answered,
    put_off_by_a_press,
    lost_and_told_later,
    killed_while_sending,
    counted_before_a_kill,
    set_aside,
    passed_since_they_asked_to_be_forgotten,
    tom_answers_mei_who_is_not_kept,
    a_first_draft_that_is_gone_with_a_reply_below_it,
    told_why_nothing_changed,
    a_rule_removed,
    answered_and_pressed_again_later,
    from_elsewhere,
    answered_elsewhere_and_not_here_yet,
    asked_elsewhere_and_not_here_yet,
    taken_back_on_its_way,
    said_again_where_a_copy_of_it_still_stands,
    by_order,
    answered_by_order_unless_somebody_stands_between,
    answered_by_order_after_who_stood_between_had_gone,
    open_by_order_where_nobody_knows_when_who_stood_between_went,
    answered_where_it_was_not_read_yet,
    looked_at_by_topic,
    fed_and_stored,
]


def test_who_thanks_and_asks_is_forgotten_where_a_digest_leaves_them_out(tmp_path: Path) -> None:
    run = clean()
    thanked_and_listed_by_nobody(run, "Thank you! And the dates?")
    story = str(run.judged(tmp_path))
    assert "the digest of 2026-03-05 counts 0, and 1 were open then." in story
    assert "c1 waits since 2026-03-02 14:20, and is in no digest and no note." in story


def test_words_stay_in_reach_where_another_message_was_the_one_that_was_lost(tmp_path: Path) -> None:
    run = clean()
    words_where_no_edit_reaches(run)
    run.row("digest").update(place="C2")
    assert "words of post 501, which is gone, still stand in Slack." in str(run.judged(tmp_path))


@pytest.mark.parametrize("happens", SOUND, ids=[happens.__name__ for happens in SOUND])
def test_what_only_looks_like_a_breach_is_none(tmp_path: Path, happens: Callable[[Run], None]) -> None:
    run = clean()
    happens(run)
    verdict = run.judged(tmp_path)
    assert verdict.breaches == [], str(verdict)


# ---- over several runs, and from the command line


def test_an_earlier_journal_is_the_beginning_of_a_later_one(tmp_path: Path) -> None:
    earlier, later = (tmp_path / name for name in ("earlier", "later"))
    for folder, lines in ((earlier, ["a", "b"]), (later, ["a", "b", "c"])):
        folder.mkdir()
        (folder / "journal.jsonl").write_text("\n".join(lines))
    assert grows(earlier, later) == []
    (earlier / "journal.jsonl").write_text("a\nx")
    (breach,) = grows(earlier, later)
    assert "line 2 of the journal is not what it was." in str(breach)


def test_two_runs_that_end_differently_are_no_confluence(tmp_path: Path) -> None:
    runs = []
    for name, status in (("first", "open"), ("second", "open"), ("third", "answered")):
        run, folder = deepcopy(clean()), tmp_path / name
        folder.mkdir()
        run.talk()["status"] = status
        run.judged(folder)
        runs.append((folder, folder))
    assert confluence(runs[:2]) == []
    (breach,) = confluence(runs)
    assert str(breach).startswith("9 Confluence: run 3 ended with")


@pytest.mark.parametrize(("breaks", "code"), [(None, 0), (at_night, 1), (list.clear, 2)])
def test_it_is_a_program_of_its_own(tmp_path: Path, breaks: Any, code: int) -> None:
    run = Run() if breaks is list.clear else clean()
    if code == 1:
        breaks(run)
    run.judged(tmp_path)
    command = [sys.executable, "-E", "-s", "-m", "tests.referee", str(tmp_path)]
    top = HOME.parents[1]
    done = subprocess.run(command, cwd=top, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith("judged ")
    assert ("7 Hours: UANA was rung at 23:05" in done.stdout) == (code == 1)


def test_it_knows_nothing_of_the_code_that_it_judges() -> None:
    files = sorted(HOME.glob("*.py"))
    source = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    imported = {line.split()[1] for line in source if line.startswith(("import ", "from "))}
    others = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    own = {f"tests.referee.{file.stem}" for file in files}
    assert others - own == {"tests.referee"}
    assert not any("import_module" in line or "__import__" in line for line in source)
