"""The names of languages, from their BCP 47 tags."""

from __future__ import annotations

_TAGS = """
ar:Arabic bg:Bulgarian bn:Bengali ca:Catalan cs:Czech cy:Welsh da:Danish de:German el:Greek en:English
eo:Esperanto es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish fr:French ga:Irish gl:Galician he:Hebrew
hi:Hindi hr:Croatian hu:Hungarian id:Indonesian is:Icelandic it:Italian ja:Japanese ko:Korean lt:Lithuanian
lv:Latvian nb:Norwegian nl:Dutch nn:Norwegian no:Norwegian pl:Polish pt:Portuguese ro:Romanian ru:Russian
sk:Slovak sl:Slovenian sr:Serbian sv:Swedish sw:Swahili ta:Tamil th:Thai tr:Turkish uk:Ukrainian ur:Urdu
vi:Vietnamese zh:Chinese
"""
NAMES = dict(pair.split(":") for pair in _TAGS.split())
"""By tag."""
COMMON = "en"
"""The language that need not be said."""


def main_tag(tag: str | None) -> str:
    """The language itself without its script and region; empty when there is none."""
    return (tag or "").replace("_", "-").split("-")[0].strip().lower()


def name_of(tag: str | None) -> str | None:
    """What people call it; None for one that is unknown."""
    return NAMES.get(main_tag(tag))
