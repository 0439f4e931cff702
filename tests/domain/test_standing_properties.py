"""What holds for where any conversation stands, whatever was read and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lifecycle import stand
from bot.domain.model import (
    Author,
    Facts,
    Handle,
    Lane,
    Post,
    Press,
    Standing,
    Status,
    Strength,
    Verb,
    Visibility,
)
from bot.domain.moves import Refusal, refuse
from bot.domain.threads import put_together

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(days=40)
OURS = (
    Handle("mastodon", "acme", "@acme", id="h1"),
    Handle("mastodon", "ana", "@ana", "ana", id="h2", until=START + timedelta(days=3)),
)
PEOPLE = ("mei", "mei", "mei", "zoe", "acme", "ana")
TEXTS = ("Does it?", "Thanks, noted!", "Sure", "\u30bf\u30b0\uff1f")
TICK = timedelta(microseconds=1)


@st.composite
def posts(draw, count: int = 9) -> list[Post]:
    """A thread with skewed clocks, gaps, outsiders, machines, edits and deletions."""
    drawn: list[Post] = []
    for number in range(draw(st.integers(1, count))):
        above = [None, "unknown", *(post.id for post in drawn), *(f"host/{p.id}" for p in drawn)]
        created = START + timedelta(minutes=draw(st.integers(0, 6 * 24 * 60)))
        author = draw(st.sampled_from(PEOPLE))
        gone = draw(st.sampled_from([None, None, None, 1, 30, 600, 9000]))
        edit = draw(st.sampled_from([None, None, None, 20]))
        drawn.append(
            Post(
                network="mastodon",
                id=f"p{number}",
                url=f"https://social.example/p{number}",
                author=Author(author, f"@{author}", author.title()),
                text=draw(st.sampled_from(TEXTS)),
                created_at=created,
                parent=draw(st.sampled_from(above)),
                refs=(f"host/p{number}",),
                names=draw(st.frozensets(st.sampled_from(["mei", "zoe", "acme"]), max_size=2)),
                visibility=draw(st.sampled_from([Visibility.PUBLIC, Visibility.DIRECT])),
                client=draw(st.sampled_from([None, None, "IFTTT"])),
                sign=draw(st.sampled_from([None, None, None, "accepted"])),
                gone_at=created + timedelta(minutes=gone) if gone else None,
                named_us_at=created + timedelta(minutes=edit) if edit else None,
            )
        )
    return drawn


@st.composite
def presses(draw, ids: list[str]) -> list[Press]:
    drawn: list[Press] = []
    for number in range(draw(st.integers(0, 6))):
        at = START + timedelta(minutes=draw(st.integers(0, 8 * 24 * 60)))
        drawn.append(
            Press(
                id=f"x{number}",
                verb=draw(st.sampled_from(list(Verb))),
                wait=draw(st.integers(0, 3)),
                by=draw(st.sampled_from(["ana", "ben"])),
                at=at,
                covers=draw(st.frozensets(st.sampled_from(ids), max_size=4)),
                to=draw(st.sampled_from([None, "ana", "ben"])),
                until=at + timedelta(days=draw(st.integers(1, 60))),
                post=draw(st.sampled_from(ids)),
                undoes=f"x{draw(st.integers(0, 5))}",
            )
        )
    return drawn


@st.composite
def facts(draw, *, pressed: bool = True) -> Facts:
    read = draw(posts())
    ids = [post.id for post in read]
    lanes = st.sampled_from([Lane.TO_US, Lane.TO_US, Lane.TO_US, Lane.IN_THE_ROOM])
    theirs = [post.id for post in read if post.author.id == "mei"]
    matched = draw(st.lists(st.sampled_from(theirs), unique=True)) if theirs else []
    return Facts(
        network="mastodon",
        them=draw(st.sampled_from(["mei", "mei", None])),
        posts=frozenset(read),
        mentions=tuple((id, draw(lanes)) for id in matched),
        ours=frozenset(OURS),
        presses=frozenset(draw(presses(ids))) if pressed else frozenset(),
        maybe_at_most=draw(st.sampled_from([False, False, False, True])),
    )


moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(facts(), moments, st.randoms(use_true_random=False))
def test_the_order_of_learning_does_not_matter(known: Facts, now: datetime, chance):
    read = [*known.posts, *chance.sample(sorted(known.posts, key=lambda p: p.id), 1)]
    told = [*known.mentions, *known.mentions]
    pressed = list(known.presses)
    for shuffled in (read, told, pressed):
        chance.shuffle(shuffled)
    # Given as tuples they keep the shuffled order, which a frozenset would hide.
    other = replace(known, posts=tuple(read), mentions=tuple(told), presses=tuple(pressed))
    assert stand(other, now) == stand(known, now)


@given(facts(), moments, st.randoms(use_true_random=False))
def test_an_older_reading_of_a_post_beside_the_newer_changes_nothing(known, now, chance):
    edited = frozenset(replace(p, edited_at=p.created_at + timedelta(days=1)) for p in known.posts)
    older = {replace(p, text="before the edit", edited_at=None, gone_at=None) for p in known.posts}
    both = [*edited, *older]
    chance.shuffle(both)
    newest = replace(known, posts=edited)
    assert stand(replace(known, posts=tuple(both)), now) == stand(newest, now)


@given(facts(), moments)
def test_reading_in_batches_ends_where_reading_at_once_does(known: Facts, now: datetime):
    together = Facts(known.network, known.them, ours=known.ours, maybe_at_most=known.maybe_at_most)
    for post in sorted(known.posts, key=lambda p: p.id, reverse=True):
        together = replace(
            together,
            posts=together.posts | {post},
            mentions=(*together.mentions, *(m for m in known.mentions if m[0] == post.id)),
        )
        stand(together, now)
    assert stand(replace(together, presses=known.presses), now) == stand(known, now)


@given(facts(), st.sampled_from(list(Verb)), st.integers(-2, 2), st.integers(0, 5))
def test_a_press_for_another_wait_is_refused_and_changes_nothing(known, verb, off, number):
    standing = stand(known, NOW)
    earlier = {post.id for post in known.posts} - standing.uncovered
    press = Press(
        id="z",
        verb=verb,
        wait=standing.wait + (off or -1),
        by="ben",
        at=NOW,
        covers=frozenset(earlier),
        to="ana",
        until=NOW + timedelta(days=9),
        post=f"p{number}",
        undoes=standing.last_press,
    )
    assert refuse(standing, press) == Refusal.STALE
    # What stands for it in the facts changes nothing either; but an undo with the number of the press that it
    # takes back was made with it, whatever that wait is called since: it is as if neither had been.
    own = {each for each in known.presses if each.id == press.undoes and each.wait == press.wait}
    left = known.presses - own if verb == Verb.UNDO else known.presses
    told = stand(replace(known, presses=known.presses | {press}), NOW)
    assert told == stand(replace(known, presses=left), NOW)


@given(facts(), st.integers(1, 400))
def test_what_is_closed_stays_closed_until_somebody_writes(known: Facts, days: int):
    standing = stand(known, NOW)
    later = NOW + timedelta(days=days)
    by_zoe = Post("mastodon", "new", "", Author("zoe", "@zoe", "Zoe"), "Hm?", NOW, parent="p0")
    if standing.status == Status.CLOSED:
        after = stand(replace(known, posts=known.posts | {by_zoe}), later)
        assert (after.status, after.wait, after.reason) == (Status.CLOSED, standing.wait, standing.reason)


@given(facts(), moments)
def test_whoever_may_be_nudged_about_waits_on_us(known: Facts, now: datetime):
    standing = stand(known, now)
    assert (standing.status in {Status.OPEN, Status.SNOOZED}) == bool(standing.uncovered)
    assert (standing.waiting_since is not None) == bool(standing.uncovered)
    assert all(one.strength == Strength.MAYBE for one in standing.maybes)
    if standing.nudgeable:
        assert standing.status == Status.OPEN
        assert standing.lane == Lane.TO_US
        assert not standing.maybes
        assert standing.wait > 0


@given(facts(), moments)
def test_nothing_changes_by_itself_before_its_wake_time(known: Facts, now: datetime):
    standing = stand(known, now)
    before = standing.wake_at - TICK if standing.wake_at else now + timedelta(days=900)
    assert stand(known, before) == standing


def as_of(known: Facts, now: datetime) -> Facts:
    """What could be known at that moment; nothing was taken back."""
    read = (
        replace(p, gone_at=p.gone_at if p.gone_at and p.gone_at <= now else None, named_us_at=None)
        for p in known.posts
        if p.created_at <= now
    )
    pressed = (p for p in known.presses if p.at <= now and p.verb != Verb.UNDO)
    return replace(known, posts=frozenset(read), presses=frozenset(pressed))


@given(facts(), moments, moments)
def test_waits_are_only_ever_counted_up_as_time_goes_by(known: Facts, one, other):
    before, after = sorted((one, other))
    # A post seen before its parent may move: causes come first, so only what hangs together is compared.
    parents = put_together(known.posts)
    sound = all(p.parent is None or p.id in parents.parents for p in known.posts)
    ordered = all(parents.at[p.id] == (p.named_us_at or p.created_at) for p in known.posts)
    if sound and ordered:
        assert stand(as_of(known, before), before).wait <= stand(as_of(known, after), after).wait


@given(facts(pressed=False))
def test_our_reply_right_under_what_waits_answers_exactly_that_line(known: Facts):
    known = replace(known, maybe_at_most=False)
    standing = stand(known, NOW)
    for id in standing.uncovered:
        early = START - timedelta(days=9)
        reply = Post("mastodon", "r", "", Author("acme", "@acme", "Acme"), "By hand.", early, parent=id)
        after = stand(replace(known, posts=known.posts | {reply}), NOW)
        assert id not in after.uncovered
        above = {post.id for post in put_together(known.posts).above(id)}
        assert standing.uncovered - after.uncovered <= {id, *above}


@given(facts(pressed=False))
def test_a_press_settles_what_it_covers_and_nothing_else(known: Facts):
    standing = stand(known, NOW)
    for id in standing.uncovered:
        press = Press("x", Verb.ELSEWHERE, standing.wait, "ben", NOW, covers=frozenset({id}))
        after = stand(replace(known, presses=frozenset({press})), NOW)
        assert after.uncovered == standing.uncovered - {id}
        undo = Press("y", Verb.UNDO, after.wait, "ben", NOW + TICK, undoes="x")
        assert stand(replace(known, presses=frozenset({press, undo})), NOW) == standing


@given(posts())
def test_effects_come_after_their_causes_in_every_thread(read: list[Post]):
    thread = put_together(read)
    assert set(thread.posts) == {post.id for post in read}
    for lower, upper in thread.parents.items():
        assert thread.at[upper] < thread.at[lower]
    for post in read:
        path = [thread.at[post.id], *(thread.at[upper.id] for upper in thread.above(post.id))]
        assert all(upper < lower for lower, upper in pairwise(path))


def test_a_thread_whose_parents_go_round_in_a_circle_still_stands():
    author = Author("mei", "@mei", "Mei Tanaka")
    one = Post("mastodon", "a", "", author, "Hm?", START, parent="b")
    two = Post("mastodon", "b", "", author, "Hm?", START, parent="a")
    known = Facts("mastodon", "mei", frozenset({one, two}), (("a", Lane.TO_US),), frozenset(OURS))
    standing: Standing = stand(known, NOW)
    assert standing.uncovered == {"a"}


def test_a_very_long_thread_stands_without_running_out_of_depth():
    author = Author("mei", "@mei", "Mei Tanaka")
    chain = [
        Post("mastodon", f"m{n}", "", author, "...", START, parent=f"m{n - 1}" if n else None)
        for n in range(2000)
    ]
    reply = Post("mastodon", "r", "", Author("acme", "@acme", "Acme"), "Yes.", START, parent="m1999")
    known = Facts("mastodon", "mei", frozenset(chain), (("m0", Lane.TO_US),), frozenset(OURS))
    assert stand(known, NOW).status == Status.OPEN
    assert stand(replace(known, posts=known.posts | {reply}), NOW).status == Status.ANSWERED
