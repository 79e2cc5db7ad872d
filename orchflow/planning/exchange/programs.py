"""The programs whose exports are known by their headings: what their columns hold, and how they write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from orchflow.planning.exchange import project_xml, trello_board
from orchflow.planning.exchange.issues import Style
from orchflow.planning.exchange.jira_headings import is_jira, jira_field


@dataclass(frozen=True)
class Program:
    """A program and its export: field → the headings it has for it.

    A table is its when it has a column for each of the fields `needs`, and at least `least` of the headings `typical`.
    """

    style: Style
    called: str
    columns: Mapping[str, str]
    needs: frozenset[str]
    typical: frozenset[str]
    least: int = 2

    def field(self, heading: str) -> str | None:
        """What a column holds."""
        plain = plain_heading(heading)
        return next((field for field, words in self.columns.items() if plain in words.split(", ")), None)

    def fields(self, heading: Sequence[str]) -> list[str | None]:
        """What each column holds; a number is the key where there is no other, a code of the outline tells nothing more
        than its level."""
        fields = [self.field(column) for column in heading]
        means = {"id": "id" if "key" in fields else "key", "wbs": None if "outline" in fields else "wbs"}
        return [means.get(field, field) if field else None for field in fields]

    def made(self, heading: Iterable[str]) -> bool:
        """Whether a table with this heading is an export of the program."""
        columns = {plain_heading(column) for column in heading}
        fields = {self.field(column) for column in columns}
        return self.needs <= fields and len(self.typical & columns) >= self.least


def plain_heading(heading: str) -> str:
    """A heading as headings are compared."""
    text = unicodedata.normalize("NFKC", heading).lower().replace("_", " ").replace("’", "'")
    return " ".join(re.sub(r"[?:]$", "", text.strip()).split())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


PROGRAMS: Final = (
    Program(
        Style("linear", "Linear", lists=True),
        "Linear",
        {
            "key": "id", "name": "title", "description": "description", "status": "status", "points": "estimate",
            "priority": "priority", "project": "project", "project_name": "team", "reporter": "creator", "assignee": "assignee",
            "labels": "labels", "sprint": "cycle name", "cycle": "cycle number", "created": "created", "started": "started", "resolved": "completed",
            "cancelled": "canceled, cancelled", "due": "due date", "parent": "parent issue", "depends_on": "blocked by",
        },
        frozenset({"key", "name", "status"}),
        _words(
            "team, cycle number, cycle name, cycle start, triaged, canceled, archived, sla status, parent issue, uuid,"
            " time in status (minutes), project milestone, project id, initiatives, roadmaps"
        ),
        least=3,
    ),
    Program(
        Style("asana", "Asana", lists=True),
        "Asana",
        {
            "key": "task id", "name": "name", "created": "created at", "resolved": "completed at", "status": "section/column, section",
            "assignee": "assignee", "assignee_email": "assignee email", "start": "start date", "due": "due date", "labels": "tags",
            "description": "notes", "project": "projects", "parent": "parent task", "depends_on": "blocked by (dependencies)",
            "blocks": "blocking (dependencies)", "priority": "priority", "percent": "task progress", "points": "story points, points",
        },
        frozenset({"key", "name"}),
        _words(
            "task id, created at, completed at, last modified, section/column, assignee email, projects,"
            " blocked by (dependencies), blocking (dependencies)"
        ),
        least=3,
    ),
    Program(
        trello_board.STYLE,
        "Trello",
        {
            "key": "card id", "name": "card name", "description": "card description", "labels": "labels", "assignee": "members",
            "due": "due date", "status": "list name", "project_key": "board id", "project_name": "board name", "start": "start date",
            "complete": "due complete", "created": "created", "resolved": "completed",
        },
        frozenset({"key", "name"}),
        _words("card id, card url, list id, list name, board id, board name, archived, due complete, card description"),
    ),
    Program(
        Style("github", "GitHub Projects", lists=True),
        "GitHub Projects",
        {
            "key": "url", "name": "title", "assignee": "assignees", "status": "status", "labels": "labels", "project_name": "repository",
            "priority": "priority", "points": "estimate, points, story points", "sprint": "iteration, sprint",
            "start": "start date", "due": "target date, end date, due date", "parent": "parent issue",
            "created": "created, created at, createdat", "resolved": "closed, closed at, closedat", "category": "state",
            "description": "body", "resolution": "statereason, state reason",
        },
        frozenset({"key", "name"}),
        _words("url, assignees, linked pull requests, sub-issues progress, repository, parent issue, reviewers, iteration"),
    ),
    Program(
        Style("planner", "Planner"),
        "Microsoft Planner",
        {
            "key": "task id, aufgaben-id, vorgangs-id, id de tâche, id. de tarea", "name": "task name, aufgabenname, nom de la tâche, nombre de tarea",
            "status": "progress, status, fortschritt, progression, progreso", "priority": "priority, priorität, priorité, prioridad",
            "assignee": "assigned to, zugewiesen an, affecté à, asignado a", "reporter": "created by, erstellt von, créé par, creado por",
            "created": "created date, erstellungsdatum, erstellt am, date de création, fecha de creación",
            "start": "start date, startdatum, date de début, fecha de inicio",
            "due": "due date, fälligkeitsdatum, date d'échéance, fecha de vencimiento",
            "resolved": "completed date, abschlussdatum, abgeschlossen am, date d'achèvement, fecha de finalización",
            "labels": "labels, bezeichnungen, beschriftungen, étiquettes, etiquetas",
            "description": "description, notes, beschreibung, descripción",
        },
        frozenset({"key", "name"}),
        _words(
            "bucket name, bucketname, progress, is recurring, late, completed checklist items, checklist items, completed by,"
            " created by, verspätet, ist wiederkehrend, checklistenelemente, abgeschlossene checklistenelemente, nom du compartiment"
        ),
    ),
    Program(
        project_xml.STYLE,
        "Microsoft Project",
        {
            "id": "id, nr., nr, n°, no.", "key": "unique id, einmalige nr., eindeutige nr., n° unique, id. única",
            "name": "task name, name, vorgangsname, nom de la tâche, nom, nombre de tarea, nombre", "start": "start, start date, anfang, début, comienzo",
            "due": "finish, finish date, end date, ende, fertig stellen, fin",
            "depends_on": "predecessors, vorgänger, prédécesseurs, predecesoras",
            "outline": "outline level, gliederungsebene, niveau hiérarchique, nivel de esquema",
            "wbs": "wbs, outline number, psp-code, gliederungsnummer, codice wbs, código edt, edt, n° de plan",
            "assignee": "resource names, assigned to, ressourcennamen, noms ressources, noms des ressources, nombres de los recursos",
            "percent": "% complete, percent complete, % abgeschlossen, prozent abgeschlossen, % achevé, % completado",
            "estimated_hours": "work, arbeit, travail, trabajo", "logged_hours": "actual work, ist-arbeit, aktuelle arbeit, travail réel",
            "description": "notes, notizen, remarques, notas", "priority": "priority, priorität, priorité, prioridad",
            "milestone": "milestone, meilenstein, jalon, hito", "created": "created, erstellt, créé, creado",
            "started": "actual start, ist-anfang, tatsächlicher anfang, début réel, comienzo real",
            "resolved": "actual finish, ist-ende, tatsächliches ende, fin réelle, fin real",
        },
        frozenset({"name"}),
        _words(
            "duration, predecessors, outline level, resource names, task mode, wbs, % complete, percent complete, unique id, dauer, vorgänger,"
            " gliederungsebene, ressourcennamen, vorgangsmodus, psp-code, % abgeschlossen, durée, prédécesseurs, niveau hiérarchique,"
            " noms ressources, mode tâche, % achevé, duración, predecesoras, nivel de esquema, nombres de los recursos, modo de tarea"
        ),
    ),
    Program(
        Style(
            "clickup", "ClickUp", lists=True, scale=((1, "urgent"), (2, "high"), (3, "normal"), (4, "low")), bracketed=True,
        ),
        "ClickUp",
        {
            "key": "task id", "name": "task name", "description": "task content", "status": "status", "priority": "priority",
            "created": "date created", "started": "date started", "resolved": "date done, date closed", "due": "due date",
            "start": "start date", "parent": "parent id", "assignee": "assignees", "labels": "tags", "project": "list name",
            "estimated_hours": "time estimated text", "logged_hours": "time spent text",
        },
        frozenset({"key", "name"}),
        _words(
            "task custom id, task content, date created, date created text, due date text, start date text, parent id,"
            " list name, folder name, folder name/path, space name, time estimated, time estimated text, time spent text"
        ),
        least=4,
    ),
    Program(
        Style("plane", "Plane", lists=True),
        "Plane",
        {
            "key": "id, identifier", "name": "name", "description": "description", "status": "state, state name", "priority": "priority",
            "assignee": "assignee, assignees", "labels": "labels", "sprint": "cycle name, cycle", "start": "start date", "due": "target date, due date",
            "created": "created at", "resolved": "completed at", "project": "project", "parent": "parent", "points": "estimate", "reporter": "created by",
        },
        frozenset({"name", "status"}),
        _words("module name, module, target date, cycle name, archived at, sub issue count, link count, attachment count, state name, cycle start date"),
    ),
)  # fmt: skip
"""Without Jira, which has a reader of its own."""

CALLED: Final = {"jira": "Jira", **{program.style.source: program.called for program in PROGRAMS}}
"""The format of a report → what its program is called."""


def program_of(heading: Sequence[str]) -> Program | None:
    """The program whose export a table is."""
    return next((program for program in PROGRAMS if program.made(heading)), None)


def name_of_program(heading: Sequence[str]) -> str | None:
    """What the program is called that made a table, if it is one of the known."""
    if is_jira(tuple(heading)):
        return "Jira"
    program = program_of(heading)
    return program.called if program else None


def known_heading(heading: str) -> bool:
    """Whether a column's name means something to one of the programs."""
    return jira_field(heading) is not None or any(program.field(heading) for program in PROGRAMS)
