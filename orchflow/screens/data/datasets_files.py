"""A dataset as a file: a small one in the click, a large one while one waits or goes elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from orchflow.disk import takeaway
from orchflow.errand import Cancelled, WaitingErrand
from orchflow.errors import NotFound, OrchflowError
from orchflow.format import quantity
from orchflow.people.permissions import Actor
from orchflow.progress import Progress
from orchflow.reports.dataset import Dataset, Measure, Selection
from orchflow.reports.datasets import ExportedFile, export
from orchflow.screens.data.datasets_state import FILE, PreparedFile
from orchflow.table_files.aside import LARGE, SLOW
from orchflow.table_files.write import FORMATS
from orchflow.table_files.writers import cut_off
from orchflow.ui.downloads import download_button
from orchflow.ui.states import problem
from orchflow.workspace import Workspace

LARGE_OF_FAST = 50_000
"""The number of rows from which on a file that Arrow writes is waited for; for others it is LARGE."""


def files(ws: Workspace, actor: Actor, source: Dataset, part: Selection, found: Measure) -> None:
    """A button for each format."""
    prepared = FILE.get()
    for suffix, form in FORMATS.items():
        key, name = f"file-{suffix.removeprefix('.')}", f"{source.name}{suffix}"
        try:
            if found.rows is not None:
                form.check_room(found.rows)
        except OrchflowError as refused:
            st.button(
                form.label, key=key, icon=":material/block:", disabled=True, help=f"{refused}. {refused.hint}"
            )
            continue
        if found.rows is not None and found.rows < (LARGE if suffix in SLOW else LARGE_OF_FAST):
            download_button(
                form.label, _made(ws, actor, source, suffix, part), file_name=name, mime=form.mime, key=key
            )
        elif st.button(
            form.label, key=f"prepare-{key}", icon=":material/download:", disabled=prepared is not None and prepared.going,
            help=f"{how_many(found)}: written while you wait, or go elsewhere",
        ):  # fmt: skip
            _begin(ws, actor, source, suffix, part)


def how_many(found: Measure) -> str:
    """The number of rows in words."""
    return "many rows" if found.rows is None else quantity(found.rows, "row")


def file_line() -> None:
    """How far the file is that is being written, or the way to it."""
    prepared = FILE.get()
    if prepared is not None:
        going = prepared.going
        st.fragment(_progress, run_every=0.5 if going else None)(prepared, going)


def write(
    ws: Workspace, actor: Actor, dataset: str, suffix: str, part: Selection, progress: Progress
) -> ExportedFile:
    """Write the part of a dataset as a file that can be taken away for an hour."""
    folder = takeaway.new_folder(ws.settings.home)
    try:
        return export(
            ws, actor, dataset, folder / f"{dataset}{suffix}", part.start, part.end, progress, part.where
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _made(ws: Workspace, actor: Actor, source: Dataset, suffix: str, part: Selection) -> Callable[[], Path]:
    return lambda: write(ws, actor, source.name, suffix, part, lambda rows, of: None).path


def _begin(ws: Workspace, actor: Actor, source: Dataset, suffix: str, part: Selection) -> None:
    before = FILE.get()
    if before is not None and before.errand.ended:
        _forget(before)
    FILE.set(
        PreparedFile(source.name, suffix, part, WaitingErrand(write, ws, actor, source.name, suffix, part))
    )
    st.rerun()


def _forget(prepared: PreparedFile) -> None:
    try:
        shutil.rmtree(prepared.errand.result().path.parent, ignore_errors=True)
    except OrchflowError:
        return


def _progress(prepared: PreparedFile, going: bool) -> None:
    """How many rows of the file are written; then the button to take it away, or why there is none."""
    if prepared.going:
        rows, of = prepared.errand.rows
        how_far = f"{rows:,} of {quantity(of, 'row')}" if of else "reading the rows"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(
                rows / (of or 1), f"Writing {prepared.file}: {how_far}. You can leave this page meanwhile."
            )
            if st.button("Cancel", key="file-cancel", type="tertiary", icon=":material/close:"):
                prepared.errand.cancel()
        return
    if going:
        st.rerun()
    try:
        made = prepared.errand.result()
    except Cancelled:
        st.caption(f"{prepared.file} was cancelled; nothing was written.")
        return
    except OrchflowError as error:
        problem(error)
        return
    if not made.path.is_file():
        st.caption(f"{prepared.file} was kept for an hour; write it again.")
        return
    size = made.path.stat().st_size / 1e6
    with st.container(horizontal=True, vertical_alignment="center"):
        download_button(
            f"Save {prepared.file} ({quantity(made.rows, 'row')}, {size:,.1f} MB)", lambda: _still(made.path),
            file_name=prepared.file, mime=FORMATS[prepared.suffix].mime, key="file-save", type="primary",
        )  # fmt: skip
        if made.cut:
            st.caption(f":material/warning: {cut_off(made.cut)}")


def _still(path: Path) -> Path:
    if not path.is_file():
        raise NotFound("The file was kept for an hour and is gone", "Write it again.")
    return path
