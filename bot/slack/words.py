"""Every sentence that the bot can say in Slack, and no other thing.

Names come in cut to length; times and links stay parts, so that each reader sees their own zone. Tone: a
considerate colleague; names or "they"; nothing told by emoji, colour or strike-through alone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.languages import name_of
from bot.domain.measures import Outcome
from bot.domain.model import Reason, Verb, Why
from bot.domain.nudging import Rhythm
from bot.domain.rests import UNTIL_SAID, Later
from bot.slack.said import Bold, Link, Said, Time
from bot.slack.spelled import counted, listed, number, plural, sentence, span, times

# ---- buttons, menus and fields

OPEN: Final = "Open"
CLAIM: Final = "I'll reply"
ASSIGN: Final = "Assign"
YES_REPLY: Final = "Yes, I'll reply"
NOT_ME: Final = "Not me"
ASK_ANOTHER: Final = "Ask somebody else"
NOT_NOW: Final = "Not now"
LATER: Final = "Later"
ELSEWHERE: Final = "I replied elsewhere"
REPLIED_ELSEWHERE: Final = "Replied elsewhere"
ALREADY: Final = "This was already answered"
COMMUNITY: Final = "Answered by the community"
NOT_NEEDED: Final = "No reply needed"
AN_ANSWER: Final = "That was the answer"
NO_ANSWER: Final = "That was not an answer"
THAT_WAS_ME: Final = "That was me"
UNDO: Final = "Undo"
KINDLY: Final = "Nudge kindly"
ASK_KINDLY: Final = "Ask kindly"
PAUSE: Final = "Pause"
PAUSE_LABEL: Final = "Pause what I write to you"
PAUSE_TITLE: Final = "Pause"
HOW_LONG: Final = "For how long shall I not write to you?"
PAUSES: Final = (
    ("today", "For today"),
    ("week", "For this week"),
    ("said", "Until I say so, with /engage resume"),
)
WHEN: Final = "Until when?"
THAT_DAY: Final = "The day"
SET_ASIDE: Final = "Set aside"
OFFER: Final = "Offer it"
STILL: Final = "I'll still do it"
LET_GO: Final = "Let it go"
YES: Final = "Yes"
NOT_YET: Final = "Not yet"
GOOD_ENDING: Final = "Good ending"
WANTS_ANSWER: Final = "Wants an answer"
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
SHOW_WORDS: Final = "Show the words"
SHOW_QUESTIONS: Final = "Show the questions"
REFRESH: Final = "Refresh"
REMIND_AGAIN: Final = "Remind me again"
STOP_FOR_GOOD: Final = "Stop for good"
CANCEL: Final = "Cancel"
CLOSE: Final = "Close"
BY_HAND: Final = "By Hand"
ASK: Final = "Ask"
CLOSE_IT: Final = "Close it"
ASSIGN_TITLE: Final = "Who could answer?"
NOT_NEEDED_TITLE: Final = "No reply needed"
TEAMMATE: Final = "Teammate"
NOTE: Final = "A note for them"
NOTE_HINT: Final = "It stays in Slack."
WHY_NOT: Final = "Why?"
REASONS: Final = (
    ("not needed", "It says all there is to say"),
    ("let go", "We let it go"),
    ("spam", "It is spam"),
)


def reply_as(handle: str) -> str:
    return f"Open, reply as {handle}"


def label(button: str, name: str) -> str:
    """What a screen reader says of a button: whom it is about."""
    return {
        OPEN: f"Open what {name} wrote",
        CLAIM: f"I'll reply to {name}",
        ASSIGN: f"Assign {name} to a teammate",
        YES_REPLY: f"Yes, I'll reply to {name}",
        SHOW_WORDS: f"Show the words of {name}",
        SHOW_QUESTIONS: f"Show the questions of {name}",
    }.get(button, f"{button}: {name}")


def undoes(verb: Verb, name: str) -> str:
    """What a screen reader says of Undo: what was pressed, about whom."""
    return f"Undo “{_PRESSED[verb]}” for {name}"


_PRESSED: Final = {
    Verb.CLAIM: CLAIM,
    Verb.ASK: ASSIGN,
    Verb.ASSIGN: ASSIGN,
    Verb.KINDLY: KINDLY,
    Verb.YES: YES_REPLY,
    Verb.NOT_ME: NOT_ME,
    Verb.NOT_NOW: NOT_NOW,
    Verb.RELEASE: OFFER,
    Verb.LATER: LATER,
    Verb.ELSEWHERE: REPLIED_ELSEWHERE,
    Verb.ALREADY: ALREADY,
    Verb.AN_ANSWER: AN_ANSWER,
    Verb.NOT_NEEDED: NOT_NEEDED,
    Verb.LET_GO: LET_GO,
    Verb.SPAM: "It is spam",
    Verb.WANTS_ANSWER: WANTS_ANSWER,
    Verb.GOOD_ENDING: GOOD_ENDING,
    Verb.NOT_AN_ANSWER: NO_ANSWER,
    Verb.COMMUNITY: COMMUNITY,
    Verb.THAT_WAS_ME: THAT_WAS_ME,
    Verb.UNDO: UNDO,
}


# ---- who waits: the head of a line, and how it stands


def head(name: str, handle: str, network: str, since: datetime | None) -> Said:
    shown = f" ({handle}) on {network}" if handle else f" on {network}"
    return (Bold(name), f"{shown}, waiting since ", Time(since)) if since else (Bold(name), shown)


def and_others(name: str, people: int) -> str:
    return f"{name} and {counted(people - 1, 'other')}" if people > 1 else name


def facts(new_to_us: bool, asks: bool, language: str | None) -> Said:
    told = [w for w, so in (("new to us", new_to_us), ("asks something", asks)) if so]
    told += [f"in {language}"] if language else []
    return (sentence(told),) if told else ()


def nobody() -> Said:
    return ("Nobody has it.",)


def holds(name: str) -> Said:
    return (f"{name} has it.",)


def you_hold() -> Said:
    return ("You have it.",)


def asked(name: str) -> Said:
    return (f"Nobody has it yet; we asked {name}.",)


def asked_you() -> Said:
    return ("You were asked, and have not said yet.",)


def went_back() -> Said:
    return ("It went back to the team's list.",)


def later(choice: Later, at: datetime | None) -> str:
    """A choice of when, by the reader's own calendar."""
    when = f", {at:%A} at {at:%H:%M}" if at else ""
    return f"{_LATER[choice]}{when}"


