"""Networks on which anything may happen, one file for each, each with a log of its own for the referee."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from tests.e2e.kinds.bluesky import Bluesky
from tests.e2e.kinds.discourse import Discourse
from tests.e2e.kinds.github import Github
from tests.e2e.kinds.lived import Lived
from tests.e2e.kinds.mastodon import Mastodon
from tests.e2e.kinds.rss import Rss


def _found() -> Iterator[type[Lived]]:
    """Each file's name is enough."""
    for file in pkgutil.iter_modules(__path__):
        made = vars(importlib.import_module(f"{__name__}.{file.name}")).values()
        yield from (one for one in made if isinstance(one, type) and getattr(one, "name", None) == file.name)


KINDS = tuple(_found())
OF_A_KIND = (Mastodon, Discourse, Rss)
"""Posts that point to what they answer, posts in an order, and a feed."""
OFTEN_PLAYED = (*OF_A_KIND, Bluesky, Github)
"""In a quick run too; the others answer as one of these does."""
