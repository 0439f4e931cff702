"""Our teammates: enrolled on sight, linked to their accounts, and left alone when they say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.choices import About, skills_kept
from bot.domain.connector import Connector, fetches
from bot.domain.daysoff import by_status
from bot.domain.errors import Gone, ReadingError, Refused
from bot.domain.languages import main_tag
from bot.domain.model import Author, Handle, Hours, Source, Teammate, Watch, Workspace
from bot.domain.polling import HISTORY
from bot.domain.ports import Clock, Job, Message, Networks, Person, Secret, Slack, Store, Tx
from bot.domain.routing import Skills, Suggestion, words_of
from bot.services.standing.likely import likely
from bot.services.standing.restand import News, again, on, restand
from bot.services.telling.asides import reply_of

BOT = "bot"
DELETED = "deleted"
OUTSIDE = "outside"
STOPPED = "stopped"
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Found:
    """An account as its network shows it, and the server that it lives on."""

    network: str
    endpoint: str
    account: Author


@dataclass(frozen=True, slots=True)
class People:
    """Who is one of us."""

    store: Store
    slack: Slack
    networks: Networks
    clock: Clock

    def teammate(self, workspace: str, slack_user: str) -> Teammate:
        """The teammate; somebody new is looked up in Slack and enrolled. The first of a team is a lead.

        Who acts though they had left, or were no member, is looked up anew: they may be back.
        """
        known, home = self._known(workspace, slack_user)
        if known and known.can_be_assigned:
            return known
        told = self.slack.person(home, slack_user)
        if known is None:
            return self._enroll(workspace, slack_user, told)
        return self._kept_true(workspace, known, told) if told else known

    def assignable(self, workspace: str, slack_user: str) -> Teammate | str:
        """The teammate, or the code of why they cannot be asked; Slack is asked how they are now."""
        known, home = self._known(workspace, slack_user)
        told = self.slack.person(home, slack_user)
        if told is None:
            return UNSURE
        teammate = self._kept_true(workspace, known or self._enroll(workspace, slack_user, told), told)
        refused = ((BOT, told.is_bot), (DELETED, told.is_deleted), (OUTSIDE, told.is_outside))
        why = next((code for code, holds in refused if holds), None)
        return why or (STOPPED if teammate.stopped else teammate)

    def _known(self, workspace: str, slack_user: str) -> tuple[Teammate | None, Workspace]:
        with self.store.read(workspace) as tx:
            return tx.people.by_slack(slack_user), tx.workspace

    def _enroll(self, workspace: str, slack_user: str, told: Person | None) -> Teammate:
        with self.store.write(workspace) as tx:
            known = tx.people.by_slack(slack_user)
            if known:
                return known
            new = tx.people.save_teammate(_enrolled(tx, slack_user, told))
            tx.agenda.plan(Job.DAYS, new.id, self.clock())
            return new

    def likely(self, workspace: str, conversation: str, for_: str) -> Sequence[Suggestion]:
        """Who could be asked, likeliest first with the reason; `for_` is who asks."""
        with self.store.read(workspace) as tx:
            found = likely(tx, [conversation], self.clock(), asker=for_)
        return found.get(conversation, ())

    def skilled(
        self,
        workspace: str,
        teammate: str,
        *,
        reads: Collection[str] | None = None,
        knows: Collection[str] | None = None,
        most: int | None = None,
    ) -> Skills:
        """What they read and know about, and at how many open ones others come first; None keeps it."""
        with self.store.write(workspace) as tx:
            known = tx.choices.all().skills.get(teammate, Skills())
            told = replace(
                known,
                reads=known.reads if reads is None else frozenset(map(main_tag, words_of(reads))),
                knows=known.knows if knows is None else words_of(knows),
                most=known.most if most is None else most,
            )
            if told != known:
                tx.choices.choose(About.SKILLS, teammate, skills_kept(told))
        return told

    def find(self, text: str, workspace: str = "") -> Found:
        """The account that somebody means ("@ana@server"), as its network shows it; nothing is saved.

        A server that one network cannot be read on may be another network's; if no network knows such an
        account, the first trouble is raised, or ValueError. With a `workspace` it is looked for also where
        nothing is shown without a key, by the team's.
        """
        troubles: list[ReadingError] = []
        for name, connector in self.networks.connectors().items():
            if not fetches(connector) or not any(query.ours for query in connector.facts.queries):
                continue
            try:
                key = self._key(workspace, connector) if workspace else None
                door = self.networks.reader(name, key.endpoint if key else "", key)
                endpoint, account = connector.resolve(text, door)
            except (ValueError, Gone, Refused):
                continue
            except ReadingError as trouble:
                troubles.append(trouble)
                continue
            return Found(name, endpoint, account)
        raise troubles[0] if troubles else ValueError("no network knows this account")

    def has_spoken(self, workspace: str, found: Found) -> bool:
        """Whether this account ever spoke to us from outside: who links it may mean another."""
        with self.store.read(workspace) as tx:
            return (found.network, found.account.id) in tx.threads.who_spoke_to_us([found.account.id])

    def link(self, workspace: str, teammate: str | None, text: str) -> Handle:
        """Link an account of theirs, or one that the team shares. Raises as `find` does."""
        return self.keep(workspace, teammate, self.find(text, workspace))

    def _key(self, workspace: str, connector: Connector) -> Secret | None:
        with self.store.read(workspace) as tx:
            return key_for(tx, connector)

    def keep(self, workspace: str, teammate: str | None, found: Found) -> Handle:
        """Link an account that was found, `claimed` until proved, and read its posts from now on."""
        account = found.account
        handle = Handle(found.network, account.id, account.handle, teammate, home=found.endpoint)

        def work() -> Handle:
            with self.store.write(workspace) as tx:
                return self._save(tx, handle, account)

        return again(work)

    def recognize(self, workspace: str, asked: Message, teammate: str | None) -> Handle | None:
        """A lead said whose the account is that `asked` was about: it is linked and proved; None is nobody's.

        The question is settled either way. Gives the Handle, or None when nothing was linked.
        """
        with self.store.read(workspace) as tx:
            reply = reply_of(tx, asked)
        account = reply.author if reply and teammate else None
        handle = None
        if reply and account:
            home = self.home_of(reply.network, account)
            handle = Handle(reply.network, account.id, account.handle, teammate, home=home, proved=True)

        def work() -> Handle | None:
            with self.store.write(workspace) as tx:
                tx.messages.shrink(asked.id)
                return self._save(tx, handle, account) if handle and account else None

        return again(work)

    def home_of(self, network: str, account: Author) -> str | None:
        """The server that a known account lives on, when its network says so just now."""
        connector = self.networks.connectors()[network]
        if not fetches(connector):
            return None
        try:
            endpoint, found = connector.resolve(account.handle, self.networks.reader(network, "", None))
        except (ValueError, ReadingError):
            return None
        return endpoint if found.id == account.id else None

    def pause(self, workspace: str, teammate: str, until: datetime) -> Teammate:
        """No ring until then."""
        return self._change(workspace, teammate, paused_until=until)

    def stop(self, workspace: str, teammate: str) -> Teammate:
        """Never ring again; what they were asked returns to the team."""
        return self._change(workspace, teammate, stopped=True)

    def own_digest(self, workspace: str, teammate: str, *, wanted: bool) -> None:
        """A digest of their own in place of reminders, or reminders again."""
        with self.store.write(workspace) as tx:
            tx.choices.choose(About.OWN_DIGEST, teammate, True if wanted else None)
            tx.agenda.plan(Job.SEE, teammate, self.clock())

    def resume(self, workspace: str, teammate: str) -> Teammate:
        """Ring again."""
        return self._change(workspace, teammate, stopped=False, paused_until=None)

    def lead(self, workspace: str, teammate: str, *, leads: bool) -> Teammate:
        """They are one of those who lead here, or no longer. Raises KeyError, and ValueError for who left."""
        with self.store.write(workspace) as tx:
            known = tx.people.teammate(teammate)
            if known is None:
                raise KeyError(teammate)
            if leads and not known.can_be_assigned:
                raise ValueError(f"{known.name} is no member of the workspace who can answer")
            saved = tx.people.save_teammate(replace(known, is_lead=leads))
            tx.agenda.plan(Job.SEE, teammate, self.clock())
            return saved

    def _change(
        self,
        workspace: str,
        teammate: str,
        *,
        stopped: bool | None = None,
        paused_until: datetime | None = None,
    ) -> Teammate:
        with self.store.write(workspace) as tx:
            known = tx.people.teammate(teammate)
            if known is None:
                raise KeyError(teammate)
            stays = known.stopped if stopped is None else stopped
            saved = tx.people.save_teammate(replace(known, stopped=stays, paused_until=paused_until))
            tx.agenda.plan(Job.SEE, teammate, self.clock())
            return saved

    def _kept_true(self, workspace: str, teammate: Teammate, told: Person) -> Teammate:
        """As Slack tells; what they decided while Slack was asked stays."""
        with self.store.read(workspace) as tx:
            known = tx.people.teammate(teammate.id) or teammate
        now = self.clock()
        if _as_told(known, told, now) == known:
            return known
        with self.store.write(workspace) as tx:
            tx.agenda.plan(Job.SEE, teammate.id, now)
            return tx.people.save_teammate(_as_told(tx.people.teammate(teammate.id) or known, told, now))

    def _save(self, tx: Tx, handle: Handle, account: Author) -> Handle:
        saved = tx.people.save_handle(_known(tx, handle) or handle)
        connector = self.networks.connectors()[handle.network]
        source = own_posts_of(connector, handle, account) if handle.home else None
        if source and not any(_reads(one, source) for one in tx.sources.sources()):
            watch = Watch("", f"What {handle.name} posts", lane=None, created_by=handle.teammate)
            key = key_for(tx, connector)
            now = self.clock()
            read = replace(source, credential=key.id if key else None, history_before=now - HISTORY)
            for id in tx.sources.save_watch(watch, [read]).sources:
                tx.agenda.plan(Job.POLL, id, now)
        # What they wrote before they linked it may have answered somebody already.
        waiting = [one.id for one in tx.threads.waiting() if one.network == handle.network]
        restand(tx, tx.threads.of(waiting), News(), on=on(self.networks, self.clock(), "link"))
        return saved


def own_posts_of(connector: Connector, handle: Handle, account: Author) -> Source | None:
    """The Source of an account's own posts, where the network offers one."""
    ours = next((query for query in connector.facts.queries if query.ours), None)
    if ours is None:
        return None
    return Source("", handle.network, handle.home or "", ours.kind, account.handle, account=account.id)