_LATER: Final = {
    Later.TODAY: "Later today, in three hours",
    Later.TOMORROW: "My next working day",
    Later.WEEK: "Next week",
    Later.DATE: "On the day below",
    Later.WRITTEN: "Until they write again",
}


def aside(until: datetime | None) -> Said:
    if until == UNTIL_SAID:
        return ("Set aside until they write again.",)
    return ("Set aside until ", Time(until), ".") if until else ("Set aside for later.",)


def answered(name: str | None, url: str | None) -> Said:
    by = f"Answered by hand by {name}." if name else "Answered by hand."
    return (f"{by} ", Link(url, "See the reply.")) if url else (by,)


def wrote_back_since(name: str | None, url: str | None) -> Said:
    return (*answered(name, url), " They wrote back since, and ask for nothing.")


def maybe_answered(url: str | None) -> Said:
    seen = "I saw a reply that may be ours; I am not sure."
    return (f"{seen} ", Link(url, "See it.")) if url else (seen,)


def signed(kind: str, url: str) -> Said:
    """The network's own mark, by a word of its own that is not spelled here."""
    told = _SIGNS.get(kind, "It is marked as settled there.")
    return (f"{told} I remind nobody of it. ", Link(url, "See it."))


_SIGNS: Final = {
    "accepted": "Another's answer was accepted there.",
    "solved": "It is marked as solved there.",
    "answered": "It is marked as answered there.",
    "closed": "It was closed there, by none of us.",
    "merged": "It was merged there, by none of us.",
}


def closed(reason: Reason | None, url: str | None = None) -> Said:
    """`url` is where our answer is said to stand."""
    said = _CLOSED[reason] if reason else "It does not wait for us."
    return (f"{said} ", Link(url, "See the reply.")) if url and reason is Reason.ELSEWHERE else (said,)


