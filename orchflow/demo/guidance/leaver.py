"""Who left the simulated organisation with work that nobody took over."""

from __future__ import annotations

from orchflow.demo.organisation import Person
from orchflow.demo.plan.cast import NEAREST
from orchflow.demo.plan.scene import Scene


def leaver_of(scene: Scene) -> Person:
    """A domain expert of a near team who has no other part in the plan, of those who hardly use an agent the first."""
    busy = scene.cast.of_role("domain_expert")
    near = [
        person
        for person in scene.simulation.people
        if person.job_role == "domain_expert"
        and person.team in NEAREST
        and person not in busy
        and not person.left
    ]
    return min(near, key=lambda person: (person.habit not in ("never", "rare"), person.position))
