"""HTML from outside becomes text that reads well and cannot act."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.html import plain

TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<br>",
        "<a\thref='javascript:x'>",
        "</a>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<b",
        ">",
        "<",
        "&lt;",
        "&amp;lt;",
        "&#0;",
        "&#xD800;",
        "<svg\tonload=x>",
        "<![CDATA[",
        "]]>",
    ]
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("hello", "hello"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
        ("  a \n b\t c ", "a b c"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ("<!-- hidden -->shown", "shown"),
        ('<a href="https://docs.example/x">the docs</a>', "the docs"),
        ("<b>bold</b> <i>it</i>", "bold it"),
        ("a\x00b", "ab"),
        ("a&#1;b&#27;[1mc", "ab[1mc"),
        ("caf&eacute; &#128512; 日本", "café 😀 日本"),
        ("a&nbsp;b", "a b"),
        ("", ""),
        ("<p></p><br><br><br>", ""),
        ("if a<b then", "if a"),
    ],
)
def test_html_reads_as_its_text(html, expected):
    assert plain(html) == expected


def test_a_link_that_mastodon_shortened_is_whole_again():
    html = (
        '<p><span class="h-card"><a href="https://a.example/@acme">@<span>acme</span></a></span> see '
        '<a href="https://docs.example/export/tags?x=1"><span class="invisible">https://</span>'
        '<span class="ellipsis">docs.example/export/ta</span><span class="invisible">gs?x=1</span></a></p>'
    )
    assert plain(html) == "@acme see https://docs.example/export/tags?x=1"


def test_long_text_is_cut_and_says_so():
    cut = plain("<p>" + "word " * 10_000 + "</p>")
    assert len(cut) <= 20_000
    assert cut.endswith("…")
    assert plain("x" * 20_000) == "x" * 20_000


@pytest.mark.parametrize("html", ["<b>" * 70_000, "<div>" * 70_000, "&" * 300_000, "<" * 300_000])
def test_html_made_to_hurt_is_read_within_its_bound(html):
    assert len(plain(html)) <= 20_000


def test_what_stands_behind_five_thousand_tags_is_not_read():
    assert plain("start" + "<b>" * 6_000 + "end") == "start"
    assert plain("start" + "<b>" * 4_000 + "end") == "startend"


@given(st.lists(TAGS | st.text(max_size=8), max_size=30).map("".join))
def test_any_html_gives_clean_bounded_text(html):
    found = plain(html, most=50)
    assert len(found) <= 50
    assert "\0" not in found
    assert "\n\n\n" not in found
    assert found == found.strip()
    found.encode("utf-8")


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=40))
def test_plain_words_stay_as_they_are(words):
    assert plain(words) == words
