"""Every sentence for one person who typed or pressed something, or looks at Home, and no other thing.

As in `bot.slack.words`: names come in cut to length, times and links stay parts, and the tone is the same.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.languages import name_of
from bot.domain.measures import Outcome
from bot.domain.model import Why
from bot.domain.nudging import Rhythm
from bot.domain.rests import UNTIL_SAID
from bot.slack.said import Bold, Said, Time
from bot.slack.spelled import counted, listed, number, plural, span, times
from bot.slack.words import how_wrong

# ---- /engage


def notice_list(mine: int, nobodys: int) -> str:
    return f"{counted(mine, 'conversation')} with you, {nobodys} with nobody"


def yours() -> Said:
    return (Bold("Waiting for you"),)


def asked_of_you() -> Said:
    return (Bold("You were asked"),)


def nobodys() -> Said:
    return (Bold("Nobody has these yet"),)


def nothing_waits() -> Said:
    return ("Nobody is waiting for you, and nothing is without somebody.",)


def as_of(at: datetime) -> Said:
    return ("As of ", Time(at))


def left_off(count: int) -> Said:
    return (f"{count} more not shown",)


# ---- Home


def more_to_list(count: int) -> Said:
    return (f"{count} more: type /engage",)


def what_i_cannot_see() -> Said:
    return (Bold("What I cannot see"),)


def lines_not_seen(network: str, since: datetime | None) -> Said:
    when: Said = (" since ", Time(since)) if since else ()
    return (f"I have not seen {network}", *when, ": its lines may already be answered.")


def how_i_remind_you() -> Said:
    return (Bold("How I remind you"),)


def rings(times_a_day: int, starts: time, ends: time, zone: str) -> Said:
    if not times_a_day:
        return ("I do not ring you: what waits for you stands here.",)
    hours = f"between {starts:%H:%M} and {ends:%H:%M} ({zone})"
    return (f"I ring you at most {times(times_a_day)} on a working day, {hours}.",)


def rings_again_on(day: date) -> Said:
    return (f"You are off. I do not ring you before {_day(day)}.",)


def listed_daily() -> Said:
    return (
        "As it begins I tell you who waits for you, in place of reminders (/engage daily off ends that).",
    )


def rings_paused(until: datetime) -> Said:
    if until == UNTIL_SAID:
        return ("No reminders until you say so.",)
    return ("No reminders until ", Time(until), ".")


def rings_stopped() -> Said:
    return ("I have stopped: I do not write to you. What waits for you stands here.",)


def how_to_stop() -> Said:
    return ("Stop for good, or /engage stop, ends all messages to you.",)


def how_to_resume() -> Said:
    return ("/engage resume takes it up again.",)


def home_is_for_members() -> Said:
    return ("This is for the members of this workspace.",)


# ---- /engage stats


def notice_stats() -> str:
    return "What became of those who spoke to us"


def spoke_since(since: datetime, spoke: int | None) -> Said:
    who = "Fewer than three people" if spoke is None else counted(spoke, "person", "people")
    return (Bold(f"{who} spoke to us"), " since ", Time(since), ".")


def came_to(outcome: Outcome, count: int | None) -> Said:
    return (f"{_CAME_TO[outcome]}: ", Bold(_of_people(count)))


_CAME_TO: Final = {
    Outcome.HEARD: "Heard back from one of us, as I saw",
    Outcome.ELSEWHERE: "Answered elsewhere, as one of us said",
    Outcome.WAITING: "Still waiting",
    Outcome.LET_GO: "Let go",
    Outcome.NOT_NEEDED: "No reply needed",
    Outcome.OTHERWISE: "Settled by others, or by their own last word",
}


def _of_people(count: int | None) -> str:
    return "too few to tell" if count is None else f"{count:,}"


def these_together(count: int) -> Said:
    return (f"Those too few to tell for themselves are {count:,} together.",)


def half_waited(wall: timedelta, working: timedelta) -> Said:
    return (f"Half of those who heard back waited no longer than {span(wall)} ({_worked(working)}).",)


def nine_of_ten_waited(wall: timedelta, working: timedelta) -> Said:
    return (f"Nine of ten waited no longer than {span(wall)} ({_worked(working)}).",)


def _worked(working: timedelta) -> str:
    return f"{span(working, days=False)} of working time"


def back_from(count: int | None) -> Said:
    return (f"Wrote back, of those who heard back: {_of_people(count)}.",)


def reminders_worked(reminders: int, followed: int | None, wrong: int) -> Said:
    told = how_wrong(reminders, wrong)
    if not reminders or followed is None:
        return told
    came = plural(followed, "was", "were")
    return (*told, f" {followed:,} of {reminders:,} {came} followed by an answer or a decision.")


def who_paused(count: int | None) -> Said:
    return (f"Teammates who have paused or stopped me: {_of_people(count)}.",)


def time_before(since: datetime, until: datetime, spoke: int | None, heard: int | None) -> Said:
    who = f"{'fewer than three people' if spoke is None else counted(spoke, 'person', 'people')} spoke to us"
    told = f" {who}; heard back from one of us: {_of_people(heard)}."
    return (Bold("Before By Hand,"), " from ", Time(since), " to ", Time(until), ",", told)


def half_waited_then(wall: timedelta) -> Said:
    return (f"Half of those waited no longer than {span(wall)}.",)


def since_is_not_because() -> Said:
    return ("That is before and since, by what everybody could read. Why it changed, no number says.",)


def nothing_before() -> Said:
    return ("Of the time before By Hand I know nothing; byhand stats --help tells how to count it.",)


def of_nobody_alone() -> Said:
    return ("Nothing here is made up by fewer than three people, and nothing private is counted",)


HOURS: Final = "/engage hours mon-thu 9:00-17:00 DE-BE"
AWAY: Final = "/engage away until monday"
POLICY: Final = "/engage policy"
RULES: Final = "/engage rules"
HELP: Final = (
    ("/engage", "what waits for you, then what nobody has"),
    ("/engage add LINK", "put a post on the team's list by its link, wherever it stands"),
    ("/engage me @handle@server", "link your own account, so that I see your replies"),
    ("/engage here 09:00", "the team's digest stands in this channel, on working days at that hour"),
    (HOURS, "your days, hours and holidays; without them, what I know"),
    ("/engage digest", "what the channel would read now, shown to you alone"),
    ("/engage stats", "what became of those who spoke to us, in numbers of the team"),
    (AWAY, "no reminders until that day; what you have is placed, kept or offered"),
    ("/engage back", "you are back sooner"),
    (
        "/engage pause 3",
        "no reminders for so many days (7 without a number), today, this week, or until I say",
    ),
    ("/engage quiet until Monday", "no message to anybody, and no digest, until that day; quiet off ends it"),
    (
        "/engage daily",
        "who waits for you, once as your working day begins, in place of reminders; or daily off",
    ),
    (
        POLICY,
        "how this team is reminded; policy volunteers (for me) chooses another way",
    ),
    (RULES, "whom I ask about what without being told; add a rule, try it, change or remove it"),
    ("/engage stop", "no messages from me, for good"),
    ("/engage resume", "reminders again"),
    ("/engage help", "this"),
)


def help_head() -> Said:
    return (
        Bold("By Hand"),
        (
            " shows who waits for one of us on social networks and reminds the one who said yes. "
            "Replies are yours, written by hand on the network itself; I never write there."
        ),
    )


def unknown_word(word: str) -> Said:
    return (f"I do not know “{word}”.",)


def added(name: str, network: str) -> Said:
    return ("Added: ", Bold(name), f" on {network}.")


def first_of(links: int) -> Said:
    return (f"I took the first of {number(links)} links. /engage add LINK adds another.",)


def no_link() -> Said:
    return ("There is no link in this message, so there is nothing to add.",)


def linked(handle: str, network: str, *, spoke: bool) -> Said:
    found = f"Linked {handle} on {network}. I will see your replies from there."
    spoken = " It has spoken to your team before, and that waits for no answer now." if spoke else ""
    taken_back = "If that is not yours, whoever runs me takes it back with byhand people unlink --never."
    return (f"{found}{spoken} {taken_back}",)


WHICH_LINK: Final = "Which link?"
WHICH_ACCOUNT: Final = "Which account?"


def needs(usage: str, missing: str = "") -> Said:
    return (f"{missing} It goes like this: {usage}".strip(),)


def stands_here(at: time, zone: str) -> Said:
    when = f"on working days at {at:%H:%M} ({zone})"
    return (f"The digest will stand here {when}. /engage digest shows you how it looks now.",)


def unfit(why: str) -> Said:
    return (f"{_UNFIT[why]} Nothing has changed.",)


_UNFIT: Final = {
    "NOT_IN": "Invite me first: /invite @By Hand, then type /engage here again.",
    "SHARED": "Another organisation reads this channel too, so the digest cannot stand here.",
    "ARCHIVED": "This channel is archived, so the digest cannot stand here.",
}


def not_in_direct_messages() -> Said:
    return ("The digest is for the team: type /engage here in a channel. Nothing has changed.",)


def channel_hidden() -> Said:
    return (
        (
            "Slack does not let me see what kind of conversation this is, so nothing has changed. "
            "A digest needs a channel; if this is one, install me anew with the present manifest."
        ),
    )


def channel_unsure() -> Said:
    return ("Slack did not tell me about this channel just now. Please try once more.",)


def paused(until: datetime) -> Said:
    if until == UNTIL_SAID:
        return ("No reminders until you type /engage resume.",)
    return ("No reminders until ", Time(until), ". /engage resume starts them sooner.")


def quiet_until(until: datetime) -> Said:
    return ("I write to nobody in this team until ", Time(until), ". /engage quiet off ends that sooner.")


def quiet_no_more() -> Said:
    return ("I write again, to each in their own hours.",)


def stopped_for_good() -> Said:
    return ("I will not write to you again. /engage resume starts me again.",)


def resumed() -> Said:
    return ("Reminders are on again, in your working hours.",)


# ---- hours and days off


def your_hours(days: str, starts: time, ends: time, zone: str) -> Said:
    return (f"I ring you {days}, between {starts:%H:%M} and {ends:%H:%M} ({zone}, as Slack says).",)


def days_off(ahead: tuple[tuple[date, date, str], ...], more: int) -> Said:
    """Each with its first and last day, and what it is for."""
    if not ahead:
        return ("I know of no days off.",)
    told = [f"{_days(first, last)} ({why})" for first, last, why in ahead]
    rest = [f"{number(more)} more"] if more else []
    return (f"Days off: {listed([*told, *rest])}.",)


WHY_OFF: Final = {
    Why.HOLIDAY: "holiday",
    Why.CALENDAR: "calendar",
    Why.STATUS: "your status in Slack",
    Why.AWAY: "away",
}


def away(first: date, until: date) -> Said:
    return (f"You are away from {_day(first)} on, and back on {_day(until)}. Until then I do not ring you.",)


def not_away() -> Said:
    return ("You are not away. This is how you say it:",)


def is_back(off_again: bool) -> Said:
    return ("Welcome back.", *([" Today is one of your days off all the same."] if off_again else []))


def where_to() -> Said:
    return (
        (
            "Where should these go meanwhile? What you keep stays yours. What has no place is offered to the "
            "team when your promise passes."
        ),
    )


def all_placed() -> Said:
    return ("Nothing that waits for you needs another place meanwhile.",)


KEEP: Final = "Keep it for when I am back"
OFFER_TO_TEAM: Final = "Offer it to the team"


def choose_where(name: str) -> str:
    return f"Where {name} goes"


def ask_person(name: str, reason: str | None) -> str:
    return f"Ask {name} ({reason})" if reason else f"Ask {name}"


def notice_welcome_back(total: int) -> str:
    return f"Welcome back: {counted(total, 'person still waits', 'people still wait')} for you"


def welcome_back(total: int, shown: int) -> Said:
    wait = plural(total, "person still waits", "people still wait")
    rest = [f" Here are {number(shown)}; the others stand in Home."] if shown < total else []
    return (Bold("Welcome back."), f" {number(total).capitalize()} {wait} for you.", *rest)


def all_for_today() -> Said:
    return ("That is all I say today.",)


def dates_unknown() -> Said:
    return ("I did not understand these dates, so nothing has changed. A date is written as 2026-12-24.",)


def hours_unknown() -> Said:
    return ("I did not understand these hours, so nothing has changed.",)


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# ---- when a press changes nothing


def changed_meanwhile() -> Said:
    return ("That changed meanwhile, so I did nothing. This is how it stands now:",)


def cannot_now() -> Said:
    return ("That cannot be done any more, so I did nothing. This is how it stands now:",)


def not_here() -> Said:
    return ("I do not know this message any more, so I did nothing. /engage shows what waits.",)


def not_yours() -> Said:
    return ("This belongs to somebody else, so I did nothing.",)


def outsider() -> Said:
    return ("Only members of this workspace can do that, so nothing changed.",)


def press_again() -> Said:
    return ("I was away for a moment. Please press it once more.",)


def failed(reference: str) -> Said:
    return (f"That did not work, and it is my fault. Please try it once more. Reference: {reference}",)


def not_handled() -> Said:
    return ("I do not know that button; it may be from an older message. /engage shows what waits.",)


def could_not_read() -> Said:
    return ("I could not read that place just now. Please try again in some minutes.",)


def no_such_post() -> Said:
    return ("I cannot read that link: its post is gone, or is not shown to everyone.",)


def no_web_address() -> Said:
    return ("That is no link: it begins with https://, and has no spaces and no password in it.",)


def not_listed() -> Said:
    return ("That post cannot be put on the list: it is private, or its author asked me to forget them.",)


def link_unknown() -> Said:
    return ("I cannot read that link or account. /engage help shows how it goes.",)


# ---- how we remind


def how_we_remind() -> Said:
    return (Bold("How this team is reminded"),)


def how_you_are_reminded() -> Said:
    return (Bold("How you are reminded"),)


def how_we_remind_about(watch: str) -> Said:
    return (Bold(f"How people are reminded about what comes from {watch}"),)


def another_way(watches: tuple[str, ...]) -> Said:
    return (f"Another way holds for {listed(watches)}: {POLICY} for {watches[0]} shows it.",)


def which_watch(name: str, names: tuple[str, ...]) -> Said:
    known = f"I know {listed(names)}" if names else "Nothing is watched yet"
    return (f"No one watch is called {name}: {known}. Nothing has changed.",)


def would_reply(days: int, asks: int) -> Said:
    asked = ("Nothing rings before a yes.", "A question rings once.", "A question rings twice.")[min(asks, 2)]
    return (f"Whoever says yes would reply within {number(days)} working {plural(days, 'day')}. {asked}",)


def after_a_yes(days: int, after: timedelta | None, *, second: bool, last: bool) -> Said:
    passed = "that day has" if days == 1 else f"those {number(days)} days have"
    hours = after / timedelta(hours=1) if after else 0.0
    worked = span(after, days=False) if after and hours.is_integer() else f"{hours:g} hours"
    steps = [f"a reminder after {worked} of work"] if after else []
    steps += [f"{'one more' if after else 'a reminder'} when {passed} passed"] if second else []
    steps += ["one last question"] if last else []
    told = listed(steps) if steps else "no reminder"
    return (f"After a yes: {told}. Then it stands on the team's list again, and nothing more rings.",)


def digest_comes(rhythm: Rhythm) -> Said:
    told = {
        Rhythm.DAILY: "each working day, in the channel",
        Rhythm.WEEKLY: "once a week, in the channel",
        Rhythm.DIRECT: "each working day, to one person alone",
    }
    return (f"The digest comes {told[rhythm]}.",)


def has_it_outright() -> Said:
    return ("Whoever is chosen by somebody has it at once, without being asked.",)


def no_rules() -> Said:
    return ("No rule says in advance whom I ask.",)


NEW_RULE: Final = "Add a rule"
RULE_OF_OUR_OWN: Final = "About something else"
CHANGE: Final = "Change"
REMOVE: Final = "Remove"
TRY_RULES: Final = "Try them on the last 90 days"
RULE_TITLE: Final = "A rule"
RULE_NAME: Final = "What is it about, in a word or two?"
RULE_ASKS: Final = "Who is asked?"
RULE_WORDS: Final = "It has one of these words in it"
RULE_WORDS_HINT: Final = "Commas between, or one a line. They count as whole words, in capitals or not."
RULE_LANGUAGE: Final = "It is written in"
RULE_PLACE: Final = "It comes from"
NOWHERE: Final = "Where nobody looks any more"
RULE_ALSO: Final = "And"
RINGS_BESIDES: Final = "It may ring once a day besides other questions"
GOES_FIRST: Final = "It is looked at before all the other rules"
TRY_IT: Final = "Try it"
KEEP_RULE: Final = "Keep it"


def so_many_rules(count: int) -> Said:
    said = f"{number(count).capitalize()} {plural(count, 'rule says', 'rules say')} in advance whom I ask"
    return (f"{said}: {RULES} shows {plural(count, 'it', 'them')}.",)


def rules_head(more: int) -> Said:
    rest = f" {number(more).capitalize()} more stand behind these." if more else ""
    return (Bold("Whom I ask without being told"), f": the first that fits decides.{rest}")


def rule(name: str, to: str, fits: tuple[str, ...]) -> Said:
    """`to` is empty where whom it names is not there any more."""
    return (Bold(name), f" asks {to or 'nobody any more'} about what {listed(fits)}.")


def has_a_word(about: tuple[str, ...], more: int) -> str:
    rest = [f"one of {number(more)} more"] if more else []
    return f"has {listed([*(f'“{word}”' for word in about), *rest], last='or')} in it"


def is_written_in(language: str) -> str:
    return f"is written in {name_of(language) or language}"


def comes_from(place: str) -> str:
    """`place` is empty where it is not watched any more."""
    return f"comes from {place or 'where nobody looks any more'}"


def rings_besides() -> Said:
    return (f"{RINGS_BESIDES}.",)


def rules_ask() -> Said:
    return (
        "A rule asks as a colleague would: once, in the hours of whom it asks, about what comes after it",
    )


def rule_about(template: str) -> str:
    return f"About {template}: with words to begin from"


def change_rule(name: str) -> str:
    return f"Change the rule {name}"


def remove_rule(name: str) -> str:
    return f"Remove the rule {name}"


def removes_rule(name: str) -> str:
    return f"{name} asks nobody any more, and its words are gone. Who was asked already stays asked."


def rules_would_fit(fitting: int, total: int) -> Said:
    """What all the rules together would have picked."""
    picked = number(fitting) if fitting else "none"
    latest = f"Of the last {counted(total, 'conversation')} they would have picked {picked}."
    return (latest,) if total else _nothing_to_try()


def rule_would_fit(fitting: int, total: int) -> Said:
    picked = number(fitting) if fitting else "none"
    latest = f"Of the last {counted(total, 'conversation')} it would have picked {picked}."
    return (f"{latest} Nobody is asked about those.",) if total else _nothing_to_try()


def _nothing_to_try() -> Said:
    return ("Nobody spoke to us in the last 90 days, so there is nothing to try it on.",)


def would_ask(rule_name: str, to: str) -> Said:
    return (f"{rule_name} would ask {to or 'nobody any more'}.",)


def takes_the_place(name: str) -> Said:
    return (f"It takes the place of the rule that is called {name} now.",)


def rule_kept(to: str) -> Said:
    return (f"From now on {to or 'this person'} is asked. {RULES} shows all rules.",)


def policy_choices(names: tuple[str, ...]) -> Said:
    known = listed(names, last="or")
    one = f"one thing of it: {POLICY} promise=3"
    said = f"Another way for all: {POLICY} {known}; {one}."
    return (
        f"{said} Yours alone: the same with “for me”; about what comes from one watch: with “for” its name.",
    )


def as_the_team(whom: str) -> Said:
    return (f"{POLICY} team for {whom}: as everywhere.",)


def policy_unknown(names: tuple[str, ...]) -> Said:
    return (f"I know these ways: {listed(names)}. It goes like this: {POLICY} {names[1]}, or with “for me”.",)


def policy_refused(why: str) -> Said:
    return (f"This cannot be chosen: {why}. Nothing has changed.",)


# ---- who cannot be assigned, said at the field


def refused(code: str, name: str = "This person") -> str:
    return {
        "bot": f"{name} is an app and cannot reply by hand.",
        "deleted": f"{name} is no longer in this workspace.",
        "outside": f"{name} is a guest from outside and cannot be asked.",
        "stopped": f"{name} asked me not to write to them. Please ask them yourself.",
        "nobody": "Please choose a teammate.",
        "taken": "Somebody has it already, or it was answered meanwhile.",
        "private": "This is private and stays with the one it was sent to.",
        "no name": "Please say in a word or two what it is about.",
        "about nothing": "Please say what it is about: words, a language or a place.",
        "too many words": "These are more words than I can keep here. Please leave some out.",
        "no reason": "Please choose a reason.",
        "asked kindly": f"{name} was asked already; once is enough.",
        "gone": "Nobody has it any more, or it was answered meanwhile.",
        "no time": "Please choose one of these.",
        "no day": "Please choose a day to come, within a year.",
        "outsider": "Only members of this workspace can do that.",
        "unsure": f"Slack did not tell me about {name} just now. Please try once more.",
    }.get(code, f"{name} cannot be asked.")


def likeliest(people: tuple[tuple[str, str], ...]) -> str:
    told = [f"{name} ({reason})" for name, reason in people]
    return f"Likeliest: {', '.join(told)}" if told else ""
