"""The endpoints of an entity: list, add, add or change many, read, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from orchflow.api import bulk
from orchflow.api.bodies import BulkReport, Guarded, answer, created, with_notices
from orchflow.api.models import Models, camel, with_article
from orchflow.api.paging import Id, page
from orchflow.api.request_context import Caller, Reader, Writer
from orchflow.errors import Problem
from orchflow.store.entity import Entity

Notices: TypeAlias = Callable[[Caller, Any], Sequence[Problem]]
"""What there is to tell of a row that was stored."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def _typed(**annotations: Any) -> Callable[[Endpoint], Endpoint]:
    """Say what an endpoint's parameters are that only the entity knows."""

    def annotated(endpoint: Endpoint) -> Endpoint:
        endpoint.__annotations__.update(annotations)
        return endpoint

    return annotated


def entity_router(
    entity: Entity[Any],
    models: Models,
    *,
    deletes: str = "",
    write_past: bulk.WritePast | None = None,
    notices: Notices = lambda caller, row: (),
) -> APIRouter:
    """The endpoints of `entity`, made of its fields and functions.

    `deletes` says what goes with a deleted row; `write_past` writes what happened to rows before they came here; `notices` says what there is to tell of a row that was added or changed.
    """
    router = APIRouter(prefix=f"/{entity.many}", tags=[_many(entity).capitalize()])
    row_id = Annotated[Id, Path(description=f"The {entity.name}'s id.", alias=f"{entity.key}_id")]
    _list(router, entity, models)
    _create(router, entity, models, notices)
    if models.bulk is not None:
        _upsert(router, entity, models, write_past)
    _get(router, entity, models, row_id)
    _update(router, entity, models, row_id, notices)
    _delete(router, entity, row_id, deletes)
    return router


def _list(router: APIRouter, entity: Entity[Any], models: Models) -> None:
    many = _many(entity)

    @router.get(
        "", response_model=models.page, operation_id=f"list{camel(entity.many)}", summary=f"List {many}",
        description=f"The {many} to which every given filter applies, page by page.",
    )  # fmt: skip
    @_typed(filters=Annotated[models.filters, Query()])
    def list_rows(caller: Reader, filters: Any) -> JSONResponse:
        rows = entity.list(
            caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
        )
        return answer(page(rows, filters.limit))


def _create(router: APIRouter, entity: Entity[Any], models: Models, notices: Notices) -> None:
    row_called = with_article(entity.name)

    @router.post(
        "", status_code=201, response_model=models.saved, operation_id=f"create{camel(entity.key)}",
        summary=f"Add {row_called}", description=f"Adds {row_called}, if its person may.",
    )  # fmt: skip
    @_typed(row=models.new)
    def create_row(request: Request, caller: Writer, row: Any) -> JSONResponse:
        fields = row.model_dump(exclude_unset=True)
        stored = entity.create(caller.store, caller.actor, request=caller.request, **fields)
        return created(request, stored, notices(caller, stored))


def _upsert(
    router: APIRouter, entity: Entity[Any], models: Models, write_past: bulk.WritePast | None
) -> None:
    many = _many(entity)

    @router.post(
        "/bulk", response_model=BulkReport, operation_id=f"upsert{camel(entity.many)}", summary=f"Add or change many {many}",
        description=f"Adds the {many} whose external ids are new and changes the others. Every good row is stored, "
        "every other one is told with its reason. Sending the same again changes nothing.",
    )  # fmt: skip
    @_typed(rows=models.bulk)
    def upsert_rows(caller: Writer, rows: Any) -> JSONResponse:
        items = [item.given() for item in rows.items]
        return answer(bulk.upsert(caller, entity, rows.external_source, items, write_past))


def _get(router: APIRouter, entity: Entity[Any], models: Models, row_id: Any) -> None:
    @router.get(
        f"/{{{entity.key}_id}}", response_model=models.stored, operation_id=f"get{camel(entity.key)}",
        summary=f"Read {with_article(entity.name)}", description=f"One {entity.name}.",
    )  # fmt: skip
    @_typed(number=row_id)
    def get_row(caller: Reader, number: Any) -> JSONResponse:
        return answer(entity.get(caller.store, caller.actor, number))


def _update(router: APIRouter, entity: Entity[Any], models: Models, row_id: Any, notices: Notices) -> None:
    own = (
        " Whom the row belongs to may change " + ", ".join(n for n, f in entity.fields.items() if f.own) + "."
        if entity.edit_own
        else ""
    )

    @router.patch(
        f"/{{{entity.key}_id}}", response_model=models.saved, operation_id=f"update{camel(entity.key)}",
        summary=f"Change {with_article(entity.name)}",
        description="Saves the changed fields. Fields that others have changed since `version` are merged; the same field "
        f"conflicts.{own}",
    )  # fmt: skip
    @_typed(number=row_id, edit=models.edit)
    def update_row(caller: Writer, number: Any, edit: Any) -> JSONResponse:
        changes = edit.changes.given()
        saved = entity.update(
            caller.store, caller.actor, number, edit.version, changes, request=caller.request
        )
        return answer(with_notices(saved.row, notices(caller, saved.row)))


def _delete(router: APIRouter, entity: Entity[Any], row_id: Any, deletes: str) -> None:
    row_called = with_article(entity.name)

    @router.delete(
        f"/{{{entity.key}_id}}", status_code=204, operation_id=f"delete{camel(entity.key)}", summary=f"Delete {row_called}",
        description=f"Deletes {row_called}{deletes}; with a `version` only if nobody has changed it since.",
    )  # fmt: skip
    @_typed(number=row_id)
    def delete_row(caller: Writer, number: Any, guard: Guarded) -> Response:
        entity.get(caller.store, caller.actor, number)
        entity.delete(caller.store, caller.actor, number, guard.version, caller.request)
        return Response(status_code=204)


def _many(entity: Entity[Any]) -> str:
    return entity.many.replace("_", " ")
