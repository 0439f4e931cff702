"""One conversation as every face shows it: who, where, since when, their words, its state, its buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.model import Line, Post, Press, Reason, Status
from bot.slack import responses, words
from bot.slack.blocks import (
    Block,
    Drawn,
    actions,
    button,
    foot,
    menu,
    message,
    open_button,
    paragraph,
    quote,
)
from bot.slack.said import NAME, Said, cut
from bot.slack.spelled import language
from bot.slack.values import Code, value

QUESTIONS = 15
"""How many of those that many people ask are shown: two blocks each, within Slack's 50."""

ADDRESSED = re.compile(r"\s*(?:@[\w.@-]+[,:;]?(?:\s+|$))+")
"""The handles that a reply opens with, as networks put them there."""


def name_of(line: Line) -> str:
    """Their name, cut; the handle where they gave none; a fold names one and counts the others."""
    known = cut(line.name, NAME) or cut(line.handle, NAME) or "Somebody"
    return words.and_others(known, line.people)


def network_of(line: Line) -> str:
    """The network as people call it."""
    return cut(line.label or line.network, NAME)


def is_over(line: Line) -> bool:
    """Whether it needs nobody: answered, or closed by somebody's decision (not merely never waiting)."""
    now = line.standing
    return now.status is Status.ANSWERED or (now.status is Status.CLOSED and now.reason is not None)


def is_aside(line: Line) -> bool:
    """Whether it was put off, and asks nothing of anybody until then."""
    return line.standing.status is Status.SNOOZED


def head(line: Line) -> Block:
    """Who waits, where, and since when."""
    handle = cut(line.handle, NAME)
    waits = line.standing.status is Status.OPEN and not line.standing.is_news
    since = line.standing.waiting_since if waits else None
    return paragraph(words.head(name_of(line), handle, network_of(line), since))


def their_words(text: str, warning: str | None) -> list[Block]:
    """The quotation; behind a content warning only the warning; nothing when there are no words."""
    if warning is not None:
        return [paragraph(words.hidden(cut(warning, NAME)))]
    return [quote(unaddressed(text))] if cut(text) else []


def unaddressed(text: str) -> str:
    """The words without the handles that they open with; as they are when they have no others."""
    opening = ADDRESSED.match(text)
    rest = text[opening.end() :] if opening else text
    return rest if cut(rest) else text


def state(line: Line, viewer: str | None = None) -> Said:
    """How it stands, in one sentence; a holder stands without age or count."""
    now = line.standing
    match now.status:
        case Status.ANSWERED:
            return words.answered(_short(line.answered_name), line.answered_url)
        case Status.CLOSED:
            told = [one.url for one in now.evidence if not one.verified]
            said = words.closed(now.reason, told[-1] if told else None)
            return (*said, " ", *why_missed(line)) if now.reason is Reason.ALREADY else said
        case Status.SNOOZED:
            return words.aside(now.snoozed_until)
        case Status.OPEN if now.is_news:
            return words.wrote_back_since(_short(line.answered_name), line.answered_url)
        case Status.OPEN:
            return _with_whom(line, viewer)


def why_missed(line: Line) -> Said:
    """Why an answer that somebody says is there was not seen."""
    if not line.can_see_answers:
        return words.cannot_see(network_of(line))
    if line.blind_since:
        return words.had_not_seen(network_of(line), line.blind_since)
    return words.from_an_unknown_account()


def _with_whom(line: Line, viewer: str | None) -> Said:
    now = line.standing
    if now.holder:
        return words.you_hold() if now.holder == viewer else words.holds(_colleague(line.holder_name))
    if now.asked:
        return words.asked_you() if now.asked == viewer else words.asked(_colleague(line.asked_name))
    return words.nobody()


def about(line: Line, viewer: str | None = None) -> Block:
    """What helps to decide: facts, the state, why it is there, and what could not be seen."""
    now = line.standing
    said = [words.facts(line.new_to_us, line.asks_something, language(line.language))]
    said += [state(line, viewer)]
    said += [(cut(reason),) for reason in line.reasons]
    if now.status is Status.OPEN:
        said += doubts(line)
    return paragraph(*filter(None, said))


def doubts(line: Line) -> list[Said]:
    """What may have answered already, or hides it."""
    said: list[Said] = []
    if line.standing.maybes:
        said.append(words.maybe_answered(line.standing.maybes[-1].url))
    if line.standing.sign:
        said.append(words.signed(line.standing.sign.kind, line.standing.sign.url))
    if line.standing.others_replied:
        said.append(words.others_replied(line.standing.others_replied))
    if line.blind_since:
        said.append(words.not_seen_since(network_of(line), line.blind_since))
    if not line.can_see_answers:
        said.append(words.cannot_see(network_of(line)))
    return said


def press(code: Code, text: str, line: Line) -> Block:
    """A button about this line, labelled with the person's name."""
    return button(code, text, value(code, line), label=words.label(text, name_of(line)))


def opens(line: Line, reply_as: str | None = None) -> Block | None:
    """The button that goes to the post, or to where one replies as `reply_as`."""
    text = words.reply_as(cut(reply_as, NAME)) if reply_as else words.OPEN
    return open_button(text, line.url, label=words.label(words.OPEN, name_of(line)))


def shows_words(line: Line) -> Block | None:
    """The button that shows the one who presses what many ask, or what stands behind a content warning."""
    if line.people > 1:
        return press(Code.WORDS, words.SHOW_QUESTIONS, line)
    return press(Code.WORDS, words.SHOW_WORDS, line) if line.warning is not None else None


