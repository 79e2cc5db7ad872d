"""Help with a screen: the guides that send their reader there, the reader's own first."""

from __future__ import annotations

from orchflow.guidance.pages import links, load_pages
from orchflow.guidance.screen_help import MOST, SHOWN_ON, guides_of
from orchflow.screens.catalogue import SCREENS


def test_the_guide_of_the_readers_job_role_comes_first() -> None:
    assert guides_of("cost", "cto")[0].address == "roles/leadership/cto-guide"
    assert guides_of("cost", "business_analyst")[0].address == "roles/power-users/business-analyst-guide"


def test_every_guide_names_the_screen_and_there_are_few() -> None:
    for screen in SCREENS:
        guides = guides_of(screen.name)
        assert len(guides) <= MOST
        assert all(
            _leads_there(screen.name, {target.partition("?")[0] for _, target in links(page)})
            for page in guides
        )
    assert guides_of("none") == []


def _leads_there(screen: str, targets: set[str]) -> bool:
    kinds = {kind for kind, screens in SHOWN_ON.items() if screen in screens}
    return f"screen:{screen}" in targets or bool(kinds & {target.partition(":")[0] for target in targets})


def test_every_screen_has_guides_but_those_that_belong_to_no_subject() -> None:
    without = {screen.name for screen in SCREENS if not guides_of(screen.name)}

    assert without <= {"library", "account", "figure"}
    assert load_pages().by_address
