"""Where commands get what they work with: the composition root, or what a test puts in its place."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot import app
from bot.config import Settings, settings_from
from bot.domain.ports import Networks

if TYPE_CHECKING:
    from bot.app.checkup import Examination
    from bot.app.desk import Desk


@dataclass(frozen=True, slots=True)
class Rooms:
    """What commands call, by the names of `bot.app`."""

    open_office: Callable[[Settings], AbstractContextManager[app.Office]]
    open_desk: Callable[[Settings], AbstractContextManager[Desk]]
    networks_only: Callable[[], AbstractContextManager[Networks]]
    migrate: Callable[[Settings], str]
    run: Callable[[Settings], None]
    demo: Callable[..., None]
    examine: Callable[[Settings], Examination]
    browse: Callable[[str], object]

    @classmethod
    def real(cls) -> Rooms:
        """The ones of the composition root."""
        return cls(
            open_office=app.open_office,
            open_desk=app.open_desk,
            networks_only=app.networks_only,
            migrate=app.migrate,
            run=app.run,
            demo=app.demo,
            examine=app.examine,
            browse=webbrowser.open,
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands before the command's name: which settings to use."""

    rooms: Rooms
    env_file: Path
    demo_dir: Path | None = None

    def settings(self, *, slack: bool = False) -> Settings:
        """The settings chosen; raises SettingsError with every mistake."""
        if self.demo_dir is not None:
            return Settings.for_demo(self.demo_dir)
        return settings_from(None if self.env_file == Path("-") else self.env_file, slack=slack)


def chosen(ctx: typer.Context) -> Chosen:
    """What stands before the command's name."""
    found = ctx.find_object(Chosen)
    assert found is not None, "the group's callback runs before every command"  # noqa: S101 - says why
    return found


@contextmanager
def office(ctx: typer.Context) -> Iterator[app.Office]:
    """The bot's services without Slack, for one command."""
    given = chosen(ctx)
    with given.rooms.open_office(given.settings()) as opened:
        yield opened
