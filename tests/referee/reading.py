"""13 and 15: nothing but reading, and all that a cursor passed is known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from tests.referee.asked import lists_mentions
from tests.referee.kept import is_set_aside
from tests.referee.lines import GRACE, Breach, Line, moment, shown, sure
from tests.referee.world import Post, World


def reads(world: World) -> Iterator[Breach]:
    """13: nothing but reading, and the ledger equals the network's log."""
    for line in world.network:
        only_reads = line.get("method", "GET") in ("GET", "HEAD") or line.get("declared")
        wrong = line["kind"] == "violation" or not only_reads
        if wrong and line.get("port") == "bot":
            yield Breach(13, f"the bot asked a network to {line['method']} {line['path']}.", (shown(line),))
    hosts = {source["host"] for source in world.lists["sources"]}
    if hosts:
        yield from _ledger(world, [row for row in world.lists["ledger"] if row["host"] in hosts])


def _ledger(world: World, rows: Sequence[Line]) -> Iterator[Breach]:
    saw: Counter[str] = Counter()
    for line in world.requests:
        row = _counted_as(rows, line)
        if row is None:
            yield Breach(13, f"the ledger does not know {line['method']} {line['path']}.", (shown(line),))
        else:
            saw[f"{row['method']} {row['template']}"] += 1
    noted: Counter[str] = Counter()
    for row in rows:
        noted[f"{row['method']} {row['template']}"] += row["count"]
    for name, count in noted.items():
        # What was counted in memory is lost with the process.
        if count != saw[name] and not (world.killed and count < saw[name]):
            yield Breach(13, f"the ledger counts {count} of {name}, and the network saw {saw[name]}.")


def _counted_as(rows: Iterable[Line], line: Line) -> Line | None:
    fitting = [
        row for row in rows if row["method"] == line["method"] and _fits(row["template"], line["path"])
    ]
    return min(fitting, key=lambda row: row["template"].count("{id}"), default=None)


def _fits(template: str, path: str) -> bool:
    return bool(re.fullmatch(re.escape(template).replace(r"\{id\}", r"[^/]+"), path))


def cursor(world: World) -> Iterator[Breach]:
    """15: what stands on ground that was passed is stored, set aside, or history."""
    for source in world.lists["sources"]:
        if source["kind"] != "mentions" or not source["history_before"]:
            continue
        heard = [id for id, handles in world.ours.items() if _is_account(source, handles)]
        polls = [line for line in world.answers if lists_mentions(world, line, heard)]
        if polls and sure(source["history_before"]) > sure(polls[0]["world"]) + GRACE:
            story = f"source {source['id']} calls history what came after it was first read."
            yield Breach(15, story, (shown(source), shown(polls[0])))
        for post in world.posts.values():
            yield from _passed(world, post, heard, source, polls)
    yield from _fed(world)


def _fed(world: World) -> Iterator[Breach]:
    """What a feed showed after the beginning is stored: it may never show that again."""
    begun: defaultdict[str, list[datetime]] = defaultdict(list)
    for source in world.lists["sources"]:
        begun[source["network"]] += filter(None, [moment(source["history_before"])])
    for post in world.posts.values():
        network = post.line["network"]
        is_fed = world.kinds.get(network) == "feed" and post.id in world.seen
        if is_fed and post.id not in world.marks and any(post.created >= at for at in begun[network]):
            story = f"the feed showed post {post.id}, which is neither stored nor set aside."
            yield Breach(15, story, (shown(post.line),))


def _is_account(source: Line, handles: Iterable[Line]) -> bool:
    return any(handle["author_id"] == source["account"] for handle in handles)


def _passed(
    world: World, post: Post, heard: Collection[str], source: Line, polls: Sequence[Line]
) -> Iterator[Breach]:
    """A post that names us, came before a poll that was answered, and is known to nobody."""
    named = [post.named[who] for who in heard if who in post.named]
    if not named or post.gone or post.id in world.marks or world.is_ours(post):
        return
    seq, at = named[0]
    is_bot = bool(world.accounts[post.author].get("bot"))
    after = [line for line in polls if line["seq"] > seq]
    if at >= sure(source["history_before"]) and after and not is_bot and not is_set_aside(world, post):
        if post.author in world.forgotten:
            return
        story = f"source {source['id']} has passed post {post.id}, which is neither stored nor set aside."
        yield Breach(15, story, (shown(post.line), shown(after[0])))
