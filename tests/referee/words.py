"""14 and 16: words are read by those alone who may, and what is gone is gone here too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.referee.lines import GRACE, LEASE, Breach, Line, shown, sure
from tests.referee.notes import about, addressee, standing, texts
from tests.referee.world import NEVER, Post, World


def phrases(text: str, size: int = 4) -> set[str]:
    """Runs of so many words; a shorter text as a whole. Handles, links and marks say nothing."""
    words = re.findall(r"\w+", re.sub(r"@\S+|https?://\S+", " ", text).casefold())
    if len(words) < size:
        return {" ".join(words)} if len("".join(words)) >= 8 else set()
    return {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}


def _said_in(line: Line) -> set[str]:
    return set().union(*map(phrases, texts(line["message"])))


def eyes(world: World) -> Iterator[Breach]:
    """14: private words are their owner's alone; what is typed in Slack reaches no network."""
    openly = set().union(
        *(phrases(text) for post in world.posts.values() if post.is_open for text in post.texts)
    )
    private = {
        phrase: post
        for post in world.posts.values()
        if not post.is_open and not world.is_ours(post)
        for text in post.texts
        for phrase in phrases(text) - openly
    }
    for line in world.slack:
        if line["kind"] not in ("message", "edited", "ephemeral") or not line["message"].get("bot_id"):
            continue
        for phrase in sorted(_said_in(line) & set(private)):
            if not _may_read(world, private[phrase], line):
                story = f"private words of post {private[phrase].id} stood before {addressee(line)}."
                yield Breach(14, story, (shown(private[phrase].line), shown(line)))
                break
    yield from _typed(world)
    known = set(world.talks)
    for line in world.said:
        strange = {talk for talk, _ in about(line)} - known
        if strange:
            story = f"a message speaks of {', '.join(sorted(strange))}, of no conversation here."
            yield Breach(14, story, (shown(line),))


def _may_read(world: World, post: Post, line: Line) -> bool:
    """The owner is who was spoken to, or connected the shared account that was."""
    mark = world.marks.get(post.id)
    talk = world.talks.get((mark or {}).get("conversation_id") or "")
    handle = next((h for h in world.lists["handles"] if talk and h["id"] == talk["handle_id"]), None)
    owner = world.people.get((handle or {}).get("teammate_id") or "")
    reader = line.get("only_for") or (line.get("rings") or [None])[0]
    alone = bool(line.get("only_for")) or str(line["channel"]).startswith("D")
    return alone and (owner is None or reader in (None, owner["slack_user"]))


def _typed(world: World) -> Iterator[Breach]:
    typed: dict[str, Line] = {}
    for line in world.slack:
        if line["kind"] == "act":
            payload = line["act"]["payload"]
            values = (payload.get("view") or {}).get("state", {}).get("values", {})
            words = [
                each["value"] for block in values.values() for each in block.values() if each.get("value")
            ]
            words.append(str(payload.get("text", "")))
            typed |= dict.fromkeys(set().union(*map(phrases, words)), line)
        elif line["kind"] == "message" and not line["message"].get("bot_id"):
            typed |= dict.fromkeys(phrases(line["message"]["text"]), line)
    for line in world.requests:
        asked = " ".join([line["path"], line["user_agent"], *(str(value) for _, value in line["query"])])
        plain = " ".join(re.findall(r"\w+", asked.casefold()))
        for phrase, from_ in typed.items():
            if phrase in plain:
                yield Breach(14, "words typed in Slack reached a network.", (shown(from_), shown(line)))


def gone(world: World) -> Iterator[Breach]:
    """16: erased words stand in no message that can still be read, and who is forgotten is read no more."""
    for post in world.posts.values():
        if post.id in world.marks and post.seq > world.asked.get(post.author, NEVER):
            story = f"post {post.id} was kept, and its author had asked before to be forgotten."
            yield Breach(16, story, (shown(post.line),))
    erased = [
        post
        for post in world.posts.values()
        if (post.id in world.marks and world.marks[post.id]["gone_at"] and post.gone)
        or post.author in world.forgotten
    ]
    live = [
        post
        for post in world.posts.values()
        if (not post.gone or world.has_copy(post)) and post.author not in world.forgotten
    ]
    openly = set().union(*(phrases(text) for post in live for text in post.texts))
    for post in erased:
        words = set().union(*map(phrases, post.texts)) - openly
        for line in standing(world):
            if words & _said_in(line) and not _is_out_of_reach(world, line):
                whose = "whose author is forgotten" if post.author in world.forgotten else "which is gone"
                story = f"words of post {post.id}, {whose}, still stand in Slack."
                yield Breach(16, story, (shown(post.line), shown(line)))


def _is_out_of_reach(world: World, line: Line) -> bool:
    """Slack's answer to it was lost: nobody was told its number, and no edit can name it."""
    rows, at = world.lists["outbox"], sure(line["world"])
    if any((row["channel"], row["ts"]) == (line["channel"], line["message"]["ts"]) for row in rows):
        return False
    # A person's message is meant for them, and stands in a channel of their own.
    alone = line["channel"].startswith("D")
    there = (row for row in rows if (bool(row["person"]) if alone else row["place"] == line["channel"]))
    lost = (sure(row["created_at"]) for row in there if row["state"] == "unknown")
    return any(began - GRACE <= at <= began + LEASE for began in lost)
