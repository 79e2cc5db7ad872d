"""What Jira calls its columns, in the languages that it ships; each issue is a work item in newer ones."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FIELDS: Final[dict[str, str]] = {
    "name": (
        "summary, zusammenfassung, résumé, resumen, 要約, resumo, riepilogo, 概要, 摘要, 主题, тема, резюме, 요약, podsumowanie,"
        " samenvatting, sammanfattning, sammendrag, yhteenveto, shrnutí, összefoglaló, özet, rezumat"
    ),
    "key": (
        "issue key, work item key, key, vorgangsschlüssel, clé de ticket, clé de demande, clave de incidencia, clave de la incidencia,"
        " clave de actividad, 課題キー, 作業項目キー, chave da item, chave do item, chave do ticket, chave da issue, chave ticket, chiave ticket,"
        " chiave del ticket, chiave di ticket, chiave segnalazione, chiave dell'attività, 问题关键字, 问题密钥, 事务密钥, 事务关键字, 工作项密钥, 問題關鍵字, 議題索引鍵,"
        " ключ задачи, ключ проблемы, код задачи, ключ запроса, 이슈 키, 업무 항목 키, klucz zgłoszenia, issuesleutel, issuecode, issue-sleutel,"
        " sleutel issue, ärendenyckel, problemnøkkel, sagsnøgle, klíč úkolu, kérdés kulcsa, talep anahtarı"
    ),
    "id": (
        "issue id, work item id, vorgangs-id, vorgangs id, id de ticket, id ticket, id de demande, id. de ticket, id de la incidencia,"
        " id de incidencia, id. de la incidencia, 課題 id, 課題id, id da item, id do item, id do ticket, id ticket, id segnalazione,"
        " 问题 id, 问题id, 事务 id, id задачи, идентификатор задачи, идентификатор проблемы, код проблемы, 이슈 id, 이슈 아이디, id. zgłoszenia, id zgłoszenia,"
        " identyfikator zgłoszenia, issue-id, issue-id, ärende-id, id úkolu"
    ),
    "type": (
        "issue type, work type, work item type, vorgangstyp, type de ticket, type de demande, tipo de incidencia, 課題タイプ, tipo de item,"
        " tipo de ticket, tipo di ticket, tipo ticket, tipo segnalazione, 问题类型, 事务类型, тип задачи, 이슈 유형, 이슈 타입, typ zgłoszenia,"
        " issuetype, ärendetyp"
    ),
    "parent": (
        "parent, parent id, parent key, parent link, übergeordnet, übergeordneter vorgang, übergeordnete id, übergeordneter schlüssel,"
        " übergeordnetes element, übergeordneter vorgangsschlüssel, clé du parent, clé parent, id parent, id du parent, clé parente, clave principal,"
        " principal, id principal, elemento primario, incidencia principal, padre, clave padre, 親, 親キー, 親 id, 親課題, pai, principal id,"
        " chave pai, chave principal, id do pai, principale, elemento padre, chiave padre, chiave principale, 父级, 父级密钥, 父级 id, 父问题,"
        " родитель, родительская задача, ключ родителя, 상위, 상위 항목, 상위 키, element nadrzędny, klucz elementu nadrzędnego,"
        " bovenliggend, bovenliggend item, bovenliggende sleutel, hoofditem"
    ),
    "epic": "epic link, epic-verknüpfung, epos-verknüpfung, epic verknüpfung, lien d'epic, lien epic, lien d'épopée, enlace de epic,"
            " vínculo de epic, enlace de la epopeya, エピックリンク, エピック リンク, link do épico, link de epic, collegamento epico, link epic,"
            " epic 链接, 史诗链接, 长篇故事链接, ссылка на эпик, 에픽 링크, łącze epik, łącze do epika, epic-koppeling, epische koppeling",
    "status": "status, statut, état, estado, ステータス, stato, 状态, 狀態, статус, 상태, stan, statusen, tila, stav, állapot, durum",
    "category": (
        "status category, statuskategorie, catégorie d'état, catégorie de statut, catégorie de l'état, categoría de estado, ステータス カテゴリ,"
        " ステータスカテゴリ, ステータス カテゴリー, categoria do status, categoria de status, categoria di stato, categoria dello stato, 状态类别,"
        " 狀態類別, категория статуса, 상태 범주, 상태 카테고리, kategoria statusu, statuscategorie"
    ),
    "category_changed": (
        "status category changed, statuskategorie geändert, catégorie d'état modifiée, catégorie de statut modifiée,"
        " categoría de estado cambiada, categoría de estado modificada, se ha cambiado la categoría de estado, ステータス カテゴリの変更,"
        " ステータス カテゴリが変更されました, categoria do status alterada, categoria de status alterada, categoria di stato modificata,"
        " 状态类别已更改, 状态类别已变更, категория статуса изменена, изменена категория статуса, 상태 범주 변경됨, 상태 카테고리 변경됨,"
        " zmieniono kategorię statusu, statuscategorie gewijzigd"
    ),
    "resolution": (
        "resolution, lösung, résolution, resolución, 解決状況, resolução, risoluzione, soluzione, 解决结果, 解决方案, 解決方案, решение,"
        " резолюция, 해결책, 해결, rozwiązanie, rozstrzygnięcie, oplossing, resolutie"
    ),
    "points": (
        "story points, story point estimate, storypoints, story-points, story-punkte, story point-schätzung, estimation des story points,"
        " points de story, points d'histoire, puntos de historia, estimación de puntos de historia, estimación de story points,"
        " story point estimate, ストーリー ポイント, ストーリーポイント, ストーリー ポイントの見積もり, pontos de história, story points estimados,"
        " estimativa de story points, punti storia, stima dei punti storia, 故事点, 故事点数, 故事点估算, оценка story point, баллы истории,"
        " очки истории, 스토리 포인트, 스토리 포인트 예상, punkty historyjki, szacowane story points, verhaalpunten"
    ),
    "assignee": (
        "assignee, zugewiesene person, bearbeiter, zugewiesen an, personne assignée, responsable, attribution, persona asignada, 担当者,"
        " responsável, assegnatario, 经办人, 受託人, 负责人, исполнитель, 담당자, osoba przypisana, przypisany, wykonawca, toegewezen persoon,"
        " toegewezen aan, behandelaar, uitvoerder, ansvarig"
    ),
    "reporter": (
        "reporter, autor, melder, rapporteur, auteur, informador, informante, 報告者, relator, segnalatore, richiedente, 报告人, автор, 보고자,"
        " zgłaszający, osoba zgłaszająca, rapportör"
    ),
    "sprint": "sprint, スプリント, 冲刺, спринт, 스프린트",
    "labels": (
        "labels, stichwörter, étiquettes, etiquetas, ラベル, categorias, rótulos, etichette, 标签, 標籤, метки, 레이블, etykiety, etiketter"
    ),
    "created": (
        "created, erstellt, création, créée, créé, date de création, creada, creado, fecha de creación, 作成日, 作成日時, criado, criado(a),"
        " criada, data de criação, creato, creata, creati, data di creazione, data creazione, 创建日期, 已创建, 创建时间, 建立日期, создано, дата создания,"
        " 생성일, 만듦, 생성됨, utworzono, data utworzenia, aangemaakt, gemaakt, skapad"
    ),
    "resolved": (
        "resolved, erledigt, gelöst, résolue, résolu, date de résolution, resuelta, resuelto, fecha de resolución, 解決日, 解決日時, resolvido,"
        " resolvida, resolvido(a), data da resolução, risolto, risolta, data di risoluzione, 已解决, 解决日期, 解決日期, решено, дата решения,"
        " 해결일, 해결됨, rozwiązano, data rozwiązania, opgelost, löst"
    ),
    "due": (
        "due date, due, fälligkeitsdatum, fällig, date d'échéance, échéance, fecha de vencimiento, 期限, 期日, data limite, data de vencimento,"
        " data di scadenza, scadenza, 到期日, 截止日期, срок исполнения, срок выполнения, 기한, 만기일, termin, termin wykonania, data ukończenia,"
        " vervaldatum, einddatum, förfallodatum"
    ),
    "start": (
        "start date, startdatum, date de début, date de commencement, fecha de inicio, 開始日, data de início, data de inicio,"
        " data di inizio, data inizio, 开始日期, 開始日期, дата начала, 시작일, 시작 날짜, data rozpoczęcia, begindatum"
    ),
    "priority": "priority, priorität, priorité, prioridad, 優先度, prioridade, priorità, 优先级, 優先權, приоритет, 우선순위, 우선 순위, priorytet, prioriteit, prioritet",
    "description": (
        "description, beschreibung, descripción, 説明, descrição, descrizione, 描述, 說明, описание, 설명, opis, beschrijving, omschrijving, beskrivning"
    ),
    "project_key": (
        "project key, space key, projektschlüssel, clé de projet, clé du projet, clave del proyecto, clave de proyecto, プロジェクト キー,"
        " プロジェクトキー, chave do projeto, chave de projeto, chiave progetto, chiave del progetto, 项目密钥, 项目关键字, 专案索引鍵, ключ проекта,"
        " 프로젝트 키, klucz projektu, projectsleutel, projectcode, projektnyckel"
    ),
    "project_name": (
        "project name, space name, project, space, projekt, projet, proyecto, プロジェクト, projeto, progetto, 项目, 專案, проект, 프로젝트, projektname, nom de projet, nom du projet, nombre del proyecto, nombre de proyecto, プロジェクト名,"
        " nome do projeto, nome de projeto, nome progetto, nome del progetto, 项目名称, 專案名稱, название проекта, имя проекта, 프로젝트 이름,"
        " 프로젝트명, nazwa projektu, projectnaam, projektnamn"
    ),
    "estimated_hours": (
        "original estimate, ursprüngliche schätzung, estimation originale, estimation d'origine, estimation initiale, estimación original,"
        " 初期見積もり, 初期見積, estimativa original, stima originale, stima iniziale, 原始预估, 初始预估, 原估時間, первоначальная оценка,"
        " исходная оценка, 최초 추정, 최초 예상 시간, pierwotne oszacowanie, oorspronkelijke schatting, ursprunglig uppskattning"
    ),
    "logged_hours": (
        "time spent, zeitaufwand, aufgewendete zeit, benötigte zeit, temps passé, temps consacré, temps dépensé, tiempo trabajado,"
        " tiempo empleado, tiempo dedicado, 消費時間, 作業時間, tempo gasto, tempo impiegato, tempo speso, tempo trascorso, 耗费时间, 花费时间,"
        " 实际花费时间, затраченное время, затрачено времени, 사용 시간, 소요 시간, spędzony czas, czas pracy, bestede tijd, tijd besteed"
    ),
}  # fmt: skip
_CUSTOM: Final = (
    "custom field, benutzerdefiniertes feld, benutzerdefinierte felder, champ personnalisé, champs personnalisés, campo personalizado,"
    " カスタム フィールド, カスタムフィールド, campo customizado, campo personalizzato, 自定义字段, 自訂欄位, пользовательское поле, настраиваемое поле,"
    " 사용자 정의 필드, 사용자 지정 필드, pole niestandardowe, pole własne, aangepast veld, anpassat fält"
)
_IN_BRACKETS: Final = re.compile(r"(?P<before>[^()]+?) ?\((?P<inside>.+)\)")
_LINK_WORDS: Final = re.compile(
    r"link|verknüpf|verbind|lien|v[ií]ncul|enlace|リンク|colleg|链接|連結|鏈接|ссылк|связ|링크|연결|łącze|powiąz|koppel|länk"
)
_INWARD: Final = re.compile(
    r"inward|eingehend|eingang|nach innen|entrant|entrada|entrante|interno|interna|内向き|内部|in entrata|in ingresso"
    r"|向内|內向|内链|входящ|внутренн|인바운드|내부|안쪽|przychodz|wewnętrzn|inkomend|inkommande|binnenkomend"
)
_OUTWARD: Final = re.compile(
    r"outward|ausgehend|ausgang|nach außen|sortant|salida|saliente|externo|externa|外向き|外部|in uscita"
    r"|向外|外向|外链|исходящ|внешн|아웃바운드|외부|바깥쪽|wychodz|zewnętrzn|uitgaand|utgående"
)
LINKS: Final[dict[str, tuple[str, bool]]] = {
    **dict.fromkeys(
        ("blocks", "blocker", "blocking", "blockiert", "bloque", "bloquea", "bloqueia", "blocca", "blokkeert", "blokuje", "блокирует",
         "ブロック", "阻塞", "차단"),
        ("fs", False),
    ),
    "gantt end to start": ("fs", False),
    "gantt: finish-start": ("fs", False), "finish-to-start": ("fs", False), "finish to start": ("fs", False),
    "gantt start to start": ("ss", False), "gantt: start-start": ("ss", False), "gantt end to end": ("ff", False),
    "gantt: finish-finish": ("ff", False), "gantt start to end": ("sf", False), "gantt: start-finish": ("sf", False),
    "depends": ("fs", True), "dependency": ("fs", True), "dependent": ("fs", True), "depends on": ("fs", True),
    "dependencies": ("fs", True), "requires": ("fs", True),
}  # fmt: skip
"""Type of link → the kind of dependency, and whether its outward side is the one that waits."""


def _table(words: str) -> list[str]:
    return [_plain(word) for word in words.split(",")]


def _plain(heading: str) -> str:
    return " ".join(
        unicodedata.normalize("NFKC", heading).lower().replace("’", "'").replace("_", " ").split()
    )


_CUSTOM_WORDS = frozenset(_table(_CUSTOM))
_FIELD_OF = {word: field for field, words in _FIELDS.items() for word in _table(words)}


def jira_field(heading: str) -> str | None:
    """The field that a column of Jira's holds: one of an issue, or `waits_for KIND` and `lets_wait KIND` for links."""
    plain = _plain(heading)
    if plain in _FIELD_OF:
        return _FIELD_OF[plain]
    match = _IN_BRACKETS.fullmatch(plain)
    if match is None:
        return None
    before, inside = match["before"], match["inside"]
    if before in _CUSTOM_WORDS:
        return _FIELD_OF.get(inside)
    if _LINK_WORDS.search(before) and inside in LINKS:
        kind, outward_waits = LINKS[inside]
        inward, outward = _INWARD.search(before), _OUTWARD.search(before)
        if bool(inward) != bool(outward):
            return f"{'waits_for' if bool(inward) != outward_waits else 'lets_wait'} {kind}"
    return None


def is_jira(heading: tuple[str, ...]) -> bool:
    """Whether a table is an export of Jira: it has the key and summary of issues, and with a plain `Key` their type."""
    fields = {jira_field(column) for column in heading}
    plain = {_plain(column) for column in heading}
    if not {"name", "key"} <= fields or "title" in plain:
        return False
    return any(_FIELD_OF.get(column) == "key" for column in plain - {"key"}) or bool(
        fields & {"type", "id", "project_key"}
    )
