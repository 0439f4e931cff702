"""Whose hours are when: what people say of their own, holidays, calendars, and Slack's word once a day."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.absence import offered_at
from bot.domain.daysoff import DAY, away, back, renewed, spans
from bot.domain.errors import ReadingError, SendingError
from bot.domain.hours import local_day
from bot.domain.model import DaysOff, Hours, Teammate, Why, Workspace
from bot.domain.ports import EVERYBODY, Calendars, Clock, Job, Secret, Store, Tx
from bot.domain.timetable import Timetable
from bot.services.standing.places import policies_for
from bot.services.team.people import People

log = logging.getLogger(__name__)

BEFORE, AHEAD = timedelta(days=366), timedelta(days=800)
"""Which days off are known: of the past for waits that began then, ahead for whatever is planned."""
OUTSIDE = (Why.HOLIDAY, Why.CALENDAR)
CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Days:
    """Keeps hours and days off true; nothing else need know where they come from."""

    store: Store
    people: People
    calendars: Calendars
    clock: Clock

    def set_hours(self, workspace: str, teammate: str, told: Timetable) -> Teammate:
        """Their own hours and holidays from now on. Raises ValueError for what cannot be."""
        if told.holidays:
            self.calendars.holidays(told.holidays, *self._range(Hours()))
        with self.store.write(workspace) as tx:
            known = _known(tx, teammate)
            place = known.holidays if told.holidays is None else told.holidays
            saved = self._save(tx, replace(known, hours=told.of(known.hours), holidays=place))
        return saved if told.holidays is None else self._renew(workspace, teammate)

    def away(self, workspace: str, teammate: str, first: date, until: date) -> Teammate:
        """They are away from `first` on, and back on `until`, in place of any absence before."""
        return self._changed(workspace, teammate, lambda hours: away(hours, first, until, self.clock()))

    def back(self, workspace: str, teammate: str) -> Teammate:
        """They are back today, and no absence lies ahead."""
        return self._changed(workspace, teammate, lambda hours: back(hours, self.clock()))

    def absence(self, workspace: str, teammate: str) -> DaysOff | None:
        """The absence that lasts or comes next."""
        with self.store.read(workspace) as tx:
            hours = _known(tx, teammate).hours
        today = local_day(hours, self.clock())
        ahead = (span for span in hours.off if span.why is Why.AWAY and span.until > today)
        return next(ahead, None)

    def unplaced(self, workspace: str, teammate: str) -> Sequence[str]:
        """The conversations of theirs that will be offered to the team while they are away."""
        with self.store.read(workspace) as tx:
            hours, theirs = _known(tx, teammate).hours, tx.threads.concerning(teammate)
            policies = policies_for(tx, tx.choices.all(), [one.id for one in theirs], teammate)
        now = self.clock()
        return [one.id for one in theirs if offered_at(one.standing, teammate, hours, policies[one.id], now)]

    def set_calendar(self, workspace: str, teammate: str | None, address: str | None) -> None:
        """Their own calendar of days off, or without a teammate the team's; None for no longer.

        Raises the errors of reading when it cannot be read now.
        """
        if address:
            self.calendars.marked(address, *self._range(Hours()))
        with self.store.write(workspace) as tx:
            whose = _known(tx, teammate) if teammate else tx.workspace
            sealed = None
            if address:
                secret = Secret(whose.calendar or "", CALENDAR, "", address, owner=teammate)
                sealed = tx.sources.save_secret(secret).id
            if isinstance(whose, Teammate):
                tx.people.save_teammate(replace(whose, calendar=sealed))
            else:
                tx.save_workspace(replace(whose, calendar=sealed))
        self.renew(workspace, teammate or EVERYBODY)

    def unreadable(self, workspace: str) -> Sequence[str]:
        """Whose calendars cannot be read now, by name; empty for the team's."""
        with self.store.read(workspace) as tx:
            sealed = [
                ("", tx.workspace.calendar),
                *((one.name, one.calendar) for one in tx.people.teammates()),
            ]
            known = [(name, _address(tx, id)) for name, id in sealed if id]
        return [name for name, address in known if not self._reads(address)]

    def _reads(self, address: str | None) -> bool:
        try:
            self.calendars.marked(address or "", *self._range(Hours()))
        except ReadingError:
            return False
        return True

    def set_holidays(self, workspace: str, place: str) -> None:
        """The holidays of all who have none of their own. Raises ValueError for an unknown place."""
        if place:
            self.calendars.holidays(place, *self._range(Hours()))
        with self.store.write(workspace) as tx:
            tx.save_workspace(replace(tx.workspace, holidays=place))
        self.renew(workspace, EVERYBODY)

    def due(self, workspace: str, subject: str) -> datetime:
        """The work of DAYS, once a day: the team's days off, or a teammate's with their zone and status."""
        if subject != EVERYBODY:
            with self.store.read(workspace) as tx:
                slack_user = _known(tx, subject).slack_user
            try:
                self.people.assignable(workspace, slack_user)
            except SendingError as trouble:
                log.warning("a teammate could not be looked up: %s", type(trouble).__name__)
        self.renew(workspace, subject)
        return self.clock() + DAY

    def renew(self, workspace: str, subject: str) -> None:
        """Read holidays and calendar anew: for EVERYBODY the team's, and then each teammate's."""
        if subject == EVERYBODY:
            self._renew_team(workspace)
        else:
            self._renew(workspace, subject)

    def _renew_team(self, workspace: str) -> None:
        with self.store.read(workspace) as tx:
            home, address = tx.workspace, _address(tx, tx.workspace.calendar)
        hours = Hours(home.zone, off=home.off)
        found = list(self._found(home.holidays, address, hours))
        with self.store.write(workspace) as tx:
            off = renewed(tx.workspace.off, found, OUTSIDE, local_day(hours, self.clock()))
            if off != tx.workspace.off:
                tx.save_workspace(replace(tx.workspace, off=off))
            everybody = tx.people.teammates()
        for teammate in everybody:
            self._renew(workspace, teammate.id)

    def _renew(self, workspace: str, teammate: str) -> Teammate:
        with self.store.read(workspace) as tx:
            known, home = _known(tx, teammate), tx.workspace
            address = _address(tx, known.calendar)
        found = [*_shared(home, known), *self._found(known.holidays or "", address, known.hours)]
        with self.store.write(workspace) as tx:
            known = _known(tx, teammate)
            hours = known.hours
            off = renewed(hours.off, found, OUTSIDE, local_day(hours, self.clock()))
            return (
                known if off == hours.off else self._save(tx, replace(known, hours=replace(hours, off=off)))
            )

    def _found(self, place: str, address: str | None, hours: Hours) -> Iterator[DaysOff]:
        """What holidays and calendar say now; what cannot be read says what it said before."""
        first, until = self._range(hours)
        asks = (
            (Why.HOLIDAY, place, partial(self.calendars.holidays, place)),
            (Why.CALENDAR, address, partial(self.calendars.marked, address or "")),
        )
        for why, wanted, ask in asks:
            try:
                yield from spans(ask(first, until) if wanted else (), why, self.clock())
            except (ReadingError, ValueError) as trouble:
                log.warning("a %s could not be read: %s", why, type(trouble).__name__)
                yield from (span for span in hours.off if span.why is why)

    def _changed(self, workspace: str, teammate: str, change: Callable[[Hours], Hours]) -> Teammate:
        with self.store.write(workspace) as tx:
            known = _known(tx, teammate)
            return self._save(tx, replace(known, hours=change(known.hours)))

    def _range(self, hours: Hours) -> tuple[date, date]:
        today = local_day(hours, self.clock())
        return today - BEFORE, today + AHEAD

    def _save(self, tx: Tx, teammate: Teammate) -> Teammate:
        """With new hours everything is due at another time."""
        tx.agenda.plan(Job.SEE, teammate.id, self.clock())
        return tx.people.save_teammate(teammate)


def _shared(home: Workspace, person: Teammate) -> list[DaysOff]:
    """Of the team's days off its calendar, and its holidays for whoever named none of their own."""
    return [span for span in home.off if span.why is Why.CALENDAR or person.holidays is None]


def _known(tx: Tx, teammate: str) -> Teammate:
    known = tx.people.teammate(teammate)
    if known is None:
        raise KeyError(teammate)
    return known


def _address(tx: Tx, sealed: str | None) -> str | None:
    secret = tx.sources.secret(sealed) if sealed else None
    return secret.value if secret else None
