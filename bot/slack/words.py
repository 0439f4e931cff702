"""Every sentence of the messages that the bot sends in Slack, with their buttons, and no other thing.

Names come in cut to length; times and links stay parts, so that each reader sees their own zone. Tone: a
considerate colleague; names or "they"; nothing told by emoji, colour or strike-through alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.model import Reason, Verb
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