def pauses() -> Block:
    """The button in Home and in each message to one person: for how long they want to hear nothing."""
    return button(Code.PAUSE, words.PAUSE, f"{Code.PAUSE}:", label=words.PAUSE_LABEL)


def questions(line: Line, asked: Sequence[Post]) -> Drawn:
    """What is asked in a conversation of many people, each with its link; behind a warning only that."""
    shown = asked[:QUESTIONS]
    blocks = [paragraph(words.questions(len(shown), line.people))]
    for post in shown:
        author = post.author
        name = cut(author.name, NAME) or cut(author.handle, NAME)
        blocks += [paragraph(words.asked_by(name, cut(author.handle, NAME), post.url))]
        blocks += their_words(post.text, post.warning)
    left = len(asked) - len(shown)
    return message(words.SHOW_QUESTIONS, [*blocks, *([foot(responses.left_off(left))] if left else [])])


def undoes(line: Line, viewer: str | None) -> Block | None:
    """The button that takes back the viewer's own last press; in a shared message anybody's."""
    press_ = _undoable(line, viewer)
    if press_ is None:
        return None
    label = words.undoes(press_.verb, name_of(line))
    return button(Code.UNDO, words.UNDO, value(Code.UNDO, line, press_.id), label=label)


def _undoable(line: Line, viewer: str | None) -> Press | None:
    last = line.undoable
    own = last is not None and last.by != "" and viewer in (None, last.by)
    return last if own else None


def choices(line: Line, *codes: Code, viewer: str | None, elsewhere: str = words.ELSEWHERE) -> Block | None:
    """The menu of a line: these codes, and Undo where the viewer can; None when empty."""
    texts = {
        Code.LATER: words.LATER,
        Code.KINDLY: words.KINDLY,
        Code.ELSEWHERE: elsewhere,
        Code.ALREADY: words.ALREADY,
        Code.NOT_NEEDED: words.NOT_NEEDED,
        Code.NO_ANSWER: words.NO_ANSWER,
        Code.PAUSE: words.PAUSE,
    }
    made = [(texts[code], value(code, line)) for code in codes]
    last = _undoable(line, viewer)
    if last and len(made) < 5:
        made.append((words.UNDO, value(Code.UNDO, line, last.id)))
    return menu(Code.MENU, made) if made else None


def team_buttons(line: Line, viewer: str | None = None) -> Block:
    """The row under a line in a shared message or, for its viewer, in a list."""
    now = line.standing
    if now.status is Status.ANSWERED:
        mine = press(Code.THAT_WAS_ME, words.THAT_WAS_ME, line) if now.uncredited else None
        return actions(opens(line), mine, choices(line, Code.NO_ANSWER, viewer=viewer))
    if is_over(line) or is_aside(line):
        return actions(opens(line), undoes(line, viewer))
    if now.status is Status.OPEN and now.maybes:
        return _asks_whether(line, viewer)
    held = now.status is Status.OPEN and now.holder is not None
    offers = not now.private and (not held or now.holder == viewer)
    return actions(
        opens(line),
        None if held else press(Code.CLAIM, words.CLAIM, line),
        press(Code.ASSIGN, words.ASSIGN, line) if offers else None,
        press(Code.COMMUNITY, words.COMMUNITY, line) if now.sign else None,
        shows_words(line),
        choices(
            line,
            Code.KINDLY if held and now.holder != viewer and not now.private else Code.LATER,
            Code.ELSEWHERE,
            Code.ALREADY,
            Code.NOT_NEEDED,
            viewer=viewer,
            elsewhere=words.REPLIED_ELSEWHERE,
        ),
    )


def _asks_whether(line: Line, viewer: str | None) -> Block:
    """Whether the reply that was seen is the answer: until somebody says so, nobody is reminded."""
    return actions(
        opens(line),
        press(Code.AN_ANSWER, words.AN_ANSWER, line),
        press(Code.NO_ANSWER, words.NO_ANSWER, line),
        shows_words(line),
        choices(line, Code.LATER, Code.NOT_NEEDED, viewer=viewer),
    )


def short(line: Line, viewer: str | None) -> Said:
    """One line: who, where, and how it stands."""
    return (*words.short_line(name_of(line), network_of(line)), " ", *state(line, viewer))


def became(line: Line, viewer: str | None) -> Said:
    """What became of what one person was written to about."""
    now = line.standing
    free = now.status is Status.OPEN and not now.holder and not now.asked
    return words.went_back() if free else state(line, viewer)


def settled(line: Line, viewer: str | None, said: Said, *, live: bool) -> list[Block]:
    """One line in place of a question that is over; while live, what the viewer did can be undone."""
    return [paragraph(said), actions(*([undoes(line, viewer), _asks_another(line, viewer)] if live else []))]


def _asks_another(line: Line, viewer: str | None) -> Block | None:
    """Who said "Not me" may know who else could."""
    said_no = viewer is not None and viewer in line.standing.declined
    free = line.standing.status is Status.OPEN and not line.standing.is_with_somebody
    return press(Code.ASSIGN, words.ASK_ANOTHER, line) if said_no and free else None


def _short(name: str | None) -> str | None:
    return cut(name, NAME) if name else None


def _colleague(name: str | None) -> str:
    return _short(name) or words.somebody()