def key_for(tx: Tx, connector: Connector) -> Secret | None:
    """A key of the team's that reads the posts of any account: whichever there is where a network asks for
    one, else one that is nobody's own where a network has but one server."""
    facts = connector.facts
    is_asked = any(query.ours and query.needs_credential for query in facts.queries)
    there = (one for one in tx.sources.sources() if one.network == facts.name and one.credential)
    keys = (key for one in there if (key := tx.sources.secret(one.credential or "")))
    return next((key for key in keys if is_asked or (facts.home and key.account is None)), None)


def _reads(one: Source, wanted: Source) -> bool:
    return (one.network, one.kind, one.account) == (wanted.network, wanted.kind, wanted.account)


def _known(tx: Tx, handle: Handle) -> Handle | None:
    """The same account of the same person, linked before: it keeps its id and its proof."""
    linked = (one for one in tx.people.handles() if one.until is None)
    found = (one for one in linked if one.author_id == handle.author_id)
    same = next(
        (one for one in found if (one.network, one.teammate) == (handle.network, handle.teammate)), None
    )
    if same is None:
        return None
    return replace(handle, id=same.id, proved=same.proved or handle.proved, since=same.since)


def _enrolled(tx: Tx, slack_user: str, told: Person | None) -> Teammate:
    able = told is not None and not (told.is_bot or told.is_deleted or told.is_outside)
    return Teammate(
        id="",
        slack_user=slack_user,
        name=told.name if told else slack_user,
        hours=Hours(_zone(told.zone if told else "", tx.workspace.zone)),
        can_be_assigned=able,
        is_lead=able and not any(one.is_lead for one in tx.people.teammates()),
    )


def _as_told(teammate: Teammate, told: Person, now: datetime) -> Teammate:
    able = not (told.is_bot or told.is_deleted or told.is_outside)
    hours = replace(teammate.hours, zone=_zone(told.zone, teammate.hours.zone))
    hours = by_status(hours, told.is_out, told.out_until, now)
    return replace(teammate, name=told.name, hours=hours, can_be_assigned=able)


def _zone(zone: str, otherwise: str) -> str:
    """A zone that this machine knows, else the other."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
