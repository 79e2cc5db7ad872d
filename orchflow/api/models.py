"""The JSON of an entity, as its fields declare it: what is stored, added, changed, filtered and sent in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel, Field, create_model

from orchflow.api.bodies import (
    Body,
    Bulk,
    BulkItem,
    Changes,
    Day,
    Instant,
    Notice,
    Number,
    StoredRow,
    Versioned,
    notices_where_any,
)
from orchflow.api.field_values import in_our_words
from orchflow.api.paging import Id, Page, Paging, Words
from orchflow.guidance.entities import ENTITIES
from orchflow.metrics.inputs import INPUTS
from orchflow.planning.work.rules import ANCHORS
from orchflow.store.entity import Entity
from orchflow.store.field import Field as Declared
from orchflow.store.reading import LONGEST_WORD, MOST_WORDS
from orchflow.store.tables import Hung

MOST = 1000
"""Rows in one request."""

_PLACEHOLDERS: dict[str, Any] = {
    "line": "",
    "text": "",
    "number": 0.0,
    "whole": 0,
    "place": 0.0,
    "reference": 0,
}


@dataclass(frozen=True)
class Models:
    """The models of one entity; `bulk` None where its rows have no keys of other programs. `saved` is a row that was added or changed."""

    new: Any
    edit: Any
    stored: Any
    saved: Any
    page: Any
    filters: Any
    bulk: Any


def camel(key: str) -> str:
    """The name of a table as programs name a type: `exchange_rate` is ExchangeRate."""
    return "".join(word.capitalize() for word in key.split("_"))


def models_of(entity: Entity[Any], examples: Mapping[str, Any], past: Any = None) -> Models:
    """The models of `entity`, with examples of a new row (`new`), an edit (`edit`) and many rows (`bulk`).

    `past`: the type of an entry of what happened to a row before it came here, where that can be sent.
    """
    name, anchors = camel(entity.key), tuple(ANCHORS)
    a = with_article(entity.name)

    def model(title: str, about: str, base: type[BaseModel], example: str = "", /, **fields: Any) -> Any:
        made = create_model(title, __base__=base, __doc__=about, __module__=__name__, **fields)
        if example in examples:
            made.model_config = {**made.model_config, "json_schema_extra": {"examples": [examples[example]]}}
            made.model_rebuild(force=True)
        return made

    fields = {
        field.name: _Part(field, issubclass(entity.model, Hung) and field.name == "entity" and anchors)
        for field in entity.fields.values()
        if "api" not in field.off
    }
    editable = {key: part for key, part in fields.items() if not part.field.fixed}
    addable = {key: part for key, part in fields.items() if part.field.fixed in ("", "once")}
    new = model(
        f"New{name}", f"{a.capitalize()} to add.", Body, "new", **{k: p.new() for k, p in addable.items()}
    )
    changes = model(
        f"{name}Changes",
        f"Fields of {a} to change.",
        Changes,
        **{k: p.changed() for k, p in editable.items()},
    )
    edit = model(f"{name}Edit", f"An edit of {a}.", Versioned, "edit", changes=(changes, ...))
    stored = model(
        name, f"{a.capitalize()} as it is stored.", StoredRow, **{k: p.stored() for k, p in fields.items()}
    )
    saved = model(
        f"Saved{name}", f"{a.capitalize()} as it is stored now.", stored,
        notices=(list[Notice], Field([], description="What there is to tell of it, such as names that no fact has.")),
    ) if any(part.field.offers for part in fields.values()) else stored  # fmt: skip
    if saved is not stored:
        saved.model_config = {**saved.model_config, "json_schema_extra": notices_where_any}
        saved.model_rebuild(force=True)
    page: Any = model(
        f"{name}Page",
        f"A page of {entity.name} rows, by id.",
        cast("type[BaseModel]", Page.__class_getitem__(stored)),
    )
    filters = model(f"{name}Filters", "Every given filter applies.", Paging, **filters_of(entity))
    return Models(new, edit, stored, saved, page, filters, _bulk(entity, name, a, model, editable, past))


def with_article(name: str) -> str:
    """`a task`, `an effort`."""
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _bulk(
    entity: Entity[Any], name: str, a: str, model: Any, editable: Mapping[str, _Part], past: Any
) -> Any:
    if "external_id" not in entity.fields:
        return None
    sent = {k: part.changed() for k, part in editable.items() if k not in ("external_id", "external_source")}
    sent |= {
        key: (
            Words | None,
            Field(None, description=f"Instead of `{field.name}`, by the key in the same program."),
        )
        for key, field in keyed_references(entity).items()
    }
    if past is not None:
        about = "What happened to it before it came here. Sent twice, kept once."
        sent["history"] = (list[past], Field([], max_length=2000, description=about))
    item = model(f"{name}Item", f"{a.capitalize()} to add or change.", BulkItem, **sent)
    return model(
        f"{name}Bulk", f"{name} rows by their keys in another program.", Bulk, "bulk",
        items=(list.__class_getitem__(item), Field(min_length=1, max_length=MOST)),
    )  # fmt: skip


def keyed_references(entity: Entity[Any]) -> dict[str, Declared]:
    """`goal_external_id` → the field `goal_id`, for each reference to rows that may have keys of other programs."""
    return {
        f"{field.name.removesuffix('_id')}_external_id": field
        for field in entity.fields.values()
        if field.target is not None and hasattr(field.target, "external_id")
    }


def filters_of(entity: Entity[Any]) -> dict[str, tuple[Any, Any]]:
    """The parameters that narrow a list: the entity's own, and its references, choices and source."""
    parameters: dict[str, tuple[Any, Any]] = {}
    for field in entity.fields.values():
        if field.kind == "reference":
            parameters[field.name] = (
                Id | Literal["none"] | None if not field.required else Id | None,
                Field(None),
            )
        elif field.choices is not None:
            parameters[field.name] = (list.__class_getitem__(field.choices) | None, _LIST)
        elif field.name == "external_source":
            parameters[field.name] = (Words | None, Field(None))
    if issubclass(entity.model, Hung):
        parameters |= {
            "entity": (Literal[tuple(ANCHORS)] | None, Field(None)),
            "entity_id": (Id | None, Field(None)),
        }
    kinds: dict[Any, Any] = {str: Words, int: Id, list[str]: list[Words]}
    for name, own in entity.filters.items():
        parameters[name] = (kinds.get(own.kind, own.kind) | None, Field(None, description=own.about or None))
    return parameters


