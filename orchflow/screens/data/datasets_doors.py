"""The same rows by the API and by command: what is chosen on the screen, to copy."""

from __future__ import annotations

import shlex
from urllib.parse import urlencode, urlsplit

import streamlit as st

from orchflow.reports.dataset import Dataset, Selection
from orchflow.screens.catalogue import link


def doors(source: Dataset, part: Selection) -> None:
    """The requests and the command that give the part of the dataset which is chosen."""
    whole = f"{api()}/datasets/{source.name}"
    by_page, by_file = f"{whole}?{_query(part, limit='1000')}", f"{whole}?{_query(part, format='parquet')}"
    st.code(
        f'# the whole as a file: csv, xlsx, parquet or json\ncurl -H "Authorization: Bearer $TOKEN" {shlex.quote(by_file)} '
        f"-o {source.name}.parquet\n\n"
        f"# page by page: send `next` of the answer back as `cursor`\n"
        f'curl -H "Authorization: Bearer $TOKEN" {shlex.quote(by_page)}\n\n'
        f"# on the server\n{command(source, part)}",
        language="bash", wrap_lines=True,
    )  # fmt: skip
    st.page_link(link("account"), label="Make a token on My account", icon=":material/key:")


def command(source: Dataset, part: Selection) -> str:
    """The command that writes the part of the dataset which is chosen."""
    words = ["orchflow", "export", source.name, "--out", f"{source.name}.parquet"]
    for option, day in (("--from", part.start), ("--to", part.end)):
        if day is not None:
            words += [option, day.isoformat()]
    for name, values in part.where.items():
        for value in values:
            words += ["--where", f"{name}={value}"]
    return shlex.join(words)


def api() -> str:
    """The address of the API, as this browser reaches the server."""
    here = urlsplit(st.context.url or "http://127.0.0.1:8501")
    return f"{here.scheme}://{here.netloc}/api/v1"


def _query(part: Selection, **more: str) -> str:
    days = [
        (name, day.isoformat()) for name, day in (("from", part.start), ("to", part.end)) if day is not None
    ]
    where = [("where", f"{name}={value}") for name, values in part.where.items() for value in values]
    return urlencode([*days, *where, *more.items()])
