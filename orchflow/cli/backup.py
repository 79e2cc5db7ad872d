"""What `orchflow backup` and `orchflow restore` print for people."""

from __future__ import annotations

from typing import Any

from orchflow.cli.console import err, out


def print_backup(made: dict[str, Any]) -> None:
    """What was written, and what of the workspace is not in it."""
    attached = f", {made['attachments']:,} attached files" if made["attachments"] else ""
    out.print(f"{made['bytes'] / 1e6:,.1f} MB in {made['folder']}{attached}", highlight=False, markup=False)
    _secrets(made["secrets_left_out"])
    if made["attachments_lost"]:
        err.print(
            f"The content of {len(made['attachments_lost']):,} attached files was missing or damaged before this backup;"
            f" its manifest lists them.",
            highlight=False,
            markup=False,
        )


def print_restored(document: dict[str, Any]) -> None:
    """What is in place now, and where to find what was there."""
    kept = f"; what was there before is in {document['kept']}" if document["kept"] else ""
    if document["damaged"]:
        kept += f", of what was damaged there only the files: {', '.join(document['damaged'])}"
    out.print(f"Restored the backup of {document['made_at']}{kept}", highlight=False, markup=False)
    if document["settings"]:
        out.print(f"Its settings are in {document['settings']} now.", highlight=False, markup=False)
        _secrets(document["secrets_left_out"])


def _secrets(left_out: list[str]) -> None:
    for secret in left_out:
        err.print(f"A secret is not in the backup: {secret}", highlight=False, markup=False)