_CLOSED: Final = {
    Reason.NOT_NEEDED: "Closed: no reply needed.",
    Reason.ELSEWHERE: "Answered elsewhere.",
    Reason.ALREADY: "This was already answered.",
    Reason.COMMUNITY: "Answered by the community.",
    Reason.LET_GO: "Closed: let go.",
    Reason.ENDED: "Closed: they had the last word, and asked nothing.",
    Reason.SPAM: "Closed: held as spam.",
    Reason.WITHDRAWN: "Closed: they took it back.",
}


def others_replied(count: int) -> Said:
    return (f"{counted(count, 'other')} replied, none of us.",)


def not_seen_since(network: str, since: datetime | None) -> Said:
    head = f"I have not seen {network}"
    when: Said = (" since ", Time(since)) if since else ()
    return (head, *when, ", so this may already be answered.")


def cannot_see(network: str) -> Said:
    return (f"I cannot see replies on {network}.",)


def had_not_seen(network: str, since: datetime | None) -> Said:
    return (
        (f"I had not seen {network} since ", Time(since), ".") if since else (f"I had not seen {network}.",)
    )


def from_an_unknown_account() -> Said:
    return ("I saw no reply there from any account of ours that I know.",)


def hidden(warning: str) -> Said:
    return (f"Behind a content warning: {warning}.",) if warning else ("Behind a content warning.",)


def words_of(name: str) -> Said:
    return (Bold(name), " wrote:")


def questions(shown: int, people: int) -> Said:
    head = f"{counted(people, 'person', 'people')} {plural(people, 'waits', 'wait')} in this thread."
    return (
        Bold(head),
        f" {plural(shown, 'This was', 'These were')} asked:" if shown else " Nobody asks anything.",
    )


def asked_by(name: str, handle: str, url: str) -> Said:
    return (Bold(name), f" ({handle}) " if handle else " ", Link(url, "Open it."))


def no_words() -> Said:
    return ("I no longer have the words. Open shows them where they were written.",)


def gone() -> Said:
    return ("What this was about is no longer there.",)


# ---- the digest


def people_wait(total: int) -> str:
    return f"{counted(total, 'person', 'people')} {plural(total, 'is', 'are')}"


def notice_digest(total: int, settled: int = 0, people: int = 0) -> str:
    """In one conversation many may wait; then `people` says how many do in all."""
    left = total - settled
    if not settled and people > total:
        are = plural(total, "is", "are")
        return f"{counted(total, 'conversation')} with {people:,} people {are} waiting for one of us"
    if not settled:
        return f"{people_wait(total)} waiting for one of us"
    if left <= 0:
        who = f"All {total:,} have" if total > 1 else "The one who waited has"
        return f"{who} been answered or settled"
    return f"{left:,} of {total:,} {plural(left, 'is', 'are')} still waiting for one of us"


def total_waiting(total: int, settled: int = 0, people: int = 0) -> Said:
    return (Bold(f"{notice_digest(total, settled, people)}."),)


def here_are(shown: int, total: int) -> Said:
    return (f"Here {'is' if shown == 1 else 'are'} {number(shown)}.",) if shown < total else ()


def looked_at(places: int, at: datetime | None) -> Said:
    where = f"Looked at {counted(places, 'place')}"
    return (f"{where}, last ", Time(at), ".") if at else (f"{where}.",)


def instead_of_channel(code: str) -> Said:
    why = _INSTEAD.get(code, "Slack did not take this in our channel")
    return (f"{why}, so it came to you. Type /engage here in the channel where it should stand.",)


_INSTEAD: Final = {
    "channel_is_shared": "Our channel is shared with another organisation by now",
    "is_archived": "Our channel is archived",
    "channel_not_found": "I am no longer in our channel",
    "not_in_channel": "I am no longer in our channel",
    "missing_scope": "Slack does not let me into our channel until I am installed anew",
}


def stands_for(days: tuple[date, ...]) -> Said:
    named = [f"{d:%A}" for d in days]
    return (f"This stands for {listed(named)}.",) if len(named) > 1 else ()


def more(count: int) -> Said:
    return (f"{count} more in Home",)


