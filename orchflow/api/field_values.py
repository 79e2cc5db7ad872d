"""Refused values of a row in the words that grids and files have for them: the field itself is asked what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from orchflow.store.field import Field
from orchflow.store.written import Refused, short

_FORMS: Final = {
    "line": "text", "text": "text", "day": "text", "instant": "text", "choice": "text", "number": "a number", "place": "a number",
    "whole": "a whole number", "reference": "a whole number", "flag": "true or false",
}  # fmt: skip
"""What JSON has for a kind of field."""
_EXAMPLES: Final = {"day": " like 2026-11-22", "instant": " like 2026-11-22T08:30:00Z"}


def in_our_words(field: Field) -> WrapValidator:
    """Where the form of a value in JSON is refused: what the field says of it, else which form it is to have."""

    def check(value: Any, form: Callable[[Any], Any]) -> Any:
        try:
            return form(value)
        except ValidationError:
            if reason := _reason(field, value):
                raise PydanticCustomError("refused", "{reason}", {"reason": reason}) from None
            raise

    return WrapValidator(check)


def _reason(field: Field, value: Any) -> str:
    """Empty where the form itself says it best: of lists and objects it names the place."""
    if field.kind not in _FORMS or isinstance(value, list | dict):
        return _refused(field, value) if field.kind == "words" or field.parse else ""
    if value is None:
        return "must not be empty"
    if reason := _refused(field, value):
        return reason
    shown = short(value) if isinstance(value, str) else value
    said = f"must be {_FORMS[field.kind]}{_EXAMPLES.get(field.kind, '')} in JSON, not {shown}"
    if field.kind in ("number", "whole") and isinstance(value, str) and not field.parse:
        return f"{said} (write {Decimal(field.value(value)).normalize():f} without quotes)"
    return said


def _refused(field: Field, value: Any) -> str:
    try:
        field.value(value)
    except Refused as refused:
        return str(refused)
    except (TypeError, ValueError, ArithmeticError):  # a form that nobody writes
        return ""
    return ""
