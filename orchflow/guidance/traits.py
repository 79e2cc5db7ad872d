"""What makes a page a good one, as far as a program can tell.

Each trait returns what is wrong, in words for the author. Templates are measured by those of `FOR_TEMPLATES` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.token import Token

from orchflow.guidance.page import Page

WORDS = {"how-to": (600, 1500), "tutorial": (600, 1500), "explanation": (600, 1500), "reference": (600, 1500)}
SECTIONS = {
    "how-to": ("Before you start", "How you know it worked", "What goes wrong", "Undo"),
    "tutorial": ("Before you start", "How you know it worked", "What goes wrong", "Undo"),
    "explanation": ("In short", "What it costs, and when not", "What goes wrong"),
    "reference": ("At a glance", "What goes wrong"),
    "template": ("When to use it", "The document"),
}
"""The sections that a page of a kind has, in this order, its own between them."""

LONG_SENTENCE, LONG_SHARE = 30, 0.1
WORDS_A_NUMBER = 60
WORDS_A_MINUTE = 200
SHARED_RUN = 12
COMMANDS = {"bash", "sh", "sql", "powershell"}
FILLER = (
    "in today's", "it is important to note", "plays a crucial role", "a wide range of", "best practices include",
    "leverage", "seamless", "robust", "cutting-edge", "game-changer", "unlock", "empower", "delve", "holistic",
    "journey of a thousand", "as needed", "and so on", "etc.", "various", "ensure that all", "stakeholders",
    "world-class", "state-of-the-art", "in order to", "simply", "just a few", "best-in-class", "at the end of the day",
)  # fmt: skip
_FILLER = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in FILLER), re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.,:/-][^\W_]+)*")
_VERB = re.compile(
    r"^(How|What|Why|When|Where|Overview|Introduction|About)\b|ing\b(?= )|^\w+ing\b", re.IGNORECASE
)


def faults(page: Page) -> Iterator[str]:
    """What a program finds wrong with that page by itself."""
    for trait in FOR_TEMPLATES if page.head.kind == "template" else FOR_ALL:
        yield from trait(page)


def prose(page: Page) -> str:
    """Its words in reading order: paragraphs, list items, cells and headings, without blocks of code."""
    return "\n".join(token.content for token in page.tokens if token.type == "inline")


def words(text: str) -> list[str]:
    """The words of a text; a number with its separators is one."""
    return _WORD.findall(_plain(text))


def title_says_the_act(page: Page) -> Iterator[str]:
    """1: a how-to is named by a verb in its imperative, not by a noun or a question."""
    if page.head.kind in ("how-to", "tutorial") and _VERB.search(page.head.title):
        yield f"title: say the act, as 'Restore a backup', not {page.head.title!r}"


def begins_with_its_reader(page: Page) -> Iterator[str]:
    """2: the first block is a paragraph, which says when and for whom."""
    first = page.tokens[0].type if page.tokens else ""
    if first != "paragraph_open":
        yield "begin with a paragraph that says when this page is for whom"


def sections_of_its_kind(page: Page) -> Iterator[str]:
    """3, 6, 7, 8: the sections of its kind are there, in order."""
    titles = [section.title for section in page.sections if section.level == 2]
    wanted = SECTIONS[page.head.kind]
    missing = [title for title in wanted if title not in titles]
    if missing:
        yield f"sections missing: {', '.join(missing)}"
    elif [title for title in titles if title in wanted] != list(wanted):
        yield f"sections in the order: {', '.join(wanted)}"


def before_you_start(page: Page) -> Iterator[str]:
    """3: rights, versions, time and cost stand in *Before you start*."""
    text = _section(page, "Before you start")
    if text is not None:
        for name in ("Right", "Version", "Time", "Cost"):
            if not re.search(rf"\*\*{name}s?\*\*", text):
                yield f"Before you start: **{name}** is missing"


def numbered_steps(page: Page) -> Iterator[str]:
    """4: a how-to has numbered steps, at least four and at most ten under one heading."""
    if page.head.kind not in ("how-to", "tutorial"):
        return
    counts = [len(section) for section in _ordered_lists(page.tokens)]
    if sum(counts) < 4:
        yield "fewer than four numbered steps"
    if any(count > 10 for count in counts):
        yield "more than ten numbered steps in a row: make two lists"


def commands_show_their_sign(page: Page) -> Iterator[str]:
    """5: each block of commands is followed by its output (`text`, `json`) or a line that begins with "You see"."""
    blocks = [token for token in page.tokens if token.type in ("fence", "inline")]
    for place, token in enumerate(blocks):
        if token.type == "fence" and token.info.strip() in COMMANDS:
            after = blocks[place + 1] if place + 1 < len(blocks) else None
            output = (
                after is not None and after.type == "fence" and after.info.strip() in ("text", "json", "yaml")
            )
            if not output and not (after is not None and _plain(after.content).startswith("You see")):
                yield f"no output after the commands {token.content.strip().splitlines()[0]!r}"


def known_to_work_by(page: Page) -> Iterator[str]:
    """6: *How you know it worked* links a check or a screen."""
    text = _section(page, "How you know it worked")
    if text is not None and not re.search(r"\]\((check|screen):", text):
        yield "How you know it worked: link a check (check:…) or a screen (screen:…)"


def three_ways_to_fail(page: Page) -> Iterator[str]:
    """7: *What goes wrong* is a table of symptom, cause and act with three rows or more."""
    text = _section(page, "What goes wrong")
    if text is not None:
        rows = [line for line in text.splitlines() if line.lstrip().startswith("|")]
        if not rows or [cell.strip() for cell in rows[0].strip().strip("|").split("|")] != [
            "Symptom",
            "Cause",
            "Act",
        ]:
            yield "What goes wrong: a table | Symptom | Cause | Act |"
        elif len(rows) - 2 < 3:
            yield "What goes wrong: three rows or more"


def decides_with_numbers(page: Page) -> Iterator[str]:
    """9: a how-to or an explanation has a table of three rows or more with a number in each."""
    if page.head.kind in ("how-to", "explanation") and not any(
        len(rows) >= 3 and all(re.search(r"\d", row) for row in rows) for rows in _tables(page.text)
    ):
        yield "no table of three rows or more with a number in each: decide or size by it"


def numbers_enough(page: Page) -> Iterator[str]:
    """12: a number for every 60 words."""
    every = words(prose(page))
    numbers = sum(any(letter.isdigit() for letter in word) for word in every)
    if numbers * WORDS_A_NUMBER < len(every):
        yield f"{numbers} numbers in {len(every)} words: one for every {WORDS_A_NUMBER} at least"


def of_a_length(page: Page) -> Iterator[str]:
    """13: as long as a page of its kind may be."""
    count = len(words(prose(page)))
    least, most = WORDS[page.head.kind]
    if not least <= count <= most:
        yield f"{count:,} words; from {least:,} to {most:,}"


def short_sentences(page: Page) -> Iterator[str]:
    """13: at most one sentence in ten has more than 30 words."""
    texts = [
        token.content
        for place, token in enumerate(page.tokens)
        if token.type == "inline" and page.tokens[place - 1].type == "paragraph_open"
    ]
    sentences = [words(part) for text in texts for part in re.split(r"(?<=[.!?:])\s+", _plain(text))]
    long = [sentence for sentence in sentences if len(sentence) > LONG_SENTENCE]
    if len(long) > LONG_SHARE * len(sentences):
        yield f"{len(long)} of {len(sentences)} sentences over {LONG_SENTENCE} words, as '{' '.join(long[0][:8])} …'"


def minutes_as_its_words(page: Page) -> Iterator[str]:
    """20: the minutes are those that its words take, within two."""
    count = round(len(words(prose(page))) / WORDS_A_MINUTE)
    if abs(count - page.head.minutes) > 2:
        yield f"minutes: {page.head.minutes}, its words take {max(count, 1)}"


def no_filler(page: Page) -> Iterator[str]:
    """16: no words that stand for nothing."""
    fillers = sorted({match[0].lower() for match in _FILLER.finditer(prose(page))})
    if fillers:
        yield f"filler: {', '.join(fillers)}"


def diagrams_in_words(page: Page) -> Iterator[str]:
    """19: the text of a diagram says in more than 80 characters what it shows."""
    for token in page.tokens:
        for child in token.children or ():
            if child.type == "image" and len(child.content) <= 80:
                yield f"{child.attrGet('src')}: its text says in more than 80 characters what it shows"


FOR_ALL: tuple[Callable[[Page], Iterator[str]], ...] = (
    title_says_the_act, begins_with_its_reader, sections_of_its_kind, before_you_start, numbered_steps, commands_show_their_sign,
    known_to_work_by, three_ways_to_fail, decides_with_numbers, numbers_enough, of_a_length, short_sentences,
    minutes_as_its_words, no_filler, diagrams_in_words,
)  # fmt: skip
FOR_TEMPLATES = (begins_with_its_reader, sections_of_its_kind, no_filler, diagrams_in_words)


def shared_runs(pages: list[Page]) -> Iterator[str]:
    """15: runs of twelve words that stand on two pages; one finding for each pair of pages. Templates count too."""
    seen: dict[tuple[str, ...], str] = {}
    pairs = set[tuple[str, str]]()
    for page in pages:
        every = [word.lower() for word in words(prose(page))]
        for place in range(len(every) - SHARED_RUN + 1):
            run = tuple(every[place : place + SHARED_RUN])
            first = seen.setdefault(run, page.address)
            if first != page.address and (first, page.address) not in pairs:
                pairs.add((first, page.address))
                yield f"{page.address}: shares with {first}: {' '.join(run)}"


def _plain(text: str) -> str:
    """Inline Markdown without its marks: the text of links, code and emphasis."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return text.replace("**", "").replace("`", "").replace("*", "")


def _section(page: Page, title: str) -> str | None:
    return next((s.text for s in page.sections if s.level == 2 and s.title == title), None)


def _ordered_lists(tokens: list[Token]) -> Iterator[list[Token]]:
    """The items of each numbered list of the page itself, without lists inside of lists."""
    items: list[Token] = []
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1 and token.info:
            items.append(token)
        elif token.type == "ordered_list_close" and token.level == 0:
            yield items
            items = []


def _tables(text: str) -> Iterator[list[str]]:
    """The rows of each table, without its heading."""
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            rows.append(line)
        elif rows:
            yield rows[2:]
            rows = []