def blind(network: str, since: datetime | None) -> Said:
    when: Said = (" since ", Time(since)) if since else ()
    return (f"{network} not seen", *when, ", its lines may already be answered")


def unseen(network: str, count: int, since: datetime) -> Said:
    many = f"{counted(count, 'conversation')} on {network} could not be checked since "
    return (many, Time(since), ", and may already be answered")


def hushed(place: str, since: datetime) -> Said:
    return (f"{place} can be read, but nobody has spoken there since ", Time(since), ", longer than usual")


def thanked(count: int) -> Said:
    return (
        f"{counted(count, 'person', 'people')} wrote back and {plural(count, 'asks', 'ask')} for nothing",
    )


def without_us(count: int) -> Said:
    return (f"{counted(count, 'conversation')} settled without us",)


def about_us(count: int) -> Said:
    return (f"{counted(count, 'post')} about us, to nobody in particular",)


def in_the_room(count: int) -> Said:
    return (f"{counted(count, 'talk')} among others, around what we wrote",)


def would_read() -> Said:
    return ("This is what the channel would read now. Only you see it, and nothing in it can be pressed.",)


LOOK_AT_THEM: Final = "Look at them"


def waits_for_weeks(count: int) -> Said:
    who = f"{counted(count, 'person has', 'people have')} waited for more than three weeks"
    return (f"{who}, and none of us has them. Shall we let them go?",)


def none_waits_for_weeks() -> Said:
    return ("Nobody has waited for more than three weeks without somebody who has it.",)


def receipt(day: date | None, total: int, by_hand: int, carried: int) -> Said:
    named = f"{day:%A}: " if day else ""
    none = "none answered yet" if carried else "none answered by hand"
    answered = f"{by_hand} answered by hand" if by_hand else none
    return (f"{named}{total} waited, {answered}, {carried} carried over.",)


def notice_quiet() -> str:
    return "Nobody is waiting for us"


def quiet() -> Said:
    return (Bold("Nobody is waiting for us."),)


def quiet_but_blind(network: str, since: datetime | None) -> Said:
    when: Said = (" since ", Time(since)) if since else ()
    return (Bold("Nobody that I can see is waiting,"), f" but I have not seen {network}", *when, ".")


def nor_seen(network: str, since: datetime | None) -> Said:
    when: Said = (" since ", Time(since)) if since else ()
    return (f"Nor have I seen {network}", *when, ".")


def week(looks: int, places: int, last: datetime | None, well: bool) -> Said:
    looked = f"This week I looked {looks:,} {plural(looks, 'time')} at {counted(places, 'place')}"
    if not well or not last:
        return (f"{looked}.",)
    return (f"{looked}; every one answered, last at ", Time(last, short=True), ".")


def heard_back(spoke: int, heard: int | None) -> Said:
    who = f"{counted(spoke, 'person', 'people')} spoke to us"
    if heard is None:
        return (f"{who}.",)
    if heard == spoke:
        return (f"{who} and all {heard:,} heard back from a person.",)
    return (f"{who} and {f'{heard:,}' if heard else 'none'} heard back from a person.",)


def last_week(heard: Said, wrong: Said) -> Said:
    return ("In the last seven days: ", *heard, *([" "] if heard else []), *wrong)


def will_be_quiet() -> Said:
    return ("I'll be quiet until someone writes.",)


def how_wrong(reminders: int, wrong: int) -> Said:
    if not reminders and not wrong:
        return ("I reminded nobody.",)
    return (f"I reminded {times(reminders) if reminders else 'nobody'} and was wrong {times(wrong)}.",)


# ---- a colleague's question


def met(brought_by: str | None) -> Said:
    by = f"{brought_by} brought me to you." if brought_by else "We have not met."
    return (
        (
            f"{by} I am By Hand: I tell people when someone waits for their reply on a social network, and I "
            "never write for anyone. To stop me for good, type /engage stop."
        ),
    )


def notice_question(asker: str, name: str, network: str) -> str:
    return f"{asker} asks whether you would answer {name} on {network}"


def question(asker: str, name: str, network: str) -> Said:
    return (f"{asker} asks whether you would answer ", Bold(name), f" on {network}.")


