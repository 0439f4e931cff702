"""What a page says about ours: by h-entry and h-card, or by its words; and pages that mean harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.errors import ChangedFormat
from bot.reading.microformats import LARGEST, MOST_TAGS, read_source

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://mei.example/notes/1"
TARGET = "https://acme.example/posts/tags"
REPLY = f"""<!doctype html><title>A note</title><main><article class="h-entry">
<a class="u-in-reply-to" href="{TARGET}">Tags</a>
<div class="p-author h-card"><a class="u-url p-name" href="/">Mei Tanaka</a></div>
<div class="e-content">Does the export <b>keep</b> my tags?<script>alert(1)</script></div>
<time class="dt-published" datetime="2026-03-02T10:00:00+02:00">today</time></article></main>"""


def read(page: str | bytes, kind: str = "text/html; charset=utf-8", target: str = TARGET):
    body = page if isinstance(page, bytes) else page.encode("utf-8", "replace")
    return read_source(body, URL, kind, target, NOW)


def test_a_reply_says_who_wrote_it_what_and_when() -> None:
    found = read(REPLY)
    assert (found.how, found.name, found.author_url) == ("in-reply-to", "Mei Tanaka", "https://mei.example/")
    assert found.text == "Does the export keep my tags?"
    assert found.published == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_page_that_does_not_link_to_ours_says_nothing() -> None:
    assert read(REPLY, target=f"{TARGET}/more") is None
    assert read(f"<p>{TARGET}</p>") is None
    assert read(f"<!-- <a href='{TARGET}'> -->") is None


@pytest.mark.parametrize(
    "link", [f"<a href='{TARGET}#part'>", f"<img src='{TARGET}'>", "<a href='//acme.example/posts/tags'>"]
)
def test_every_kind_of_link_counts(link: str) -> None:
    found = read(f"<title>Links of the week</title>{link}")
    assert (found.how, found.text) == ("mention", "Links of the week")


@pytest.mark.parametrize("how", ["like-of", "repost-of", "bookmark-of"])
def test_what_is_no_reply_is_told_as_what_it_is(how: str) -> None:
    assert read(REPLY.replace("in-reply-to", how)).how == how


def test_an_entry_in_a_feed_and_a_cited_target_are_found() -> None:
    cite = f'<div class="u-in-reply-to h-cite"><a class="u-url" href="{TARGET}">x</a></div>'
    entries = f'<p class="h-entry">other</p><div class="h-entry">{cite}<p class="p-content">Yes</p></div>'
    assert read(f'<div class="h-feed">{entries}</div>').how == "in-reply-to"


def test_json_and_text_count_by_their_exact_address() -> None:
    assert read(f'{{"a": [{{"b": "{TARGET}"}}]}}', "application/json").how == "mention"
    assert read(f'{{"a": "see {TARGET}"}}', "application/json") is None
    assert read(f"see {TARGET} please", "text/plain").how == "mention"
    assert read(f"see {TARGET}, please", "text/plain") is None
    assert read("{", "application/json") is None


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<" * 100_000,
        f"<a href='{TARGET}'>" + "<div class=h-entry>" * 15_000,
        f"<a href='{TARGET}'>" + "<b>" * 15_000,
        f"<a href='{TARGET}'><p class='h-entry'><time class='dt-published' datetime='0001-01-01'></time></p>",
        f"<a href='{TARGET}'><a class='h-entry u-url' href='http://[x'>a\x00b\ud800</a>",
        b"\xff\xfe\x00<a href='" + TARGET.encode() + b"'>",
    ],
)
def test_a_page_that_means_harm_costs_nothing(page: str | bytes) -> None:
    try:
        found = read(page)
    except ChangedFormat:
        return
    if found:
        assert "\x00" not in found.name + found.text
        found.text.encode()
        assert found.published is None


def test_a_page_that_is_too_large_to_tell_is_no_page_without_a_link() -> None:
    with pytest.raises(ChangedFormat):
        read("<p>" * (MOST_TAGS + 1))
    with pytest.raises(ChangedFormat):
        read("x" * (LARGEST + 1), "text/plain")
    assert read(f"<a href='{TARGET}'>" + "<p>" * MOST_TAGS).how == "mention"
