"""The endpoints of an entity: list, add, add or change many, read, change, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from orchflow.api import bulk
from orchflow.api.bodies import BulkReport, Guarded, answer, created
from orchflow.api.models import Models, camel
from orchflow.api.paging import Id, page
from orchflow.api.request_context import Reader, Writer
from orchflow.store.entity import Entity

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
) -> APIRouter:
    """The endpoints of `entity`, made of its fields and functions.

    `deletes` says what goes with a deleted row; `write_past` writes what happened to rows before they came here.
    """
    key, name, many = entity.key, entity.name, entity.many.replace("_", " ")
    title, titles = camel(key), camel(entity.many)
    a = f"an {name}" if name[0] in "aeiou" else f"a {name}"
    router = APIRouter(prefix=f"/{entity.many}", tags=[many.capitalize()])
    row_id = Annotated[Id, Path(description=f"The {name}'s id.", alias=f"{key}_id")]
    own = (
        " Whom the row belongs to may change " + ", ".join(n for n, f in entity.fields.items() if f.own) + "."
        if entity.edit_own
        else ""
    )

    @router.get(
        "", response_model=models.page, operation_id=f"list{titles}", summary=f"List {many}",
        description=f"The {many} to which every given filter applies, page by page.",
    )  # fmt: skip
    @_typed(filters=Annotated[models.filters, Query()])
    def list_rows(caller: Reader, filters: Any) -> JSONResponse:
        rows = entity.list(
            caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
        )
        return answer(page(rows, filters.limit))

    @router.post(
        "", status_code=201, response_model=models.stored, operation_id=f"create{title}", summary=f"Add {a}",
        description=f"Adds {a}, if its person may.",
    )  # fmt: skip
    @_typed(row=models.new)
    def create_row(request: Request, caller: Writer, row: Any) -> JSONResponse:
        fields = row.model_dump(exclude_unset=True)
        return created(request, entity.create(caller.store, caller.actor, request=caller.request, **fields))

    if models.bulk is not None:

        @router.post(
            "/bulk", response_model=BulkReport, operation_id=f"upsert{titles}", summary=f"Add or change many {many}",
            description=f"Adds the {many} whose external ids are new and changes the others. Every good row is stored, "
            "every other one is told with its reason. Sending the same again changes nothing.",
        )  # fmt: skip
        @_typed(rows=models.bulk)
        def upsert_rows(caller: Writer, rows: Any) -> JSONResponse:
            items = [item.given() for item in rows.items]
            return answer(bulk.upsert(caller, entity, rows.external_source, items, write_past))

    @router.get(
        f"/{{{key}_id}}", response_model=models.stored, operation_id=f"get{title}", summary=f"Read {a}",
        description=f"One {name}.",
    )  # fmt: skip
    @_typed(number=row_id)
    def get_row(caller: Reader, number: Any) -> JSONResponse:
        return answer(entity.get(caller.store, caller.actor, number))

    @router.patch(
        f"/{{{key}_id}}", response_model=models.stored, operation_id=f"update{title}", summary=f"Change {a}",
        description="Saves the changed fields. Fields that others have changed since `version` are merged; the same field "
        f"conflicts.{own}",
    )  # fmt: skip
    @_typed(number=row_id, edit=models.edit)
    def update_row(caller: Writer, number: Any, edit: Any) -> JSONResponse:
        changes = edit.changes.given()
        return answer(
            entity.update(
                caller.store, caller.actor, number, edit.version, changes, request=caller.request
            ).row
        )

    @router.delete(
        f"/{{{key}_id}}", status_code=204, operation_id=f"delete{title}", summary=f"Delete {a}",
        description=f"Deletes {a}{deletes}; with a `version` only if nobody has changed it since.",
    )  # fmt: skip
    @_typed(number=row_id)
    def delete_row(caller: Writer, number: Any, guard: Guarded) -> Response:
        entity.get(caller.store, caller.actor, number)
        entity.delete(caller.store, caller.actor, number, guard.version, caller.request)
        return Response(status_code=204)

    return router