def notice_given(asker: str, name: str, network: str) -> str:
    return f"{asker} asks you to answer {name} on {network}"


def given(asker: str, name: str, network: str) -> Said:
    return (f"{asker} counts on you to answer ", Bold(name), f" on {network}. It is with you.")


def note(text: str) -> Said:
    return (f"“{text}”",)


def somewhere() -> str:
    return "A network"


def our_rule(name: str) -> str:
    return f"Our rule “{name}”"


def was_asked(asker: str, name: str, network: str, said_yes: bool) -> Said:
    return (*short_line(name, network), f" {asker} asked{'; you said yes.' if said_yes else '.'}")


def somebody() -> str:
    return "A colleague"


# ---- reminders


def with_more(notice: str, more: int) -> str:
    return f"{notice} (and {more} more)" if more else notice


def notice_nudge(name: str, network: str) -> str:
    return f"{name} is waiting for you on {network}"


def still_waiting(name: str, since: datetime | None, hours: float | None) -> Said:
    when: Said = (", since ", Time(since)) if since else ()
    worked = round(hours or 0)
    long = f" ({counted(worked, 'of your working hours', 'of your working hours')})" if worked else ""
    return (Bold(f"{name} is still waiting for you"), *when, f"{long}.")


def said_yes() -> Said:
    return ("You said you would reply.",)


def reminded(name: str, network: str, at: datetime | None) -> Said:
    when: Said = (Time(at), " ") if at else ()
    return ("Reminded ", *when, "about ", Bold(name), f" on {network}.")


def looked(at: datetime | None, shared: tuple[str, ...], yours: bool = True) -> Said:
    """`shared` are the team's accounts there; `yours` whether the reader has one there too."""
    who = listed([*(["you"] if yours or not shared else []), *shared], "or")
    when: Said = (" ", Time(at)) if at else ()
    return ("I looked", *when, f" and saw no reply from {who}.")


def reminder(step: int, steps: int) -> Said:
    return (f"Reminder {step} of {steps}, the only one today",)


def never_writes() -> Said:
    return ("I never write for you",)


def why_you(reason: str) -> Said:
    return (f"Why you: {reason}",)


def notice_last_word(name: str, network: str) -> str:
    return f"My last word about {name} on {network}"


def last_word(name: str) -> Said:
    return (Bold(f"My last word about {name}:"), " shall I offer this to someone else?")


def if_nothing() -> Said:
    return ("If you do nothing it returns to the team's list tomorrow, with no note about you.",)


def notice_kindly(asker: str, name: str, network: str) -> str:
    return f"{asker} asks whether you will still answer {name} on {network}"


def kindly(asker: str, name: str) -> Said:
    return (f"{asker} asks kindly whether you will still answer ", Bold(name), ".")


def asked_kindly(name: str) -> Said:
    return (f"I will ask {name} once, in their hours, and say that it is from you.",)


def notice_blind(name: str, network: str) -> str:
    return f"Did you answer {name} on {network}?"


def did_you(name: str, network: str) -> Said:
    return (Bold(f"Did you answer {name} on {network}?"), " I cannot see replies there.")


def notice_wait_for_you(total: int) -> str:
    return f"{people_wait(total)} waiting for you"


def wait_for_you(total: int) -> Said:
    return (Bold(f"{notice_wait_for_you(total)}."),)


def lapses_quietly() -> Said:
    return ("What you leave returns to the team's list as its promise passes, with no note about you",)


def daily() -> Said:
    return (
        (
            "From now on I tell you once a working day, as it begins, who waits for you, in place of "
            "reminders. /engage daily off brings those back."
        ),
    )


def reminders_again() -> Said:
    return ("I remind you of each by itself again, and send you no list.",)


def stopped() -> Said:
    return ("I am not helping, so I have stopped. Your list is in Home, and /engage resume starts me again.",)


# ---- news


def notice_news(name: str, network: str) -> str:
    return f"{name} wrote back to you on {network}"


def wrote_back(name: str, network: str, after: timedelta | None) -> Said:
    later = f", {span(after)} after your reply" if after is not None else ""
    return (Bold(f"{name} wrote back to you"), f" on {network}{later}:")