_LIST = Field(None, description="Any of these; repeat the parameter.")

LIST_PARAMETERS = frozenset(
    name
    for entity in (*ENTITIES.values(), *INPUTS.values())
    for name, (kind, _) in filters_of(entity).items()
    if any(get_origin(part) is list for part in get_args(kind))
)
"""The parameters of lists that may be repeated."""


@dataclass(frozen=True)
class _Part:
    """One field in the models; `anchors` where it names the kind of row that something hangs on."""

    field: Declared
    anchors: Any = False

    def new(self) -> tuple[Any, Any]:
        """A new row says what it must."""
        if self.field.required and not self.field.optional:
            return self._given(self._kind()), Field(**self._told())
        return self.changed()

    def changed(self) -> tuple[Any, Any]:
        """An edit may leave out anything; the default only stands where the schema needs one."""
        return self._given(self._nullable()), Field(self._default(), **self._told())

    def stored(self) -> tuple[Any, Any]:
        """A stored row has every field."""
        return self._nullable(), Field(self._default(), **self._told())

    def _given(self, kind: Any) -> Any:
        return Annotated[kind, in_our_words(self.field)]

    def _nullable(self) -> Any:
        nullable = not self.field.required and self.field.empty is None
        return self._kind() | None if nullable else self._kind()

    def _default(self) -> Any:
        if self.field.empty is not None or not self.field.required:
            return (
                self.field.blank
                if self.field.kind != "number" or self.field.empty is None
                else float(self.field.empty)
            )
        return _PLACEHOLDERS.get(self.field.kind)

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = {"description": self.field.about} if self.field.about else {}
        if self.field.example is not None:
            told["examples"] = [self.field.example]
        return told

    def _kind(self) -> Any:
        field = self.field
        if self.anchors:
            return Literal[self.anchors]
        match field.kind:
            case "line" | "text":
                least = 1 if field.required else None
                limits = Field(
                    min_length=least,
                    max_length=field.length,
                    pattern=f"^({field.pattern})$" if field.pattern else None,
                )
                return Annotated[str, limits]
            case "number":
                return Annotated[Number, Field(ge=_float(field.least), le=_float(field.most))]
            case "whole":
                low, high = (None if limit is None else int(limit) for limit in (field.least, field.most))
                return Annotated[int, Field(ge=low, le=high)]
            case "place":
                return Number
            case "day":
                return Day
            case "instant":
                return Instant
            case "flag":
                return bool
            case "choice":
                return Annotated[field.choices, Field(strict=False)]
            case "reference":
                return Id
            case "words":
                word = Annotated[str, Field(min_length=1, max_length=LONGEST_WORD, pattern="^[^,]*$")]
                return Annotated[list[word], Field(max_length=MOST_WORDS)]
        return field.json


def _float(limit: Any) -> float | None:
    return None if limit is None else float(limit)
