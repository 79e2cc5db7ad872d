"""One person's answers: read, and turned into what is added to the sums. Nothing here stores anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from orchflow.errors import Invalid, Problem
from orchflow.store.written import short
from orchflow.surveys.questions import LONGEST_WORDS, RECAPTURED, Question, questions_of
from orchflow.surveys.tables import SurveyKind

Answers: TypeAlias = Mapping[str, Any]
Counts: TypeAlias = dict[str, dict[str, int]]
NO_BARRIER: Final = "none"


@dataclass(frozen=True)
class Checked:
    """Answers that can be counted: what they add to the counts, and what was written."""

    counts: Counts
    words: str = ""


def asked(kind: SurveyKind, given: Answers) -> list[Question]:
    """The questions that are asked of somebody who has given these answers so far."""
    return [each for each in questions_of(kind) if not each.only_with or given.get(each.only_with)]


def missing(kind: SurveyKind, given: Answers) -> list[Question]:
    """The questions that want an answer and have none yet."""
    return [each for each in asked(kind, given) if each.form != "words" and not _given(each, given)]


def check(kind: SurveyKind, given: Answers) -> Checked:
    """The answers, checked; Invalid names every question that is not answered, and every answer that is none."""
    questions = {each.key: each for each in asked(kind, given)}
    every = {each.key for each in questions_of(kind)}
    problems = [
        Problem(None, name, "is not a question of this survey") for name in given if name not in every
    ]
    problems += [Problem(None, each.key, "is not answered yet") for each in missing(kind, given)]
    problems += [
        Problem(None, key, why)
        for key, each in questions.items()
        if _given(each, given) and (why := _wrong(each, given[key]))
    ]
    if problems:
        raise Invalid(problems, "Answer every question and send again.")
    counts = {
        each.key: {str(given[each.key]): 1}
        for each in questions.values()
        if each.form in ("scale", "minutes")
    }
    if kind == SurveyKind.READINESS:
        counts["barrier"] = {barrier(given): 1}
    if "split" in questions:
        counts |= _spread(given["saved"], given["split"], questions["split"])
    return Checked(counts, " ".join(str(given.get("words") or "").split()))


def barrier(given: Answers) -> str:
    """The first question of readiness that was answered low; NO_BARRIER where none was."""
    low = (each.key for each in questions_of(SurveyKind.READINESS) if given[each.key] <= each.bar)
    return next(low, NO_BARRIER)


def add(counts: Counts, more: Counts) -> Counts:
    """Both together."""
    return {
        question: {
            answer: counts.get(question, {}).get(answer, 0) + more.get(question, {}).get(answer, 0)
            for answer in sorted(counts.get(question, {}).keys() | more.get(question, {}).keys())
        }
        for question in sorted(counts.keys() | more.keys())
    }


def _given(question: Question, given: Answers) -> bool:
    value = given.get(question.key)
    return (
        bool(any(value.values()))
        if question.form == "split" and isinstance(value, Mapping)
        else value is not None
    )


def _wrong(question: Question, value: Any) -> str:
    """What is wrong with an answer."""
    options, places = question.options or {}, question.places or {}
    match question.form:
        case "words":
            if not isinstance(value, str):
                return "must be text"
            return (
                f"has {len(value)} characters; at most {LONGEST_WORDS} fit"
                if len(value) > LONGEST_WORDS
                else ""
            )
        case "split":
            if not isinstance(value, Mapping) or not value.keys() <= places.keys():
                return f"must say how much of it went to {', '.join(places)}"
            bad = next((part for part in value.values() if not _one_of(part, options)), None)
            return "" if bad is None else f"must be {_either(options)} for each, not {short(str(bad))}"
        case _:
            return "" if _one_of(value, options) else f"must be {_either(options)}, not {short(str(value))}"


def _one_of(value: Any, options: Mapping[int, str]) -> bool:
    return type(value) is int and value in options


def _either(options: Mapping[int, str]) -> str:
    *others, last = map(str, options)
    return f"{', '.join(others)} or {last}"


def _spread(saved: int, split: Mapping[str, int], question: Question) -> Counts:
    """Where the saved seconds went, and what the interval of their recaptured share takes: sums of squares and products."""
    whole, weights = saved * 60, sum(split.values())
    places = [place for place in question.places or {} if split.get(place)]
    seconds = {place: whole * split[place] // weights for place in places}
    largest = max(places, key=lambda place: split[place])
    seconds[largest] += whole - sum(seconds.values())
    back = (sum(seconds.get(place, 0) for place in RECAPTURED) + 30) // 60
    return {
        "where": seconds,
        "spread": {
            "people": 1,
            "saved": saved,
            "saved_saved": saved * saved,
            "back_back": back * back,
            "saved_back": saved * back,
            "back": back,
        },
    }
