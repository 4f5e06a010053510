"""The example as it happened, all facts in one place.

Belongs here: putting the facts together. Does not belong here: making them, writing them down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from examples.generator.exchanges import exchanges, organisations_abroad
from examples.generator.facts import Exchange, Organisation, Person, Training
from examples.generator.organisations import organisations
from examples.generator.people import people
from examples.generator.trainings import TrainingFacts, training_facts


@dataclass(frozen=True, slots=True)
class World:
    """What happened, by true key, so that rows can be written from it."""

    organisations: Mapping[str, Organisation]
    people: Mapping[str, Person]
    training_facts: TrainingFacts
    exchanges: tuple[Exchange, ...]

    @property
    def trainings(self) -> Mapping[str, Training]:
        """The trainings by code."""
        return {training.code: training for training in self.training_facts.trainings}


def world() -> World:
    """The whole example as it happened."""
    known = organisations()
    everybody = people(known)
    return World(
        organisations={each.key: each for each in (*known, *organisations_abroad())},
        people={person.key: person for person in everybody},
        training_facts=training_facts(known, everybody),
        exchanges=exchanges(known),
    )
