"""Jira's CSV export as tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.jira_headings import jira_field
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import task_changes
from orchflow.planning.sprints.sprints import create_sprint, list_sprints
from orchflow.planning.tables import State, WorkflowColumn
from orchflow.planning.work.dependencies import list_dependencies
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import list_tasks
from orchflow.store.engine import Store
from tests.planning.conftest import AddPerson

EXPORT = """Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Assignee,Reporter,Created,Resolved,Due date,Sprint,Sprint,Labels,Labels,Original Estimate,Custom field (Story Points),Custom field (Epic Link),Parent id,Description
Write the test,PLAT-4,10004,Sub-task,To Do,PLAT,Platform,Medium,,jo,04/May/26 9:30 AM,,,,,,,,,,10002,
Build the login,PLAT-2,10002,Story,In Progress,PLAT,Platform,Highest,ada,jo,02/May/26 9:30 AM,,30/May/26 12:00 AM,Sprint 1,Sprint 2,web,auth,7200,5.0,PLAT-1,,"Two lines
of text"
Choose a library,PLAT-3,10003,Story,Done,PLAT,Platform,Low,Nobody Known,jo,02/May/26 9:30 AM,05/May/26 4:15 PM,,Sprint 1,,,,,3,PLAT-1,,
Sign-in,PLAT-1,10001,Epic,Won't Do,PLAT,Platform,Trivial,,jo,01/May/26 9:30 AM,,,,,,,,,,,
"""


def read(store: Store, text: str = EXPORT, **options: object) -> ImportReport:
    return import_plan(store, SYSTEM, text.encode(), filename="jira.csv", **options)  # type: ignore[arg-type]


def tasks(store: Store) -> dict[str, TaskRow]:
    return {str(task.external_id): task for task in list_tasks(store, SYSTEM)}


def test_every_issue_becomes_a_task_under_its_parent(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    report = read(store)
    assert (report.format, report.problems) == ("jira", ())
    found = tasks(store)
    story = found["PLAT-2"]
    assert found["PLAT-4"].parent_id == story.id
    assert story.parent_id == found["PLAT-3"].parent_id == found["PLAT-1"].id
    assert (story.status, story.priority, story.points, story.estimated_hours) == (
        "in_progress",
        "urgent",
        5,
        Decimal(2),
    )
    assert (story.due, story.labels, story.assignee_id) == (date(2026, 5, 30), ["web", "auth"], ada.user_id)
    assert story.description == "Two lines\nof text"
    assert found["PLAT-1"].status == "cancelled"
    assert [(note.row, note.column) for note in report.notes] == [(4, "Assignee")]


def test_the_jira_project_becomes_a_project_and_the_sprints_come_along(store: Store) -> None:
    read(store)
    assert [(effort.name, effort.external_source) for effort in list_efforts(store, SYSTEM)] == [
        ("Jira", "jira")
    ]
    assert [(project.name, project.external_id) for project in list_projects(store, SYSTEM)] == [
        ("Platform", "PLAT")
    ]
    sprints = {sprint.id: sprint.name for sprint in list_sprints(store, SYSTEM)}
    assert sorted(sprints.values()) == ["Sprint 1", "Sprint 2"]
    assert sprints[tasks(store)["PLAT-2"].sprint_id or 0] == "Sprint 2"


def test_a_second_import_changes_nothing_and_a_changed_issue_is_updated(store: Store) -> None:
    read(store)
    version = store.version("plan")
    assert read(store).updated == 0
    assert store.version("plan") == version
    report = read(
        store,
        EXPORT.replace("Build the login,", "Build the sign-in,").replace(
            "Story,In Progress", "Story,Code Review"
        ),
    )
    assert (report.created, report.updated) == (0, 1)
    assert (tasks(store)["PLAT-2"].title, tasks(store)["PLAT-2"].status) == ("Build the sign-in", "in_review")


def test_when_an_issue_was_made_and_resolved_is_its_past(store: Store) -> None:
    read(store)
    past = [
        e
        for e in task_changes(store, SYSTEM, tasks(store)["PLAT-3"].id)
        if e.imported and e.field == "status"
    ]
    assert [(e.new, e.by, e.occurred_at) for e in past] == [
        ("backlog", "jo", datetime(2026, 5, 2, 9, 30, tzinfo=UTC)),
        ("done", "jo", datetime(2026, 5, 5, 16, 15, tzinfo=UTC)),
    ]


def test_one_project_may_take_every_issue(store: Store, project: int) -> None:
    read(store, into="1.1")
    assert {task.project_id for task in list_tasks(store, SYSTEM)} == {project}
    assert len(list_projects(store, SYSTEM)) == 1


def test_a_status_of_this_jira_alone_is_named_and_its_category_understood(store: Store) -> None:
    text = "Summary,Issue key,Status,Status Category\na,P-1,Cooking,In Progress\nb,P-2,Cooking,\n"
    report = read(store, text)
    assert tasks(store)["P-1"].status == "in_progress"
    ((row, column),) = [(problem.row, problem.column) for problem in report.problems]
    assert (row, column) == (3, "Status")


def test_a_parent_in_another_project_is_left_out_with_a_note(store: Store) -> None:
    report = read(store, "Summary,Issue key,Parent\na,P-1,\nb,Q-2,P-1\n")
    assert report.problems == ()
    assert tasks(store)["Q-2"].parent_id is None
    assert "P-1 is in another project" in report.notes[0].message


def test_a_parent_outside_of_the_export_is_left_out_with_a_note(store: Store) -> None:
    report = read(
        store, "Summary,Issue key,Issue id,Parent,Epic Link\na,P-2,2,1,\nb,P-3,3,,P-1\nc,P-4,4,2,\n"
    )
    assert (report.created, report.problems) == (5, ())
    assert {key: task.parent_id for key, task in tasks(store).items()} == {
        "P-2": None,
        "P-3": None,
        "P-4": tasks(store)["P-2"].id,
    }
    assert [(note.row, note.column) for note in report.notes] == [(2, "Parent"), (3, "Parent")]


def test_what_was_closed_without_being_made_is_cancelled(store: Store) -> None:
    read(
        store,
        "Summary,Issue key,Status,Resolution\na,P-1,Done,Won't Do\nb,P-2,Closed,Cannot Reproduce\nc,P-3,Done,Done\n",
    )
    assert [task.status for task in tasks(store).values()] == ["cancelled", "cancelled", "done"]


def test_a_sprint_of_another_name_is_another_sprint(store: Store) -> None:
    create_sprint(store, SYSTEM, number=1, name="Garden 1")
    read(store, "Summary,Issue key,Sprint\na,P-1,Sprint 1\n")
    sprints = {sprint.id: sprint.name for sprint in list_sprints(store, SYSTEM)}
    assert sorted(sprints.values()) == ["Garden 1", "Sprint 1"]
    assert sprints[tasks(store)["P-1"].sprint_id or 0] == "Sprint 1"


LANGUAGES = {
    "German": "Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Statuskategorie,Projektschlüssel,Projektname,Priorität,Lösung,Zugewiesene Person,Erstellt,Erledigt,Fälligkeitsdatum,Stichwörter,Ursprüngliche Schätzung,Benutzerdefinierte Felder (Story Points)|Fertig|Hoch|Wird nicht erledigt|02/Mai/26 9:30 AM|05/Mai/26 4:15 PM",
    "French": "Résumé,Clé de ticket,ID de ticket,Type de ticket,État,Catégorie d’état,Clé de projet,Nom de projet,Priorité,Résolution,Personne assignée,Création,Résolue,Date d’échéance,Étiquettes,Estimation originale,Champs personnalisés (Story Points)|Terminé(e)|Élevée|Ne sera pas fait|02/mai/26 9:30 AM|05/mai/26 4:15 PM",
    "Spanish": "Resumen,Clave de incidencia,ID de la incidencia,Tipo de Incidencia,Estado,Categoría de estado,Clave del proyecto,Nombre del proyecto,Prioridad,Resolución,Persona asignada,Creada,Resuelta,Fecha de vencimiento,Etiquetas,Estimación original,Campo personalizado (Story Points)|Finalizada|Alta|Duplicado|02/may/26 9:30 AM|05/may/26 4:15 PM",
    "Portuguese": "Resumo,Chave da item,ID da item,Tipo de item,Status,Categoria do status,Chave do projeto,Nome do projeto,Prioridade,Resolução,Responsável,Criado,Resolvido,Data limite,Categorias,Estimativa original,Campo personalizado (Story Points)|Concluído|Alta|Não será feito|02/mai/26 9:30 AM|05/mai/26 4:15 PM",
    "Italian": "Riepilogo,Chiave ticket,ID ticket,Tipo di ticket,Stato,Categoria di stato,Chiave progetto,Nome progetto,Priorità,Risoluzione,Assegnatario,Creato,Risolto,Data di scadenza,Etichette,Stima originale,Campo personalizzato (Story Points)|Completato|Alta|Duplicato|02/mag/26 9:30 AM|05/mag/26 4:15 PM",
    "Japanese": "要約,課題キー,課題 ID,課題タイプ,ステータス,ステータス カテゴリ,プロジェクト キー,プロジェクト名,優先度,解決状況,担当者,作成日,解決日,期限,ラベル,初期見積もり,カスタム フィールド (ストーリー ポイント)|完了|高|重複|2026/05/02 9:30,2026/05/05 16:15",
    "Chinese": "概要,问题关键字,问题 ID,问题类型,状态,状态类别,项目密钥,项目名称,优先级,解决结果,经办人,创建日期,已解决,到期日,标签,初始预估,自定义字段 (Story Points)|完成|高|重复|2026/5/2 上午9:30,2026/5/5 下午4:15",
    "Russian": "Тема,Ключ задачи,ID задачи,Тип задачи,Статус,Категория статуса,Ключ проекта,Название проекта,Приоритет,Решение,Исполнитель,Создано,Дата решения,Срок исполнения,Метки,Первоначальная оценка,Пользовательское поле (Story Points)|Готово|Высокий|Дубликат|02/мая/26 9:30 AM|05/мая/26 4:15 PM",
    "Korean": "요약,이슈 키,이슈 ID,이슈 유형,상태,상태 범주,프로젝트 키,프로젝트 이름,우선순위,해결책,담당자,생성일,해결일,기한,레이블,최초 추정,사용자 정의 필드 (스토리 포인트)|완료|높음|중복|2026-05-02 오전 9:30,2026-05-05 오후 4:15",
    "Polish": "Podsumowanie,Klucz zgłoszenia,Id. zgłoszenia,Typ zgłoszenia,Status,Kategoria statusu,Klucz projektu,Nazwa projektu,Priorytet,Rozwiązanie,Osoba przypisana,Utworzono,Rozwiązano,Termin,Etykiety,Pierwotne oszacowanie,Pole niestandardowe (Story Points)|Gotowe|Wysoki|Anulowane|02/maj/26 9:30 AM|05/maj/26 4:15 PM",
    "Dutch": "Samenvatting,Issuesleutel,Issue-id,Issuetype,Status,Statuscategorie,Projectsleutel,Projectnaam,Prioriteit,Oplossing,Toegewezen persoon,Aangemaakt,Opgelost,Vervaldatum,Labels,Oorspronkelijke schatting,Aangepast veld (Story Points)|Gereed|Hoog|Duplicaat|02/mei/26 9:30 AM|05/mei/26 4:15 PM",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_and_words_of_the_languages_that_jira_ships(
    store: Store, add_person: AddPerson, language: str
) -> None:
    ada = add_person("ada")
    heading, done, high, dropped, *days = LANGUAGES[language].split("|")
    created, resolved = days if len(days) == 2 else days[0].split(",")
    rows = [
        f"Malen,HAUS-1,1,Story,{done},,HAUS,Haus,{high},{done},ada,{created},{resolved},2026-05-30,a b,7200,5",
        f"Sägen,HAUS-2,2,Story,{done},,HAUS,Haus,{high},{dropped},,{created},{resolved},,,,",
    ]
    report = read(store, "\n".join([heading, *rows]))
    assert (report.format, report.problems, report.notes) == ("jira", (), ())
    assert report.unread == (heading.split(",")[3],)  # the type of issue
    first, second = tasks(store)["HAUS-1"], tasks(store)["HAUS-2"]
    assert (first.status, second.status, first.priority) == ("done", "cancelled", "high")
    assert (first.points, first.estimated_hours, first.assignee_id) == (5, 2, ada.user_id)
    assert (first.due, first.labels) == (date(2026, 5, 30), ["a", "b"])
    past = [
        e.occurred_at for e in task_changes(store, SYSTEM, second.id) if e.imported and e.field == "status"
    ]
    assert past == [datetime(2026, 5, 2, 9, 30, tzinfo=UTC), datetime(2026, 5, 5, 16, 15, tzinfo=UTC)]


def test_links_that_block_become_dependencies_and_others_are_named_as_not_read(store: Store) -> None:
    text = (
        "Summary,Issue key,Status,Inward issue link (Blocks),Inward issue link (Blocks),Outward issue link (Blocks),"
        "Outward issue link (Dependency),Inward work item link (Gantt Start to Start),Outward issue link (Relates)\n"
        "a,P-1,To Do,P-2,P-9,,,,P-4\nb,P-2,To Do,,,P-1,,,\nc,P-3,To Do,,,P-2,P-4,,\nd,P-4,To Do,,,P-8,,,\ne,P-5,To Do,,,,,P-1,\n"
    )
    for _ in range(2):
        report = read(store, text)
        assert (report.problems, report.unread) == ((), ("Outward issue link (Relates)",))
        names = {task.id: task.title for task in list_tasks(store, SYSTEM)}
        links = {
            (names[d.task_id], names[d.depends_on_id], d.kind.value) for d in list_dependencies(store, SYSTEM)
        }
        assert links == {("a", "b", "fs"), ("b", "c", "fs"), ("c", "d", "fs"), ("e", "a", "ss")}
        assert [note.row for note in report.notes] == [5, 2]
    assert read(store, text.replace("a,P-1,To Do,P-2", "a,P-1,To Do,")).updated == 0  # b still says so
    read(
        store, text.replace("a,P-1,To Do,P-2", "a,P-1,To Do,").replace("b,P-2,To Do,,,P-1", "b,P-2,To Do,,,")
    )
    assert len(list_dependencies(store, SYSTEM)) == 3


def test_headings_as_they_are_found_in_exports_of_others() -> None:
    found = {
        "Chiave di ticket": "key", "Creati": "created", "Richiedente": "reporter", "Clé parent": "parent", "Ключ проблемы": "key",
        "Идентификатор проблемы": "id", "自定义字段(Story Points)": "points", "自定义字段(Epic Link)": "epic", "Tiempo Trabajado": "logged_hours",
        "Campo personalizado (Story point estimate)": "points", "Chave pai": "parent", "해결일": "resolved",
        "課題ID": "id", "Pole niestandardowe (Story point estimate)": "points", "Element nadrzędny": "parent", "Due": "due",
        "Project": "project_name", "Lien du ticket entrant (Bloque)": "waits_for fs",
    }  # fmt: skip
    assert {heading: jira_field(heading) for heading in found} == found


@pytest.mark.parametrize(
    ("inward", "outward"),
    [
        ("Eingehende Vorgangsverknüpfung", "Ausgehende Vorgangsverknüpfung"),
        ("Lien du ticket entrant", "Lien de ticket sortant"),
        ("Enlace de la incidencia de entrada", "Enlace de incidencia saliente"),
        ("Link de item de entrada", "Vínculo de item externo"),
        ("Collegamento ticket in entrata", "Collegamento ticket in uscita"),
        ("内向きの課題リンク", "外向きの課題リンク"),
        ("向内问题链接", "向外问题链接"),
        ("내부 이슈 링크", "외부 이슈 링크"),
        ("Входящая ссылка на задачу", "Исходящая ссылка на задачу"),
    ],
)
def test_links_are_known_in_the_languages_that_jira_ships(store: Store, inward: str, outward: str) -> None:
    report = read(
        store,
        f"Summary,Issue key,Status,{inward} (Blocks),{inward} (Blocks),{outward} (Blocks),{outward} (Cloners)\n"
        "a,P-1,To Do,P-2,P-3,,\nb,P-2,To Do,,,P-1,\nc,P-3,To Do,,,,P-1\n",
    )
    assert report.unread == (f"{outward} (Cloners)",)
    names = {task.id: task.title for task in list_tasks(store, SYSTEM)}
    assert {(names[d.task_id], names[d.depends_on_id]) for d in list_dependencies(store, SYSTEM)} == {
        ("a", "b"),
        ("a", "c"),
    }


def test_the_category_of_a_status_dates_it_where_nothing_else_does(store: Store) -> None:
    text = (
        "Summary,Issue key,Status,Created,Resolved,Status Category Changed\n"
        "a,P-1,In Review,01/May/26 9:00 AM,,04/May/26 9:00 AM\nb,P-2,Done,01/May/26 9:00 AM,,05/May/26 9:00 AM\n"
        "c,P-3,Done,01/May/26 9:00 AM,06/May/26 9:00 AM,07/May/26 9:00 AM\nd,P-4,To Do,01/May/26 9:00 AM,,02/May/26 9:00 AM\n"
        "e,P-5,In Progress,,,2026-05-04T09:00:00.000+0200\n"
    )
    assert read(store, text).problems == ()
    past = {
        task.title: [
            (e.occurred_at.day, e.new) for e in task_changes(store, SYSTEM, task.id) if e.imported and e.field == "status"
        ]
        for task in list_tasks(store, SYSTEM)
    }  # fmt: skip
    assert past == {
        "a": [(1, "backlog"), (4, "in_review")],
        "b": [(1, "backlog"), (5, "done")],
        "c": [(1, "backlog"), (6, "done")],
        "d": [(1, "backlog")],
        "e": [(4, "in_progress")],
    }


@pytest.mark.parametrize(
    "resolution",
    ["Won't Do", "Won’t Fix", "DUPLICATE", "cannot reproduce", "Declined", "Wird nicht erledigt"],
)
@pytest.mark.parametrize("status", ["Done", "Closed", "Geschlossen"])
def test_what_was_closed_for_another_reason_than_being_made_is_cancelled(
    store: Store, status: str, resolution: str
) -> None:
    read(store, f"Summary,Issue key,Status,Resolution\na,P-1,{status},{resolution}\n")
    assert tasks(store)["P-1"].status == "cancelled"


def test_a_parent_that_came_with_an_earlier_export_is_found_by_its_key(store: Store) -> None:
    head = "Summary,Issue key,Issue id,Parent,Parent key,Project key\n"
    read(store, head + "Beds,GRD-1,5001,,,GRD\n")
    report = read(store, head + "Roses,GRD-12,5012,5001,GRD-1,GRD\nPears,GRD-13,5013,5002,GRD-2,GRD\n")
    assert [(note.row, note.column) for note in report.notes] == [(3, "Parent")]
    assert "'GRD-2'" in report.notes[0].message
    assert tasks(store)["GRD-12"].parent_id == tasks(store)["GRD-1"].id
    read(store, head + "Trees,GRD-2,5002,,,GRD\nPears,GRD-13,5013,5002,GRD-2,GRD\n")
    assert tasks(store)["GRD-13"].parent_id == tasks(store)["GRD-2"].id


def test_a_column_of_the_board_comes_before_what_its_name_usually_means(store: Store) -> None:
    with store.unit(SYSTEM) as session:
        session.add(WorkflowColumn(key="in_qa", name="In QA", state=State.IN_REVIEW, position=99))
    read(
        store,
        "Summary,Issue key,Status,Created,Status Category Changed\n"
        "a,P-1,In QA,2026-05-01,2026-05-04\nb,P-2,Code Review,,\n",
    )
    assert [task.status for task in tasks(store).values()] == ["in_qa", "in_review"]
    past = task_changes(store, SYSTEM, tasks(store)["P-1"].id)
    assert [e.new for e in past if e.imported and e.field == "status"] == ["backlog", "in_qa"]


def test_a_last_line_that_tells_when_the_export_was_made_is_passed_over(store: Store) -> None:
    said = "Generated at Tue May 05 10:11:12 UTC 2026 by Jo using Jira"
    report = read(store, f"{EXPORT}{said}\n")
    assert (report.created, report.problems) == (read(store).unchanged, ())
    assert [(note.row, note.message) for note in report.notes][:1] == [
        (6, f"below the issues, not read: {said!r}")
    ]


def test_a_last_issue_of_which_only_the_summary_is_there_is_refused(store: Store) -> None:
    report = read(store, f"{EXPORT}Ship it\n")
    assert [(problem.row, problem.message) for problem in report.problems] == [(6, "must not be empty")]
