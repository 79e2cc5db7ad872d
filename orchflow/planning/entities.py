"""The entities of the plan, by the name the history knows their rows by; what is pointed to comes first."""

from __future__ import annotations

from typing import Any, Final

from orchflow.planning.sprints.sprints import SPRINTS
from orchflow.planning.work.attachments import ATTACHMENTS
from orchflow.planning.work.comments import COMMENTS
from orchflow.planning.work.dependencies import DEPENDENCIES
from orchflow.planning.work.efforts import EFFORTS
from orchflow.planning.work.goals import GOALS
from orchflow.planning.work.links import LINKS
from orchflow.planning.work.projects import PROJECTS
from orchflow.planning.work.tasks import TASKS
from orchflow.store.entity import Entity

ENTITIES: Final[dict[str, Entity[Any]]] = {
    entity.key: entity
    for entity in (EFFORTS, PROJECTS, GOALS, SPRINTS, TASKS, DEPENDENCIES, COMMENTS, LINKS, ATTACHMENTS)
}
