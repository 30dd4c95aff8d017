"""What is wrong with what a listener plays with: riddles, and invitations before listening."""

from collections.abc import Iterator, Mapping

from odyssee.domain.errors import Problem, Severity
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.stops import InvitationText, RiddleText, Stop

MIN_CHOICES = 2


def severity_in(lang: str) -> Severity:
    """French must be whole; of another language what lacks is advice."""
    return "error" if lang == FALLBACK_LANG else "advice"


def check_filled(where: str, words: Mapping[str, str]) -> Iterator[Problem]:
    """Words by key that may not be blank."""
    for key, text in words.items():
        if not text.strip():
            yield Problem(f"{where}/{key}", "text_empty", values={"key": key})


def check_riddle(where: str, stop: Stop) -> Iterator[Problem]:
    """A riddle's words, its choices and its answers, the same in every language."""
    riddles = {lang: text.riddle for lang, text in sorted(stop.texts.items()) if text.riddle}
    if stop.riddle is None:
        for lang in riddles:
            yield Problem(f"{where}/texts/{lang}/riddle", "riddle_key_missing")
        return
    if not stop.riddle.answer_ids:
        yield Problem(f"{where}/riddle/answer_ids", "too_few", values={"min": "1"})
    for lang, text in sorted(stop.texts.items()):
        at = f"{where}/texts/{lang}"
        if text.riddle is None:
            yield Problem(at, "riddle_missing", severity_in(lang), {"lang": lang})
        else:
            yield from _check_choices(f"{at}/riddle", text.riddle)
            yield from _check_answers(where, stop.riddle.answer_ids, text.riddle, lang)
    ids = {lang: {c.id for c in riddle.choices} for lang, riddle in riddles.items() if riddle}
    yield from _check_same_choices(where, "riddle", ids)


def _check_choices(where: str, riddle: RiddleText) -> Iterator[Problem]:
    yield from check_filled(where, {"question": riddle.question})
    if len(riddle.choices) < MIN_CHOICES:
        yield Problem(f"{where}/choices", "too_few", values={"min": str(MIN_CHOICES)})
    for index, choice in enumerate(riddle.choices):
        yield from check_filled(f"{where}/choices/{index}", {"id": choice.id, "text": choice.text})
    yield from _check_unique(where, [choice.id for choice in riddle.choices])


def _check_answers(
    where: str, answers: tuple[str, ...], riddle: RiddleText, lang: str
) -> Iterator[Problem]:
    known = {choice.id for choice in riddle.choices}
    for index, answer in enumerate(answers):
        if answer not in known:
            values = {"value": answer[:64], "lang": lang}
            yield Problem(f"{where}/riddle/answer_ids/{index}", "answer_unknown", values=values)


def check_invitation(where: str, stop: Stop) -> Iterator[Problem]:
    """An invitation's words and its choices, the same in every language."""
    told = {lang: text.invitation for lang, text in sorted(stop.texts.items()) if text.invitation}
    for lang in sorted(stop.texts.keys() - told.keys()) if told else ():
        at = f"{where}/texts/{lang}"
        yield Problem(at, "invitation_missing", severity_in(lang), {"lang": lang})
    for lang, invitation in told.items():
        yield from _check_ways(f"{where}/texts/{lang}/invitation", invitation)
    ids = {lang: {c.id for c in invitation.choices} for lang, invitation in told.items()}
    yield from _check_same_choices(where, "invitation", ids)


def _check_ways(where: str, invitation: InvitationText) -> Iterator[Problem]:
    yield from check_filled(where, {"text": invitation.text})
    if len(invitation.choices) == 1:  # none at all is a plain task
        yield Problem(f"{where}/choices", "too_few", values={"min": str(MIN_CHOICES)})
    for index, way in enumerate(invitation.choices):
        words = {"id": way.id, "text": way.text, "reply": way.reply}
        yield from check_filled(f"{where}/choices/{index}", words)
    yield from _check_unique(where, [way.id for way in invitation.choices])


def _check_unique(where: str, ids: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            values = {"value": name[:64]}
            yield Problem(f"{where}/choices/{index}/id", "duplicate", values=values)


def _check_same_choices(where: str, game: str, ids: Mapping[str, set[str]]) -> Iterator[Problem]:
    first = ids.get(FALLBACK_LANG)
    for lang, found in ids.items():
        if first is not None and found != first:
            at = f"{where}/texts/{lang}/{game}/choices"
            yield Problem(at, "choices_differ", values={"lang": lang})
