"""The words of posts: handles, hashtags and links, and the HTML that servers make of them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

HANDLE = re.compile(r"(?<![\w@/])@(\w+)(?:@([\w-]+(?:\.[\w-]+)+(?::\d+)?))?")
HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TOKEN = re.compile(f"({_LINK.pattern})|{HANDLE.pattern}|{HASHTAG.pattern}")


def handles(text: str) -> list[tuple[str, str]]:
    """(username, domain or nothing) for each handle, in order."""
    return [(found[1], found[2] or "") for found in HANDLE.finditer(text)]


def hashtags(text: str) -> list[str]:
    """Lower case, in order, once each."""
    return list(dict.fromkeys(found[1].lower() for found in HASHTAG.finditer(text)))


def as_mastodon_html(text: str, profile: Callable[[str, str], str], tag_url: str) -> str:
    """Paragraphs, breaks, and links for handles, hashtags and URLs.

    `profile` gives the page of a handle, or nothing for a name that nobody has.
    """
    paragraphs = re.split(r"\n{2,}", text.strip())
    made = [_inline(each, profile, tag_url).replace("\n", "<br />") for each in paragraphs]
    return "".join(f"<p>{each}</p>" for each in made) if text.strip() else ""


def as_hackernews_html(text: str) -> str:
    """Paragraphs are parted by <p>, quotes are hex entities, as Hacker News writes them."""
    return "<p>".join(html.escape(each) for each in re.split(r"\n{2,}", text.strip()))


def _inline(text: str, profile: Callable[[str, str], str], tag_url: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _TOKEN.finditer(text):
        parts += [html.escape(text[end : found.start()]), _linked(found, profile, tag_url)]
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def _linked(found: re.Match[str], profile: Callable[[str, str], str], tag_url: str) -> str:
    link, username, domain, hashtag = found.groups()
    if link:
        target = html.escape(link)
        shown = target.partition("://")[2]
        return f'<a href="{target}" target="_blank" rel="nofollow noopener">{shown}</a>'
    if hashtag:
        url = html.escape(f"{tag_url}{hashtag.lower()}")
        return f'<a href="{url}" class="mention hashtag" rel="tag">#<span>{hashtag}</span></a>'
    url = profile(username, domain or "")
    if not url:
        return html.escape(found.group())
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(url)}" '
        f'class="u-url mention">@<span>{username}</span></a></span>'
    )
