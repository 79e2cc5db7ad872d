"""Text files in blocks of whole lines as UTF-8, whatever encoding and line ends they came with."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from orchflow.errors import SourceError

BLOCK_BYTES = 4 << 20
SAMPLE_BYTES = 1 << 16
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF_8 = ("utf-8", "utf-8-sig")
WINDOWS = "cp1252"


@dataclass(frozen=True)
class Letters:
    """How a file's letters are written. `guessed` says that it may be otherwise; `damaged` that not every byte is a letter."""

    encoding: str
    guessed: bool = False
    damaged: bool = False


def bytes_of(path: Path) -> IO[bytes]:
    """The file's content, unpacked where its name ends in .gz."""
    if path.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def letters_of(path: Path, encoding: str | None) -> Letters:
    """How the letters of `path` are written: as `encoding` says, else by its mark, else what every byte of it allows.

    SourceError when a file is in none of the encodings that can be told.
    """
    with bytes_of(path) as stream:
        sample = stream.read(SAMPLE_BYTES)
    said = codecs.lookup(encoding).name if encoding else ""
    said = said or next((name for mark, name in MARKS if sample.startswith(mark)), "")
    if said:
        return Letters(said, damaged=said in UTF_8 and _letters_and_breaks(path)[1] > 0)
    wide = _wide(sample)
    if wide:
        return Letters(wide)
    letters, broken = _letters_and_breaks(path)
    if not broken:
        return Letters("utf-8")
    if letters > broken:
        return Letters("utf-8", damaged=True)
    return Letters(WINDOWS, guessed=True)


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark shows in zeros at every other byte."""
    pairs = len(sample) // 2
    if pairs and sample[1::2].count(0) > pairs * 0.4 and sample[::2].count(0) < pairs * 0.1:
        return "utf-16-le"
    if pairs and sample[::2].count(0) > pairs * 0.4 and sample[1::2].count(0) < pairs * 0.1:
        return "utf-16-be"
    return ""


def _letters_and_breaks(path: Path) -> tuple[int, int]:
    """How many letters beyond ASCII the file has in UTF-8, and how many bytes that are none."""
    letters = broken = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with bytes_of(path) as stream:
        while block := stream.read(BLOCK_BYTES):
            if block.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(block)
            bad = text.count("\ufffd")
            broken += bad
            letters += len(text) - len(text.encode("ascii", "ignore")) - bad
    cut_off = bool(decoder.getstate()[0])  # a file that is still being written may end within a letter
    return letters, broken + cut_off


def blocks_of(path: Path, letters: Letters) -> Iterator[bytes]:
    """Blocks of whole lines, ended by a line feed, in UTF-8 without a mark; the file's last line may lack its end.

    SourceError names the line from which on the file is not in its encoding. A `damaged` file is passed on as it is.
    """
    rest = b""
    lines = 0
    returns_only: bool | None = None
    for block in _in_utf8(path, letters):
        if returns_only is None:
            returns_only = b"\r" in block and b"\n" not in block
        # files put together keep the marks that they began with
        block = block.replace(codecs.BOM_UTF8, b"")
        data = rest + (block.replace(b"\r", b"\n") if returns_only else block)
        end = data.rfind(b"\n") + 1
        if end:
            lines += data.count(b"\n", 0, end)
            yield data[:end]
        rest = data[end:]
        if len(rest) > BLOCK_BYTES:
            raise SourceError(
                f"{path}: line {lines + 1} is longer than {BLOCK_BYTES >> 20} MB", "It is no text of lines."
            )
    if rest:
        yield rest


def texts_of(path: Path, letters: Letters) -> Iterator[str]:
    """The file's text in pieces of whatever length; what is no letter is told by its sign."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for block in _in_utf8(path, letters):
        yield decoder.decode(block)


def _in_utf8(path: Path, letters: Letters) -> Iterator[bytes]:
    with bytes_of(path) as stream:
        if letters.encoding in UTF_8:
            first = stream.read(BLOCK_BYTES)
            yield first.removeprefix(codecs.BOM_UTF8)
            while block := stream.read(BLOCK_BYTES):
                yield block
            return
        decoder = codecs.getincrementaldecoder(letters.encoding)("strict")
        lines = 0
        while True:
            block = stream.read(BLOCK_BYTES // 2)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line = lines + block[: error.start].count(b"\n") + 1
                raise SourceError(
                    f"{path}: line {line} has a byte that is no letter in {_named(letters)}",
                    "Say in the source's `encoding` how its letters are written, for example encoding: iso-8859-2.",
                ) from None
            if not block and not text:
                return
            lines += text.count("\n")
            yield text.removeprefix("\ufeff").encode("utf-8", "replace")


def _named(letters: Letters) -> str:
    return "Windows-1252, and it is not UTF-8" if letters.guessed else letters.encoding