def nothing_to_do() -> Said:
    return ("Nothing to do unless you want to.",)


def waits_again() -> Said:
    return ("It asks something, so it waits for us again.",)


def short_line(name: str, network: str) -> Said:
    return (Bold(name), f" on {network}:")


def unseen_handle() -> Said:
    return (
        (
            "Sorry. If the reply came from an account I do not know, link it, so that I see it next time: "
            "/engage me @handle@server"
        ),
    )


# ---- written in private


def notice_private(name: str, network: str, others: int) -> str:
    who = f"{name} and {counted(others, 'other')}" if others else name
    return f"{who} wrote in private on {network}"


def in_private() -> Said:
    return ("Written in private: I tell only you, and the words stay where they were written.",)


# ---- a credential died


def notice_sign_in(network: str) -> str:
    return f"I can no longer read {network}"


def sign_in(network: str, host: str, at: datetime | None) -> Said:
    when: Said = (" at ", Time(at)) if at else ()
    return (Bold(f"I can no longer read {network} at {host}:"), " it refused my key", *when, ".")


def catches_up(network: str) -> Said:
    return (
        (
            "I know where I stopped and will catch up from there. Until then I remind nobody about "
            f"{network}, because they may already have answered."
        ),
    )


def how_to_mend() -> Said:
    return ("To mend it, give me a new key on the computer where I run: byhand watches key --help.",)


def notice_back(network: str) -> str:
    return f"I can read {network} again"


def back(network: str) -> Said:
    return (Bold(f"Back: I can read {network} again."),)


def since_then(since: datetime | None, mentions: int, already: int, waiting: int, *, gap: bool) -> Said:
    when: Said = ("From ", Time(since), " until now: ") if since else ("Until now: ",)
    whole = "and some posts of that time may be missing" if gap else "no gap found"
    told = f"{counted(mentions, 'mention')}, {already} already answered, {waiting} waiting, {whole}."
    return (*when, told)


# ---- a place was read for the first time


def notice_baseline(network: str) -> str:
    return f"What I found on {network} when I started"


def baseline(network: str, since: datetime | None, spoke: int, unheard: int) -> Said:
    when: Said = ("From ", Time(since), " until I started") if since else ("Before I started",)
    heard = plural(unheard, "has", "have")
    spoken = f", {counted(spoke, 'person', 'people')} spoke to us on {network}"
    return (*when, f"{spoken} and {unheard} {heard} not heard back.")


def for_you_alone() -> Said:
    return ("I tell only you, and only this once. /engage shows who waits.",)


# ---- an account that may be one of us

IT_IS_ME: Final = "Yes, it is me"
IT_IS_A_TEAMMATE: Final = "Yes, it is ..."
NOT_OURS: Final = "No"


def notice_one_of_us(handle: str, network: str) -> str:
    return f"Is {handle} on {network} one of us?"


def one_of_us(people: int, handle: str, network: str, url: str) -> Said:
    who = f"{number(people).capitalize()} {plural(people, 'person', 'people')} who spoke to us on {network}"
    were = plural(people, "was", "were")
    return (
        f"{who} {were} answered by ",
        Bold(handle),
        ". ",
        Link(url, "See a reply."),
        " Is that one of us?",
    )


def asks_once() -> Said:
    return ("If so, I see those replies from now on. If not, I do not ask again about this account.",)


def linked_to(handle: str, network: str, name: str) -> Said:
    return (Bold(handle), f" on {network} is {name}: I see replies from there.")


def none_of_us(handle: str, network: str) -> Said:
    return (Bold(handle), f" on {network} is none of us. I will not ask again.")


def was_said_already() -> Said:
    return ("That was answered already, so I did nothing.",)


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


def linked(handle: str, network: str) -> Said:
    return (f"Linked {handle} on {network}. I will see your replies from there.",)


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


def which_watch(name: str) -> Said:
    said = f"No one watch is called {name}: “byhand watches list” has their names."
    return (f"{said} It goes like this: {POLICY} promise=3 for the name, or for me. Nothing has changed.",)


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
    return ("It may ring once a day besides other questions.",)


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
