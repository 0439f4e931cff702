"""What people see: messages, unread marks, the home tab and modals."""

from __future__ import annotations

from bot.sandbox.slack.hold import Hold
from bot.sandbox.slack.shown import Message
from bot.sandbox.slack.state import Json


class Sights(Hold):
    """Looks that change nothing, but that reading takes unread marks away."""

    def messages(self, channel: str, user: str = "") -> list[Json]:
        """Oldest first; with `user` also the ephemeral ones that this person sees."""
        with self._ground.changes.reading():
            found = self._channel(channel)
            seen = list(found.messages.values())
            if user:
                person = self._user(user).id
                seen += [each for each in found.ephemeral.values() if each.only_for == person]
            return [_told(each) for each in sorted(seen, key=lambda each: each.ts)]

    def dm_messages(self, user: str, ephemeral: bool = True) -> list[Json]:
        """The direct messages of the app with that person, oldest first."""
        with self._ground.changes.reading():
            channel = self.workspace.open_im(self._user(user))
            return self.messages(channel.id, user if ephemeral else "")

    def dm_channel(self, user: str) -> str:
        """The id of the direct messages with that person."""
        with self._ground.changes.making():
            return self.workspace.open_im(self._user(user)).id

    def unread(self, user: str) -> dict[str, int]:
        """Channel id -> unread messages; channels without any are left out."""
        with self._ground.changes.reading():
            counts = self.workspace.unread[self._user(user).id]
            return {channel: number for channel, number in counts.items() if number}

    def read(self, user: str, channel: str) -> None:
        """That person looks at the channel: its mark goes."""
        with self._ground.changes.making():
            self.workspace.unread[self._user(user).id].pop(self._channel(channel).id, None)

    def looked(self, user: str, channel: str) -> int:
        """The same when a page shows it, and how many were new; it tells nobody when there is no mark."""
        new = self.unread(user).get(channel, 0)
        if new:
            self.read(user, channel)
        return new

    def state(self) -> Json:
        """Who and what there is, for a look from outside."""
        with self._ground.changes.reading():
            return {
                "now": self._ground.world.now().isoformat(),
                "connections": self._shared.sockets.connections,
                "api_url": f"{self._shared.responses.origin}/api/",
                "users": [each.wire(self._ground.world.now()) for each in self.workspace.users.values()],
                "channels": [
                    {"id": each.id, "name": each.name, "im_user": each.im_user}
                    for each in self.workspace.channels.values()
                ],
                "acts": [each.told() for each in self.acts],
            }

    def home(self, user: str) -> Json | None:
        """The home tab as last published for that person."""
        with self._ground.changes.reading():
            view = self.workspace.views.get(self.workspace.homes.get(self._user(user).id, ""))
            return dict(view.told) if view else None

    def modals(self, user: str) -> list[Json]:
        """The person's open modals, the top one last; each with `errors` by block_id."""
        with self._ground.changes.reading():
            stack = self.workspace.stacks[self._user(user).id]
            found = [self.workspace.views[view_id] for view_id in stack]
            return [view.told | {"errors": dict(view.errors)} for view in found]


def _told(message: Message) -> Json:
    told = message.wire() | {"channel": message.channel}
    told |= {"metadata": message.metadata} if message.metadata else {}
    return told | ({"is_ephemeral": True} if message.only_for else {})
