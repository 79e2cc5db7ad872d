"""Who is meant by a name: a username, an e-mail address, or what people are called, in any case and order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.written import Refused

_ADDRESSED = re.compile(r"(?P<name>[^<(]*)[<(]\s*(?P<inside>[^>)]+?)\s*[>)]")


class Naming:
    """People by what they may be called: (id, display name, the names that nobody else has), the likeliest first."""

    def __init__(self, people: Iterable[tuple[int, str, Iterable[str | None]]]) -> None:
        self._unique: dict[str, int] = {}
        self._called: dict[str, set[int]] = {}
        for user_id, display_name, unique in people:
            for name in filter(None, unique):
                self._unique.setdefault(_plain(name), user_id)
            self._called.setdefault(_in_any_order(display_name), set()).add(user_id)

    def known(self, name: str) -> int | None:
        """The id of who is meant; None when nobody is, or several are."""
        try:
            return self.called(name)
        except Refused:
            return None

    def called(self, name: str) -> int:
        """The id of who is meant; Refused when nobody is, or several are.

        `Park, Ada` is Ada Park, `Ada Park <ada@example.com>` and `Ada Park (ada)` are known by either of both.
        """
        for written in _ways(name):
            if (user_id := self._unique.get(_plain(written).removeprefix("@"))) is not None:
                return user_id
        for written in _ways(name):
            namesakes = self._called.get(_in_any_order(written), set())
            if len(namesakes) > 1:
                raise Refused(f"{len(namesakes)} people are called {name!r}; write the username")
            if namesakes:
                return next(iter(namesakes))
        raise Refused(f"there is nobody called {name!r}")


def naming_of(session: Session) -> Naming:
    """Everybody by username, e-mail address, id in the platform and display name; those who work here first."""
    users = session.execute(
        sa.select(User.id, User.display_name, User.username, User.email, User.platform_user_id).order_by(
            User.active.desc(), User.id
        )
    )
    return Naming((user_id, called, unique) for user_id, called, *unique in users)


def display_names(store: Store, usernames: Collection[str]) -> dict[str, str]:
    """Username → what people are called, of those who have an account."""
    with store.read() as session:
        chosen = sa.select(User.username, User.display_name).where(User.username.in_(usernames))
        return dict(session.execute(chosen).all())


def names_of(store: Store, user_ids: Collection[int]) -> dict[int, str]:
    """What the people with these numbers are called, also of those who have left."""
    with store.read() as session:
        chosen = sa.select(User.id, User.display_name).where(User.id.in_(user_ids))
        return dict(session.execute(chosen).all())


def _ways(name: str) -> Iterator[str]:
    """The name as it is written, and what stands in brackets behind it."""
    yield name.strip().removeprefix("mailto:")
    if match := _ADDRESSED.fullmatch(name.strip()):
        yield match["inside"].removeprefix("mailto:")
        yield match["name"]


def _plain(name: str) -> str:
    """A name as names are compared: no case, no accents, one blank for every gap."""
    apart = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _in_any_order(name: str) -> str:
    """A name whose last comes first behind a comma, as it is spoken."""
    last, comma, rest = name.partition(",")
    return _plain(f"{rest} {last}" if comma else name)
