"""The answers that a race question allows, and which answers of two questions one person can give.

An answer is the set of categories marked. Where Hispanic origin is asked apart (OMB 1997, ACS, schools) every
answer has one race or more, with or without `hispanic`; where one combined question is asked (OMB 2024) any
category, `hispanic` included, can stand alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from catalog.term_attributes import HISPANIC, MIDDLE_EASTERN, OTHER, WHITE, RaceAttributes
from catalog.vocabulary import Vocabulary

Answer = frozenset[str]


@dataclass(frozen=True)
class Question:
    """A race question: its categories and whether Hispanic origin is one of them."""

    categories: frozenset[str]
    combined: bool

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every possible answer, fewest categories first."""
        marked = list(_subsets(sorted(self.categories)))
        if self.combined:
            return tuple(marked)
        return tuple(answer for races in marked for answer in (races, races | {HISPANIC}))

    def counts(self, group: RaceAttributes, answer: Answer) -> bool:
        """Whether a group counts the people of an answer."""
        if group.origin != "any" and (group.origin == "hispanic") != (HISPANIC in answer):
            return False
        marked = answer if self.combined else answer - {HISPANIC}
        match group.tabulation:
            case "any":
                return True
            case "alone":
                return marked == {group.race}
            case "alone_or_in_combination":
                return group.race in marked
            case "multiple":
                two_with_other = len(marked) == 2 and OTHER in marked
                wanted = {None: True, "two_with_other": two_with_other, "rest": not two_with_other}
                return len(marked) > 1 and wanted[group.combination]
            case "not_stated":
                return False


def question(of: Vocabulary) -> Question:
    """The question behind a race vocabulary: its categories are those that its groups name."""
    named = {str(term.attributes["race"]) for term in of.terms if term.attributes.get("race")}
    return Question(frozenset(named), combined=of.question == "combined")


def compatible(first: Question, one: Answer, second: Question, other: Answer) -> bool:
    """Whether one person can have given both answers, by the definitions of the categories.

    Hispanic origin is the same in every question. Someone who marked nothing but Hispanic in a combined
    question may be of any race. Middle Eastern and North African people are White where that category does
    not exist (OMB 1997 definition of White). "Some other race", where only one question offers it, says
    nothing: the person gave at least the remaining races to the other question.
    """
    if (HISPANIC in one) != (HISPANIC in other):
        return False
    races_one, races_other = one - {HISPANIC}, other - {HISPANIC}
    if first.combined != second.combined and not (races_one and races_other):
        return True
    if MIDDLE_EASTERN not in first.categories & second.categories:
        races_one, races_other = _without_middle_eastern(races_one), _without_middle_eastern(races_other)
    if OTHER in races_one and OTHER not in second.categories:
        return races_one - {OTHER} <= races_other
    if OTHER in races_other and OTHER not in first.categories:
        return races_other - {OTHER} <= races_one
    return races_one == races_other


def _without_middle_eastern(races: Answer) -> Answer:
    return races - {MIDDLE_EASTERN} | {WHITE} if MIDDLE_EASTERN in races else races


def _subsets(categories: list[str]) -> Iterator[Answer]:
    return (
        frozenset(chosen)
        for size in range(1, len(categories) + 1)
        for chosen in combinations(categories, size)
    )
