"""JSON that is not one object a line: an array of objects, alone or under a key, read piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator

Object = dict[str, object]
_NEXT_OBJECT, _BETWEEN = re.compile(r"\}\s*,?\s*\{"), 1000
_WORD = re.compile(r'[^{}\[\],:"\s]*\s*')
"""What is the beginning of a number or a word and nothing else."""


class NotJson(ValueError):
    """The text is no JSON from `line` on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"no JSON from line {line} on")
        self.line = line


class JsonText:
    """The objects of a JSON text that comes in pieces, each with the line in which it begins (from 1).

    They are those of the outermost array, or of the first array of objects under a key, at whatever depth; a text of objects
    without such an array is these objects. NotJson where the text breaks off.
    """

    def __init__(self, pieces: Iterator[str], decoder: json.JSONDecoder) -> None:
        self._pieces = pieces
        self._decode: Callable[[str, int], tuple[object, int]] = decoder.raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._breaks_off = False

    def objects(self) -> Iterator[tuple[int, Object]]:
        """Yield them, in order."""
        while sign := self._next():
            line = self._line
            if sign == "[":
                yield from self._array()
            elif sign == "{":
                alone: Object = {}
                listed = yield from self._members(alone)
                if not listed:
                    yield line, alone
            else:
                raise NotJson(line)

    def goes_on(self) -> bool:
        """Whether more objects stand behind the place at which it is no JSON; not where the text ends within an object."""
        if self._breaks_off:
            return False
        while not _NEXT_OBJECT.search(self._text, self._at):
            self._at = max(self._at, len(self._text) - _BETWEEN)
            if not self._more():
                return False
        return True

    def _members(self, alone: Object) -> Generator[tuple[int, Object], None, bool]:
        """The objects of the first array of them under a key; into `alone` goes what else there is. True when there is one."""
        listed = False
        self._step()
        while self._next() not in ("}", ""):
            name = str(self._value())
            self._expect(":")
            sign = self._next()
            if sign == "[" and not listed and self._second() == "{":
                listed = True
                yield from self._array()
            elif sign == "{" and not listed:
                inner: Object = {}
                listed = yield from self._members(inner)
                alone[name] = inner
            else:
                alone[name] = self._value()
            if self._next() == ",":
                self._step()
        self._expect("}")
        return listed

    def _array(self) -> Iterator[tuple[int, Object]]:
        self._step()
        while self._next() not in ("]", ""):
            line = self._line
            value = self._value()
            if not isinstance(value, dict):
                raise NotJson(line)
            yield line, value
            if self._next() == ",":
                self._step()
        self._expect("]")

    def _value(self) -> object:
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
                if end < len(self._text) or not self._more():  # a number may go on
                    self._go(end)
                    return value
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._more():
                    self._breaks_off = isinstance(error, json.JSONDecodeError) and _at_end(error)
                    raise NotJson(self._line) from None

    def _next(self) -> str:
        """The next sign that is no space, still to be read; empty at the end."""
        while True:
            at = self._at
            while at < len(self._text) and self._text[at] in " \t\r\n\ufeff":
                at += 1
            self._go(at)
            if at < len(self._text) or not self._more():
                return self._text[at : at + 1]

    def _second(self) -> str:
        """The sign after the next one."""
        while True:
            rest = self._text[self._at + 1 :].lstrip()
            if rest or not self._more():
                return rest[:1]

    def _step(self) -> None:
        self._go(self._at + 1)

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise NotJson(self._line)
        self._step()

    def _go(self, at: int) -> None:
        self._line += self._text.count("\n", self._at, at)
        self._at = at

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        if piece:
            self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)


def _at_end(error: json.JSONDecodeError) -> bool:
    """Whether nothing but the end of the text is wrong: it breaks off within a text or a word, or between values."""
    return error.msg.startswith("Unterminated string") or bool(_WORD.fullmatch(error.doc, error.pos))
