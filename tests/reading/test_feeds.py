"""Feeds as they come: whole, poor, broken, and made to open files."""

from __future__ import annotations

from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ChangedFormat
from bot.reading.feeds import read_feed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
 <title>The forum</title><link href="https://forum.example/"/>
 <entry>
  <id>tag:forum.example,2026:1</id><title type="html">Export &amp;amp; tags</title>
  <link href="/t/1"/><updated>2026-03-02T10:00:00Z</updated>
  <published>2026-03-01T09:30:00+01:00</published>
  <author><name>Mei Tanaka</name><uri>https://forum.example/u/mei</uri></author>
  <content type="html">&lt;p&gt;Does it keep&lt;br&gt;my tags?&lt;/p&gt;&lt;script&gt;</content>
 </entry>
 <entry><title>No id, no link, no date</title></entry>
</feed>"""


def rss(*items: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
        f"<link>https://news.example/</link>{''.join(items)}</channel></rss>"
    ).encode()


def only(body: bytes):
    (entry,) = read_feed(body, now=NOON).entries
    return entry


def test_an_atom_feed_is_read_whole():
    feed = read_feed(ATOM, now=NOON, url="https://forum.example/latest.atom")
    entry = feed.entries[0]
    assert (feed.title, feed.link, feed.damaged) == ("The forum", "https://forum.example/", False)
    assert entry.id == "tag:forum.example,2026:1"
    assert entry.link == "https://forum.example/t/1"
    assert entry.title == "Export & tags"
    assert entry.text == "Does it keep\nmy tags?"
    assert (entry.author, entry.author_link) == ("Mei Tanaka", "https://forum.example/u/mei")
    assert entry.published == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert entry.updated == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_an_entry_without_id_link_and_date_is_still_an_entry():
    entry = read_feed(ATOM, now=NOON).entries[1]
    assert entry.title == "No id, no link, no date"
    assert (entry.id, entry.link, entry.author, entry.text) == (None, None, None, "")
    assert (entry.published, entry.updated) == (None, None)


def test_an_rss_item_is_read_and_one_date_does_not_stand_for_the_other():
    entry = only(
        rss(
            "<item><guid isPermaLink='false'>g1</guid><link>https://news.example/1</link>"
            "<description>&lt;b&gt;Hi&lt;/b&gt; there</description><author>m@x.example (Mei)</author>"
            "<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate></item>"
        )
    )
    assert (entry.id, entry.link, entry.text) == ("g1", "https://news.example/1", "Hi there")
    assert entry.author == "Mei"
    assert entry.published == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert entry.updated is None


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "soon", ""]
)
def test_an_absurd_date_is_none(date):
    assert only(rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>")).published is None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("mei@forum.example (Mei Tanaka)", "Mei Tanaka"),
        ("Mei Tanaka", "Mei Tanaka"),
        ("mei@forum.example", None),
        ("", None),
        ("&lt;b&gt;Mei&lt;/b&gt;", "Mei"),
    ],
)
def test_an_author_is_a_name_and_never_a_mail_address(author, name):
    assert only(rss(f"<item><title>x</title><author>{author}</author></item>")).author == name


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_that_is_no_web_address_is_none(link):
    assert only(rss(f"<item><title>x</title><link>{link}</link></item>")).link is None


def test_an_empty_feed_is_a_feed():
    feed = read_feed(rss(), now=NOON)
    assert (feed.title, feed.entries, feed.damaged) == ("News", (), False)


def test_a_feed_that_is_cut_off_gives_what_it_has_and_says_so():
    whole = rss(*(f"<item><guid>g{n}</guid><title>t{n}</title></item>" for n in range(3)))
    feed = read_feed(whole[: whole.index(b"t2")], now=NOON)
    assert feed.damaged
    assert [entry.id for entry in feed.entries[:2]] == ["g0", "g1"]


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><body><p>Not here</p></body></html>", b'{"version": 1}', b"\xff\xfe\x00"]
)
def test_what_is_no_feed_is_a_changed_format(body):
    with pytest.raises(ChangedFormat):
        read_feed(body, now=NOON)


@pytest.mark.lets_a_parser_open
def test_a_parser_left_alone_opens_what_a_body_names(tmp_path):
    inner = tmp_path / "inner.xml"
    inner.write_bytes(rss("<item><title>inner words</title></item>"))
    assert feedparser.parse(str(inner)).entries


def test_a_body_that_is_a_path_or_an_address_is_not_opened(tmp_path):
    inner = tmp_path / "inner.xml"
    inner.write_bytes(rss("<item><title>inner words</title></item>"))
    for body in (str(inner).encode(), inner.as_uri().encode(), b"http://127.0.0.1:9/feed"):
        with pytest.raises(ChangedFormat):
            read_feed(body, now=NOON)


def test_entities_open_no_file_and_do_not_explode(tmp_path):
    inner = tmp_path / "inner.txt"
    inner.write_text("inner words")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ha">' for n in range(9))
    head = f'<!DOCTYPE r [<!ENTITY f SYSTEM "{inner.as_uri()}">{bomb}]>'
    body = rss("<item><title>a &f; b &e8; c</title></item>").replace(b"<rss", head.encode() + b"<rss")
    try:
        feed = read_feed(body, now=NOON)
    except ChangedFormat:
        return
    assert "inner words" not in repr(feed)
    assert len(repr(feed)) < 100_000


def test_only_so_many_entries_are_read():
    body = rss(*(f"<item><guid>g{n}</guid></item>" for n in range(600)))
    assert len(read_feed(body, now=NOON).entries) == 500


def test_plain_text_is_not_read_as_html():
    body = ATOM.replace(b'<content type="html">', b'<content type="text">')
    assert read_feed(body, now=NOON).entries[0].text.startswith("<p>Does it keep")


PIECES = st.sampled_from(
    b"<item> </item> <entry> <title> </title> <pubDate> <guid> <author> <category> <image> <cloud> <!--"
    b" &amp; &#0; &#xd800; <![CDATA[ ]]> <georss:point> 99_Foo_10000 \xff <link>http://[</link>"
    b" <link_href='http://[x'/> <content_type='xhtml'> <content_mode='base64'> <a:b_xmlns:a='x'>"
    b" <enclosure_url='http://[::1'/>".replace(b"_", b"\t").split(b" ")
)


@given(st.lists(PIECES | st.binary(max_size=6), max_size=25).map(b"".join))
def test_any_bytes_in_a_feed_give_entries_or_a_changed_format(inside):
    body = b"<rss version='2.0' xml:base='http://[y'><channel>" + inside + b"</channel></rss>"
    try:
        feed = read_feed(body, now=NOON)
    except ChangedFormat:
        return
    for entry in feed.entries:
        for text in (entry.title, entry.text, entry.id or "", entry.author or ""):
            assert "\0" not in text
            text.encode("utf-8")


def test_an_address_in_place_of_bytes_is_a_mistake_of_ours():
    with pytest.raises(TypeError):
        read_feed("https://news.example/feed", now=NOON)
