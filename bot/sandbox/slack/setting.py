"""Setting the stage: people, channels, groups, and the app's own page and installs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bot.sandbox.slack.acts import Act
from bot.sandbox.slack.hold import Hold
from bot.sandbox.slack.state import Channel, Refused, UserGroup


class Setting(Hold):
    """What an administrator, or the maker of the app, does. People and channels are named by id or name."""

    def add_user(self, name: str, real_name: str = "", **facts: Any) -> str:
        """The new user's id. `facts`: id, tz, is_bot, deleted, is_restricted, team_id, ..."""
        with self._ground.changes.making():
            return self.workspace.add_user(name, real_name, **facts).id

    def change_user(self, user: str, **facts: Any) -> Act | None:
        """Change fields of a user and send user_change."""
        with self._ground.changes.making():
            found = self._user(user)
            for name, value in facts.items():
                if not hasattr(found, name):
                    raise Refused(f"users have no {name}")
                setattr(found, name, value)
            wire = found.wire(self._ground.world.now())
            return self._doings.event({"type": "user_change", "user": wire})

    def add_channel(self, name: str, members: list[str] | None = None, bot: bool = True, **facts: Any) -> str:
        """The new channel's id. All people are in it unless `members` names some."""
        with self._ground.changes.making():
            people = [self._user(each) for each in members or [] if each]
            if members is None:
                people = [each for each in self.workspace.users.values() if not each.is_bot]
            ids = {each.id for each in people} | ({self.workspace.bot.id} if bot else set())
            channel_id = str(facts.pop("id", "")) or self.workspace.new_id("C")
            channel = Channel(channel_id, name.removeprefix("#"), members=ids, **facts)
            self.workspace.channels[channel.id] = channel
            return channel.id

    def change_channel(self, channel: str, **facts: Any) -> None:
        """Change fields of a channel, such as is_archived; `bot=False` takes the app out."""
        with self._ground.changes.making():
            found = self._channel(channel)
            if "bot" in facts:
                change = found.members.add if facts.pop("bot") else found.members.discard
                change(self.workspace.bot.id)
            for name, value in facts.items():
                if not hasattr(found, name):
                    raise Refused(f"channels have no {name}")
                setattr(found, name, value)

    def add_usergroup(self, handle: str, users: list[str], **facts: Any) -> str:
        """The new group's id. `facts`: name, is_disabled."""
        with self._ground.changes.making():
            ids = [self._user(each).id for each in users]
            name = str(facts.pop("name", handle))
            group = UserGroup(self.workspace.new_id("S"), handle, name, ids, **facts)
            self.workspace.usergroups[group.id] = group
            return group.id

    # The app

    def change_app(self, **facts: Any) -> None:
        """Another manifest from here on; `facts` are fields of Manifest. What is granted stays granted."""
        with self._ground.changes.making():
            was_on = self._shared.app.manifest.socket_mode
            self._shared.app.change(**facts)
            self._ground.log.write("app_changed", facts={name: str(each) for name, each in facts.items()})
        if was_on and not self._shared.app.manifest.socket_mode:
            self._shared.sockets.disconnect("link_disabled")

    def use_request_url(self, url: str, *redirect_urls: str) -> None:
        """HTTP mode: all is posted to that URL. Refused when it does not answer Slack's challenge."""
        manifest = self._shared.app.manifest
        if manifest.events:
            verifying = self._shared.request_urls.verify(url)
            asyncio.run_coroutine_threadsafe(verifying, self._shared.courier.loop).result()
        self.change_app(
            socket_mode=False,
            events_url=url,
            interactivity_url=url,
            commands=tuple(replace(each, url=url) for each in manifest.commands),
            redirect_urls=manifest.redirect_urls + redirect_urls,
        )

    def sign_with(self, secret: str) -> None:
        """Another signing secret, as when it is made anew on the app's page."""
        with self._ground.changes.making():
            self._shared.app.signing_secret = secret

    def install(self, without: tuple[str, ...] = ()) -> None:
        """As from the app's page: all that the manifest asks for, less the optional scopes in `without`."""
        manifest = self._shared.app.manifest
        if unknown := set(without) - manifest.optional_scopes:
            raise Refused(f"only optional scopes can be left out, and these are not: {sorted(unknown)}")
        with self._ground.changes.making():
            self.workspace.install(manifest.scopes | manifest.optional_scopes - set(without))
            granted = sorted(self.workspace.granted)
            self._ground.log.write("installed", team=self.workspace.team_id, scopes=granted)

    def uninstall(self) -> None:
        """Somebody removed the app: it is told if it wanted to be, and its token is dead."""
        with self._ground.changes.making():
            self._doings.event({"type": "tokens_revoked", "tokens": {"bot": [self.workspace.bot.id]}})
            self._doings.event({"type": "app_uninstalled"})
            self.workspace.uninstall()
            self._ground.log.write("uninstalled", team=self.workspace.team_id)
