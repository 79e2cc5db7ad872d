"""Diagrams of the pages: text in `content/docs/diagrams/*.dot`, drawn by Graphviz into an SVG beside it.

`make diagrams` draws those whose text is newer than their picture; the pictures are part of the repository, so nobody
else needs Graphviz. Lines and words take the colour of the text around them, light or dark.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from orchflow.errors import OrchflowError
from orchflow.paths import content

_STYLE = (
    "-Gbgcolor=transparent", "-Gpad=0.05", "-Gnodesep=0.3", "-Granksep=0.45",
    "-Nshape=box", "-Nstyle=rounded", "-Nfontname=Helvetica", "-Nfontsize=12", "-Nmargin=0.14,0.08",
    "-Efontname=Helvetica", "-Efontsize=11", "-Earrowsize=0.7",
)  # fmt: skip


def folder() -> Path:
    """Where the texts and the pictures are."""
    return content() / "docs" / "diagrams"


def mark(text: str) -> str:
    """By which a picture tells the text that it was drawn from."""
    return f"<!-- {sha256(text.encode()).hexdigest()[:16]} -->"


def is_current(source: Path) -> bool:
    """Whether the picture beside `source` was drawn from it as it is."""
    picture = source.with_suffix(".svg")
    return picture.exists() and picture.read_text("utf-8").startswith(mark(source.read_text("utf-8")))


def draw(source: Path) -> None:
    """Draw the picture of one text; OrchflowError without Graphviz or for a text that it does not take."""
    dot = shutil.which("dot")
    if dot is None:
        raise OrchflowError("Diagrams are drawn by Graphviz", "Install it: apt-get install graphviz.")
    text = source.read_text("utf-8")
    command = [dot, "-Tsvg", *_STYLE]
    outcome = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if outcome.returncode:
        raise OrchflowError(f"{source.name}: {outcome.stderr.strip()}", "Correct the text.")
    source.with_suffix(".svg").write_text(f"{mark(text)}\n{_of_the_page(outcome.stdout)}", "utf-8")


def _of_the_page(svg: str) -> str:
    """The picture without a head, a size, fonts, titles that show as tooltips, and colours of its own."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<svg width="(\d+)pt" height="(\d+)pt"', r'<svg data-width="\1"', svg, count=1)
    svg = re.sub(r"<title>.*?</title>\n?|<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r' font-family="[^"]*"| xmlns:xlink="[^"]*"| class="[^"]*"', "", svg)
    svg = re.sub(r'="(black|#000000)"', '="currentColor"', svg)
    return re.sub(r"<text ", '<text fill="currentColor" ', svg)


def main() -> None:
    """Draw what is not current, and name it."""
    for source in sorted(folder().glob("*.dot")):
        if not is_current(source):
            draw(source)
            sys.stdout.write(f"{source.stem}\n")


if __name__ == "__main__":
    main()
