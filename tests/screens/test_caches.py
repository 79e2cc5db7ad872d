"""What screens keep for all readers is found again by what was asked for, never by who asked in which tab."""

from __future__ import annotations

import ast
from pathlib import Path

import orchflow.screens

CACHED = [
    (file.stem, function)
    for file in sorted(Path(orchflow.screens.__file__).parent.rglob("*.py"))
    for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    if isinstance(function, ast.FunctionDef) and any("cache_" in ast.unparse(each) for each in function.decorator_list)
]  # fmt: skip


def test_there_are_kept_readings() -> None:
    assert len(CACHED) > 10


def test_no_reading_is_kept_for_one_session_alone() -> None:
    """An actor carries the moment of signing in: as a part of the key, every tab would compute for itself."""
    keyed = [
        f"{module}.{function.name}({argument.arg})"
        for module, function in CACHED
        for argument in function.args.args
        if argument.annotation is not None
        and "Actor" in ast.unparse(argument.annotation)
        and not argument.arg.startswith("_")
    ]
    assert keyed == []
