"""Each drawn thread of this folder is put to the rules, and the drawing decides."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.lifecycle import stand
from bot.domain.matching import conversation_key, folds, lane_of
from bot.domain.model import (
    Author,
    Facts,
    Handle,
    Lane,
    Post,
    Press,
    Standing,
    Strength,
    Verb,
    Visibility,
)
from bot.domain.threads import same_redraft

DAY_ONE = datetime(2026, 3, 2, tzinfo=UTC)
LANES = {"us": Lane.TO_US, "room": Lane.IN_THE_ROOM, "about": Lane.ABOUT_US, "none": None}
TIMED = {"edited", "named", "gone", "from", "until"}
CHECKS = ("at", "lane-of", "redraft", "folds", "same")


@dataclass
class Drawing:
    """One thread as it was drawn: facts with their times, and the verdicts."""

    title: str
    posts: dict[str, Post] = field(default_factory=dict)
    mentions: list[tuple[str, Lane]] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    handles: dict[str, Handle] = field(default_factory=dict)
    verdicts: list[list[str]] = field(default_factory=list)
    because: str = ""
    maybe_at_most: bool = False
    pointing: bool = False
    fold: bool = False

    def at(self, now: datetime) -> Facts:
        """The facts that the world held at a moment."""
        posts = [
            replace(post, gone_at=post.gone_at if post.gone_at and post.gone_at <= now else None)
            for post in self.posts.values()
            if post.created_at <= now
        ]
        return Facts(
            network="mastodon",
            them=None if self.fold else "mei",
            posts=frozenset(posts),
            mentions=tuple(self.mentions),
            ours=frozenset(self.handles.values()),
            presses=frozenset(press for press in self.presses if press.at <= now),
            maybe_at_most=self.maybe_at_most,
            pointing=self.pointing,
        )


def moment(day: str, hour: str) -> datetime:
    hours, minutes = hour.split(":")
    return DAY_ONE + timedelta(days=int(day[1:]) - 1, hours=int(hours), minutes=int(minutes))


def read_pairs(words: list[str]) -> dict[str, str | datetime]:
    found: dict[str, str | datetime] = {}
    while words:
        key = words.pop(0)
        if key in TIMED:
            found[key] = moment(words.pop(0), words.pop(0))
        else:
            found[key] = "yes" if key == "bot" else words.pop(0)
    return found


def handle(author: str, teammate: str | None, **dates: datetime) -> Handle:
    return Handle("mastodon", author, f"@{author}", teammate, id=f"h-{author}", **dates)


def draw_post(drawing: Drawing, words: list[str]) -> None:
    at, id = moment(words[0], words[1]), words[2]
    said = read_pairs(words[3:])
    drawing.posts[id] = Post(
        network="mastodon",
        id=id,
        url=f"https://social.example/{id}",
        author=Author(said["by"], f"@{said['by']}", said["by"].title(), is_bot="bot" in said),
        text=said.get("says", ""),
        created_at=at,
        parent=said.get("under"),
        root=said.get("root"),
        refs=tuple(said.get("refs", "").split()),
        names=frozenset(said.get("names", "").split(",")) - {""},
        visibility=Visibility(said.get("seen", "public")),
        client=said.get("client"),
        sign=said.get("sign"),
        edited_at=said.get("edited"),
        named_us_at=said.get("named"),
        order=int(said["order"]) if "order" in said else None,
        gone_at=said.get("gone"),
    )
    if "lane" in said:
        drawing.mentions.append((id, LANES[said["lane"]]))


def draw_press(drawing: Drawing, words: list[str]) -> None:
    at, verb = moment(words[0], words[1]), Verb[words[2].replace("-", "_").upper()]
    said = read_pairs(words[3:])
    drawing.presses.append(
        Press(
            id=said.get("id", f"press-{len(drawing.presses)}"),
            verb=verb,
            wait=int(said["wait"]),
            by=said["by"].strip("-"),
            at=at,
            covers=frozenset(said.get("covers", "").split(",")) - {""},
            to=said.get("to"),
            until=said.get("until"),
            post=said.get("post"),
            undoes=said.get("undoes"),
        )
    )


def draw_handle(drawing: Drawing, words: list[str]) -> None:
    said = read_pairs(words[1:])
    drawing.handles[words[0]] = handle(words[0], said["of"], since=said.get("from"), until=said.get("until"))


def draw(text: str) -> list[Drawing]:
    """Every thread of one file."""
    drawings: list[Drawing] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("=="):
            drawings.append(Drawing(line[2:].strip()))
            shared, ana, ben = handle("acme", None), handle("ana", "ana"), handle("ben", "ben")
            drawings[-1].handles = {"acme": shared, "ana": ana, "ben": ben}
            continue
        draw_line(drawings[-1], line)
    return drawings


def draw_line(drawing: Drawing, line: str) -> None:
    kind, _, rest = line.partition(" ")
    drawers = {"post": draw_post, "press": draw_press, "handle": draw_handle}
    if kind in drawers:
        drawers[kind](drawing, shlex.split(rest))
    elif kind in CHECKS:
        drawing.verdicts.append(shlex.split(line))
    elif kind == "because":
        drawing.because = rest
    elif kind == "unlink":
        del drawing.handles[rest]
    else:
        assert kind in {"maybe-at-most", "pointing", "fold"}, f"cannot read: {line}"
        setattr(drawing, kind.replace("-", "_"), True)


def ids(found) -> str:
    return ",".join(sorted(found))


def when(at: datetime | None) -> str:
    if at is None:
        return ""
    days = (at - DAY_ONE).days
    return f"d{days + 1} {at:%H:%M}"


def describe(standing: Standing, drawing: Drawing, since: str) -> dict[str, str]:
    """The standing in the words that the drawings use."""
    first = standing.waiting_since
    is_since = since in drawing.posts and first == drawing.posts[since].created_at
    shown = since if is_since else when(first)
    return {
        "wait": str(standing.wait),
        "since": shown,
        "uncovered": ids(standing.uncovered),
        "nudge": "yes" if standing.nudgeable else "no",
        "strong": ids(one.post for one in standing.evidence if one.verified),
        "credit": ",".join(f"{one.post}/{one.by or ''}" for one in standing.evidence if one.verified),
        "maybes": ids(one.post for one in standing.maybes),
        "reason": standing.reason.name.lower().replace("_", "-") if standing.reason else "",
        "lane": next(name for name, lane in LANES.items() if lane == standing.lane),
        "answered": when(standing.answered_at).replace(" ", "_"),
        "holder": standing.holder or "",
        "asked": standing.asked or "",
        "others": str(standing.others_replied),
        "private": "yes" if standing.private else "no",
        "backs": ",".join(
            f"{back.post}/{back.reply}/{back.by or ''}/{'asks' if back.asks else 'rests'}"
            for back in standing.write_backs
        ),
        "wake": when(standing.wake_at),
        "until": when(standing.snoozed_until),
        "sign": f"{standing.sign.post}/{standing.sign.kind}" if standing.sign else "",
        "last": standing.last_press or "",
        "status": standing.status.value,
    }


def judge_moment(drawing: Drawing, words: list[str]) -> None:
    now = moment(words[0], words[1])
    expected = dict(word.split("=", 1) for word in words[3:]) | {"status": words[2]}
    found = describe(stand(drawing.at(now), now), drawing, expected.get("since", ""))
    assert {key: found[key] for key in expected} == expected


def judge(drawing: Drawing, verdict: list[str]) -> None:
    kind, *words = verdict
    ours = tuple(drawing.handles.values())
    posts = tuple(drawing.posts.values())
    if kind == "at":
        judge_moment(drawing, words)
    elif kind == "lane-of":
        post = drawing.posts[words[0]]
        assert lane_of(post, posts, ours, carries_names=True) == LANES[words[1]]
    elif kind == "redraft":
        old, new = drawing.posts[words[0]], drawing.posts[words[1]]
        assert same_redraft(old, new) == (words[2] == "yes")
    elif kind == "same":
        keys = {conversation_key(drawing.posts[id], posts, ours) for id in words[:2]}
        assert (len(keys) == 1) == (words[2] == "yes")
    else:
        theirs = [post for post in posts if post.author.id not in drawing.handles]
        assert folds(theirs) == (words[0] == "yes")


DRAWN = [
    pytest.param(drawing, id=f"{file.stem}: {drawing.title}")
    for file in sorted(Path(__file__).parent.glob("*.txt"))
    for drawing in draw(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("drawing", DRAWN)
def test_a_drawn_thread_is_judged_as_drawn(drawing: Drawing):
    for verdict in drawing.verdicts:
        judge(drawing, verdict)


def test_every_drawn_thread_has_a_verdict_and_a_reason():
    assert len(DRAWN) >= 60
    for parameters in DRAWN:
        drawing = parameters.values[0]
        assert drawing.verdicts, drawing.title
        assert drawing.because, drawing.title


@pytest.mark.parametrize("drawing", DRAWN)
def test_strength_of_evidence_is_never_below_strong_where_it_answered(drawing: Drawing):
    now = moment("d60", "00:00")
    standing = stand(drawing.at(now), now)
    assert all(one.strength == Strength.STRONG for one in standing.evidence)
    assert all(one.strength == Strength.MAYBE for one in standing.maybes)
