"""Outside text is cut by what a reader sees, cleaned, and cannot turn the words around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.said import clusters, cut, escaped, web_link

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1ef\U0001f1f5"


def test_a_joined_emoji_a_flag_and_a_letter_with_marks_are_one_sign_each() -> None:
    assert list(clusters(f"a\u0301{FAMILY}{FLAG}{FLAG}b")) == ["a\u0301", FAMILY, FLAG, FLAG, "b"]


def test_words_are_cut_at_140_signs_and_never_inside_one() -> None:
    assert cut("x" * 140) == "x" * 140
    assert cut("x" * 141) == "x" * 140 + "…"
    assert cut(FAMILY * 141) == FAMILY * 140 + "…"


def test_a_letter_under_a_thousand_marks_keeps_a_few() -> None:
    assert len(cut("e" + "\u0301" * 1000)) <= 12


@given(st.text(max_size=400))
def test_what_is_cut_is_one_line_without_controls_and_fits(text: str) -> None:
    made = cut(text, 75, 75)
    assert len(made.encode("utf-16-le")) // 2 <= 77  # the isolates around right-to-left text come on top
    assert not any(c in made for c in "\n\r\t\x00\u202e\u2066")
    assert cut("ok") == "ok"


def test_right_to_left_words_stay_within_their_own_place() -> None:
    assert cut("\u05e9\u05dc\u05d5") == "\u2068\u05e9\u05dc\u05d5\u2069"
    assert cut("\u202eevil") == "evil"


def test_the_notification_text_cannot_call_anybody() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://", "https://[", "", None, "https://a b.example"]
)
def test_only_addresses_for_a_browser_become_links(url: str | None) -> None:
    assert web_link(url) is None
    assert web_link("https://a.example/x?y=1|2") == "https://a.example/x?y=1|2"
