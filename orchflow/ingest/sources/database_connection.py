"""A PostgreSQL connection that can only read, and streams what it reads as Arrow."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa

from orchflow.errors import SourceError
from orchflow.warehouse.sql import load_query

BATCH_BYTES = 8 << 20
CONNECT_SECONDS = 10
RECURSION = "infinite recursion detected in policy"


class ReadOnlyConnection:
    """One lazily opened connection of the source `name`; every failure is a SourceError that says what to do.

    While a stream is being read nothing else can be asked.
    """

    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._url = url
        self._connection: Any = None
        self._tables: dict[str, str] = {}

    def rows(self, query: str, params: Sequence[Any] = (), **names: str) -> list[dict[str, Any]]:
        """Run a query of this package's `sql` folder; `names` are identifiers put in, quoted by the caller."""
        return self.table(query, params, **names).to_pylist()

    def stream(self, query: str, **settings: str) -> Iterator[pa.Table]:
        """Yield the rows of a query in tables of a few megabytes, in the query's order.

        `settings` become `orchflow.<name>` on the connection, which the query reads.
        """
        for name, value in settings.items():
            self.set(f"orchflow.{name}", value)
        with self._cursor() as cursor:
            try:
                cursor.adbc_statement.set_options(
                    **{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)}
                )
                cursor.execute(self._text(query))
                for batch in cursor.fetch_record_batch():
                    if batch.num_rows:
                        yield pa.Table.from_batches([batch])
            except adbc_driver_manager.Error as error:
                raise self._explained(error) from None
            except (pa.ArrowInvalid, OSError) as error:
                raise self._lost(str(error)) from None

    def table(self, query: str, params: Sequence[Any] = (), **names: str) -> pa.Table:
        """All rows of a query whose result is small; the same arguments as `rows`."""
        text = self._text(query)
        with self._cursor() as cursor:
            try:
                cursor.execute(text.format(**names) if names else text, tuple(params) or None)
                return cast(pa.Table, cursor.fetch_arrow_table())
            except adbc_driver_manager.Error as error:
                raise self._explained(error) from None

    def read_as(self, table: str, relation: str) -> None:
        """From now on read `relation`, a table or a query in parentheses, where queries name `table`."""
        self._tables[table] = relation

    def set(self, name: str, value: str) -> None:
        """Set a setting for as long as the connection lives."""
        self.rows("set", (name, value))

    def close(self) -> None:
        """Close the connection; the next question opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(adbc_driver_manager.Error):  # it may be lost already
                connection.close()

    def _text(self, query: str) -> str:
        text = load_query(__package__, query).text
        for table, relation in self._tables.items():
            alias = f" as {table.split('.')[1]}" if relation.startswith("(") else ""

            def put(named: re.Match[str], relation: str = relation, alias: str = alias) -> str:
                return relation + (named[1] or alias)

            text = re.sub(rf"\b{re.escape(table)}\b( as \w+)?", put, text)
        return text

    def _cursor(self) -> Any:
        if self._connection is None:
            separator = "&" if "?" in self._url else "?"
            timeout = (
                "" if "connect_timeout=" in self._url else f"{separator}connect_timeout={CONNECT_SECONDS}"
            )
            try:
                self._connection = postgresql.connect(self._url + timeout, autocommit=True)
                with self._connection.cursor() as cursor:
                    cursor.execute("set default_transaction_read_only = on")
            except adbc_driver_manager.Error as error:
                self.close()
                raise self._unreachable(str(error)) from None
        return self._connection.cursor()

    def _unreachable(self, message: str) -> SourceError:
        where = f"sources.{self._name}.url"
        if ("invalid " in message or "URI" in message) and "FATAL" not in message:
            # libpq quotes the part it stumbled over, which may be half of a password
            return Unreachable(
                f"The address of {self._name} cannot be read as a PostgreSQL address",
                f"Write {where} like postgresql://user:password@host:5432/database, with @ : / ? # % in the "
                "password written as %40 %3A %2F %3F %23 %25.",
            )
        said = _said(message)
        for sign, hint in (
            ("password authentication failed", f"Correct the user or password in {where}."),
            ("no password supplied", f"Put the password into {where}."),
            (
                "no pg_hba.conf entry",
                "Allow this machine and user in the server's pg_hba.conf, or add ?sslmode=require.",
            ),
            ('role "', f"Correct the user in {where}, or create that role."),
            ('database "', f"Correct the database's name in {where}."),
            ("SSL", f"Set sslmode in {where} to what the server offers."),
            ("too many", "Wait until the server has free connections, or raise its limit."),
        ):
            if sign in said:
                return SignInRefused(f"{self._name} refused the sign-in: {said}", hint)
        return Unreachable(
            f"{self._name} cannot be reached: {said}",
            f"Check host and port in {where}, that PostgreSQL runs there and that this machine may connect to it.",
        )

    def _explained(self, error: adbc_driver_manager.Error) -> SourceError:
        message = str(error)
        state = error.sqlstate or ""
        said = _said(message)
        if RECURSION in message:
            return RowSecurityError(f"{self._name}: {said}", bypass_hint("<its role>"))
        if state == "42501":
            return PermissionMissing(f"{self._name}: {said}", "Grant the role select on it.")
        if state in ("42P01", "42703", "3F000"):
            return SourceError(
                f"{self._name}: {said}, so this is not the schema of a known version of Orchestrator AI",
                f"Run `orchflow ingest check {self._name}` to see what was found there.",
            )
        if not state or state[:2] in ("08", "57"):
            return self._lost(said)
        return SourceError(
            f"{self._name} could not answer: {said}", "Try again; if it stays, see the server's log."
        )

    def _lost(self, said: str) -> SourceError:
        self.close()
        return SourceError(
            f"The connection to {self._name} broke off: {_said(said)}",
            "What was committed before stays; the next run goes on from there.",
        )


class Unreachable(SourceError):
    """Nothing that speaks PostgreSQL answered at the address."""


class SignInRefused(SourceError):
    """The server answered and did not let the user in."""


class PermissionMissing(SourceError):
    """The role may not read a table."""


class RowSecurityError(SourceError):
    """A table's row-level policies keep the role from reading it."""


def bypass_hint(role: str) -> str:
    """What an administrator of the database runs so that `role` sees every row."""
    return f"Have an administrator of that database run: alter role {role} bypassrls;"


def quoted(identifier: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + identifier.replace('"', '""') + '"'


def _said(message: str) -> str:
    """The server's or libpq's own sentence out of a driver's message."""
    sentence = re.search(r"(?:ERROR|FATAL):\s*(.+)", message) or re.search(
        r"(?:libpq\]|failed:)\s*(.+)", message
    )
    line = (sentence[1] if sentence else message).splitlines()[0]
    return re.sub(r"\.?\s*SQLSTATE: \w+$", "", line).strip().rstrip(".")
