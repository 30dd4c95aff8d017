"""What is wrong with the words of a legend: missing, empty, too long, or out of step."""

from collections.abc import Iterator
from dataclasses import fields

from odyssee.domain.errors import Problem
from odyssee.domain.game_checks import check_filled, check_invitation, check_riddle, severity_in
from odyssee.domain.legends import FALLBACK_LANG, Legend, LegendText, Practical
from odyssee.domain.stops import Stop, StopText
from odyssee.domain.territory import Territory

MAX_SUMMARY = 300
"""Characters; a summary stands on a card."""

_PRACTICAL = tuple(field.name for field in fields(Practical))


def check_texts(legend: Legend, territory: Territory | None) -> Iterator[Problem]:
    """The legend's own words and those of its stops, in every language.

    French must be whole; another language may be partial, since French stands
    in for what it lacks, and is told as advice.
    """
    languages = _languages(legend)
    yield from _check_languages(legend, territory, languages)
    for lang in languages:
        yield from _check_legend_text(legend, lang)
    for index, stop in enumerate(legend.stops):
        for lang in languages:
            yield from _check_stop_text(f"stops/{index}", stop, lang)
        yield from check_riddle(f"stops/{index}", stop)
        yield from check_invitation(f"stops/{index}", stop)


def _languages(legend: Legend) -> list[str]:
    spoken = {FALLBACK_LANG, *legend.texts}
    for stop in legend.stops:
        spoken |= stop.texts.keys() | stop.narration.keys()
    return sorted(spoken, key=lambda lang: (lang != FALLBACK_LANG, lang))


def _check_languages(
    legend: Legend, territory: Territory | None, languages: list[str]
) -> Iterator[Problem]:
    if territory is None:
        return
    for lang in territory.languages:
        if lang not in languages:
            yield Problem(f"texts/{lang}", "translation_missing", "advice", {"lang": lang})
    for lang in languages:
        if lang not in territory.languages and lang in legend.texts:
            yield Problem(f"texts/{lang}", "language_unknown", "advice", {"lang": lang})


def _missing(where: str, lang: str) -> Problem:
    if lang == FALLBACK_LANG:
        return Problem(where, "text_missing", values={"lang": lang})
    return Problem(where, "translation_missing", "advice", {"lang": lang})


def _check_legend_text(legend: Legend, lang: str) -> Iterator[Problem]:
    where = f"texts/{lang}"
    text = legend.texts.get(lang)
    if text is None:
        yield _missing(where, lang)
        return
    yield from _advise_state(where, text, lang)
    yield from check_filled(where, {"title": text.title, "summary": text.summary})
    if not text.story.strip():
        yield Problem(f"{where}/story", "text_empty", severity_in(lang), {"key": "story"})
    if len(text.summary) > MAX_SUMMARY:
        values = {"max": str(MAX_SUMMARY), "found": str(len(text.summary))}
        yield Problem(f"{where}/summary", "too_long", values=values)
    if legend.cover is not None and not (text.cover_alt or "").strip():
        yield Problem(f"{where}/cover_alt", "alt_missing", severity_in(lang), {"lang": lang})
    yield from _check_practical(where, text)


def _advise_state(where: str, text: LegendText | StopText, lang: str) -> Iterator[Problem]:
    if text.state != "reviewed":
        yield Problem(where, f"text_{text.state}", "advice", {"lang": lang})


def _check_practical(where: str, text: LegendText) -> Iterator[Problem]:
    for key in text.practical:
        if key not in _PRACTICAL:
            values = {"key": key[:64], "allowed": ", ".join(_PRACTICAL)}
            yield Problem(f"{where}/practical/{key}", "unknown_key", values=values)


def _check_stop_text(where: str, stop: Stop, lang: str) -> Iterator[Problem]:
    text = stop.texts.get(lang)
    at = f"{where}/texts/{lang}"
    if text is None:
        yield _missing(at, lang)
        return
    yield from _advise_state(at, text, lang)
    yield from check_filled(at, {"title": text.title})
    if not text.text.strip():  # it is spoken, and it is the transcript of a recording
        yield Problem(f"{at}/text", "text_empty", severity_in(lang), {"key": "text"})
    yield from _check_alts(at, stop, text, lang)


def _check_alts(where: str, stop: Stop, text: StopText, lang: str) -> Iterator[Problem]:
    at = f"{where}/illustrations"
    wanted, found = len(stop.illustrations), len(text.illustrations)
    if wanted != found and (found or lang == FALLBACK_LANG):
        values = {"expected": str(wanted), "found": str(found)}
        yield Problem(at, "alts_mismatch", values=values)
    elif wanted != found:
        yield Problem(at, "alt_missing", "advice", {"lang": lang})
    for index, illustration in enumerate(text.illustrations):
        if not illustration.alt.strip():
            yield Problem(f"{at}/{index}/alt", "alt_missing", values={"lang": lang})
