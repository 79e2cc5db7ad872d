"""What other programs, in the languages that they ship, call the states and priorities of what is planned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from orchflow.planning.exchange.records import Level
from orchflow.planning.tables import EffortStatus, Priority, ProjectStatus, SprintState, State
from orchflow.store.written import plain_word

Meaning = TypeVar("Meaning", State, Priority)

_STATES: dict[State, str] = {
    State.BACKLOG: (
        "backlog, to do, todo, to-do, open, new, reopened, not started, pending, inbox, triage, icebox, proposed, draft, unstarted,"
        " no status, zu erledigen, offen, neu, aufgaben, nicht begonnen, nicht gestartet, à faire, ouvert, nouveau, non commencé,"
        " por hacer, tareas por hacer, pendiente, abierto, nuevo, no iniciado, sin empezar, 未着手, 作業前, オープン, a fazer,"
        " tarefas pendentes, pendente, aberto, novo, não iniciado, não iniciada, da completare, da fare, aperto, aperta, non iniziato,"
        " 待办, 待處理, 待处理, 未开始, 新建, к выполнению, сделать, новый, открыт, открыто, не начато, 할 일, 해야 할 일, 시작되지 않음,"
        " do zrobienia, otwarte, nowe, nie rozpoczęto, te doen, nog te doen, takenlijst, niet gestart, att göra, ej påbörjad"
    ),
    State.READY: (
        "ready, selected for development, selected, next, next up, planned, ready for development, ready for dev, sprint backlog,"
        " this week, up next, scheduled, bereit, geplant, ausgewählt für die entwicklung, prêt, planifié, listo para desarrollo,"
        " planificado, pronto, planejado, da iniziare, pianificato, готово к разработке, запланировано, gotowe do pracy, gepland"
    ),
    State.IN_PROGRESS: (
        "in progress, doing, started, in development, development, active, wip, ongoing, in work, working on it, underway,"
        " in arbeit, in bearbeitung, begonnen, en cours, démarré, en curso, en progreso, en proceso, iniciado, 進行中, 作業中, 処理中,"
        " em andamento, em progresso, em curso, in corso, in lavorazione, 正在进行, 进行中, 處理中, 处理中, 进行, в работе, в процессе,"
        " выполняется, 진행 중, 진행중, w toku, w trakcie, bezig, in uitvoering, in behandeling, pågår, pågående"
    ),
    State.IN_REVIEW: (
        "in review, review, code review, peer review, in test, testing, test, qa, verify, in qa, ready for review,"
        " ready for test, ready for qa, validation, uat, in prüfung, im review, zur prüfung, en revue, en révision, revue de code,"
        " en revisión, レビュー中, em revisão, em análise, in revisione, in fase di revisione, 审核中, 评审中, на проверке,"
        " на рассмотрении, 검토 중, w przeglądzie, do sprawdzenia, ter beoordeling, in beoordeling"
    ),
    State.BLOCKED: (
        "blocked, on hold, waiting, impeded, stuck, paused, deferred, waiting on someone else, blockiert, wartend, angehalten,"
        " bloqué, en attente, bloqueado, bloqueada, en espera, impedido, ブロック, bloccato, in attesa, 受阻, 阻塞, заблокировано,"
        " приостановлено, ожидание, 차단됨, 보류, zablokowane, wstrzymane, geblokkeerd"
    ),
    State.DONE: (
        "done, closed, resolved, complete, completed, finished, released, shipped, merged, deployed, fixed, erledigt, fertig,"
        " abgeschlossen, geschlossen, gelöst, terminé, terminée, terminé(e), fini, fermé, résolu, résolue, finalizada, finalizado,"
        " listo, hecho, cerrado, cerrada, resuelto, resuelta, completado, completada, 完了, 解決済み, クローズ, concluído, concluída,"
        " concluido, feito, itens concluídos, fechado, resolvido, finalizado, completato, completata, fatto, chiuso, chiusa, risolto, risolta,"
        " 完成, 已完成, 已解决, 已关闭, 关闭, 已解決, готово, выполнено, закрыт, закрыто, решено, решен, завершено, завершен, 완료, 완료됨,"
        " 해결됨, gotowe, zakończone, ukończone, zamknięte, rozwiązane, wykonane, gereed, klaar, voltooid, afgerond, gesloten, opgelost, klart, färdig"
    ),
    State.CANCELLED: (
        "cancelled, canceled, won't do, wont do, will not do, won't fix, wont fix, will not fix, rejected, abandoned, duplicate,"
        " duplicated, declined, cannot reproduce, can't reproduce, could not reproduce, not reproducible, obsolete, invalid,"
        " not a bug, not an issue, not planned, wontfix, incomplete, works as designed, withdrawn, dropped, removed, abgebrochen,"
        " verworfen, wird nicht erledigt, wird nicht gemacht, wird nicht behoben, duplikat, doppelt, nicht reproduzierbar,"
        " kann nicht reproduziert werden, lässt sich nicht reproduzieren, abgelehnt, storniert, annulé, annulée, ne sera pas fait,"
        " ne sera pas résolu, ne sera pas effectué, doublon, en double, impossible à reproduire, non reproductible, rejeté,"
        " cancelado, cancelada, no se hará, no se va a hacer, no se corregirá, duplicado, duplicada, no se puede reproducir,"
        " no reproducible, rechazado, 却下, 対応しない, 実行しない, 重複, 再現できず, 再現不可, 再現しない, キャンセル, não será feito, não será corrigido,"
        " não é possível reproduzir, não reproduzível, rejeitado, annullato, non verrà fatto, non verrà eseguito, non sarà corretto,"
        " duplicato, impossibile riprodurre, non riproducibile, rifiutato, 不予处理, 不做, 不会做, 不修复, 重复, 重複, 无法重现, 无法再现,"
        " 已取消, 取消, отменено, отменен, не будет сделано, не будет выполнено, не будет исправлено, дубликат, повтор, не воспроизводится,"
        " невозможно воспроизвести, отклонено, 취소, 취소됨, 하지 않음, 중복, 재현할 수 없음, 재현 불가, anulowane, nie zostanie zrobione,"
        " nie będzie naprawione, nie zostanie naprawione, nie do odtworzenia, nie można odtworzyć, odrzucone, geannuleerd,"
        " wordt niet gedaan, wordt niet opgelost, duplicaat, dubbel, niet reproduceerbaar, kan niet worden gereproduceerd"
    ),
}  # fmt: skip
_PRIORITIES: dict[Priority, str] = {
    Priority.LOW: (
        "low, lowest, minor, trivial, very low, p3, p4, p5, niedrig, sehr niedrig, niedrigste, gering, bas, basse, faible, très faible,"
        " la plus basse, baja, la más baja, muy baja, menor, 低, 最低, baixa, mais baixa, muito baixa, bassa, minima, molto bassa,"
        " 非常低, низкий, самый низкий, низшая, низкая, 낮음, 가장 낮음, niski, najniższy, laag, laagste, låg"
    ),
    Priority.NORMAL: (
        "normal, medium, mid, default, none, no priority, moderate, p2, mittel, keine, moyen, moyenne, normale, media, medio, mediana, 中,"
        " 通常, média, médio, средний, средняя, обычный, 보통, 중간, średni, normaal, gemiddeld, medel"
    ),
    Priority.HIGH: (
        "high, major, important, p1, very important, hoch, wichtig, haut, haute, élevé, élevée, importante, alta, alto, 高, 重要,"
        " 大, высокий, высокая, важный, 높음, wysoki, hoog, belangrijk, hög, viktigt"
    ),
    Priority.URGENT: (
        "urgent, highest, critical, blocker, p0, asap, very high, immediate, dringend, sehr hoch, höchste, kritisch, la plus élevée,"
        " très élevée, très haute, critique, urgente, la más alta, muy alta, máxima, crítica, crítico, 最高, 緊急, 紧急, 非常高, mais alta,"
        " muito alta, massima, molto alta, critico, критический, самый высокий, наивысший, срочный, срочно, 가장 높음, 긴급, najwyższy,"
        " pilny, krytyczny, hoogste, spoed, kritiek, brådskande"
    ),
}  # fmt: skip


def _table(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {_plain(word): meaning for meaning, text in words.items() for word in text.split(",")}


def _plain(word: str) -> str:
    """A word as it is compared: no case, no accents, no signs or pictures around it."""
    apart = unicodedata.normalize("NFKD", plain_word(unicodedata.normalize("NFKC", word)))
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter) or ord(letter) > 0x3000)
    kept = re.sub(r"^[^\w]+|[^\w)]+$", "", unicodedata.normalize("NFC", letters).replace("'", ""))
    return " ".join(kept.split())


_STATE_OF = _table(_STATES)
_PRIORITY_OF = _table(_PRIORITIES)
_EFFORT_OF = {
    State.BACKLOG: EffortStatus.NOT_STARTED, State.READY: EffortStatus.NOT_STARTED, State.DONE: EffortStatus.COMPLETED,
    State.CANCELLED: EffortStatus.CANCELLED,
}  # fmt: skip
_SPRINT_OF = {
    State.BACKLOG: SprintState.PLANNED, State.READY: SprintState.PLANNED, State.IN_PROGRESS: SprintState.ACTIVE,
    State.DONE: SprintState.CLOSED,
}  # fmt: skip
_SPRINT_WORDS = {"future": SprintState.PLANNED, "upcoming": SprintState.PLANNED, "current": SprintState.ACTIVE,
                 "running": SprintState.ACTIVE, "past": SprintState.CLOSED, "open": SprintState.ACTIVE}  # fmt: skip


@lru_cache(1_000)
def status_of(word: str) -> State | None:
    """The state that another program's word means, if it is one of the usual."""
    return _STATE_OF.get(_plain(word))


def status_at(level: Level, word: str) -> str | None:
    """The status of an effort, project or sprint that another program's word means, if it is one of the usual."""
    state = status_of(word)
    if level is Level.SPRINT:
        return _SPRINT_WORDS.get(_plain(word)) or (_SPRINT_OF.get(state) if state else None)
    if state is State.BLOCKED and level is Level.PROJECT:
        return ProjectStatus.BLOCKED
    return _EFFORT_OF.get(state, EffortStatus.IN_PROGRESS) if state else None


@lru_cache(1_000)
def priority_of(word: str) -> str | None:
    """The priority that another program's word or number means, if it is one of the usual."""
    plain = _plain(re.sub(r"^\W*(p\d)\b.*", r"\1", word.strip(), flags=re.IGNORECASE))
    return _PRIORITY_OF.get(plain)
