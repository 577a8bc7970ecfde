"""The bridge between race vocabularies: which groups of two questions are the same people.

Two groups are compared over every pair of answers that one person can give to both questions, so that each
statement follows from the definitions of the categories. That the wording of a question changes what people
answer is not part of it: an exact correspondence is one of definition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from catalog.errors import TownlineError
from catalog.tabulation.answers import Question, compatible, question
from catalog.tabulation.extents import extents
from catalog.term_attributes import MIDDLE_EASTERN, OTHER
from catalog.vocabulary import Vocabulary, vocabulary


class NotBridged(TownlineError):
    """A group of one race vocabulary is no group of the other."""


class Relation(StrEnum):
    """How the people of a source group relate to those of a target group."""

    EXACT = "exact"
    NARROWER = "narrower"
    BROADER = "broader"
    NOT_POSSIBLE = "not possible"


@dataclass(frozen=True)
class Correspondence:
    """The relation of a source group to a target group, with the reason where it is not exact."""

    source: str
    target: str
    relation: Relation
    reason: str


@dataclass(frozen=True)
class Bridge:
    """All correspondences from one race vocabulary to another."""

    source: Vocabulary
    target: Vocabulary

    @cached_property
    def correspondences(self) -> dict[tuple[str, str], Correspondence]:
        """Each pair of codes (source, target) with its relation and reason."""
        asked, asked_target = question(self.source), question(self.target)
        ours, theirs = extents(self.source), extents(self.target)
        pairs = [
            (1 << i, 1 << j)
            for i, one in enumerate(asked.answers)
            for j, other in enumerate(asked_target.answers)
            if compatible(asked, one, asked_target, other)
        ]
        found = {}
        for source, mask in ours.masks.items():
            for target, mask_target in theirs.masks.items():
                seen = {(bool(mask & i), bool(mask_target & j)) for i, j in pairs}
                relation = _relation(seen)
                if mask >> len(asked.answers) and source == target:
                    relation = Relation.EXACT
                found[source, target] = Correspondence(
                    source, target, relation, _reason(relation, (True, True) in seen, asked, asked_target)
                )
        return found

    def code(self, source: str) -> str:
        """The target code that counts exactly the people of a source code.

        Raises:
            NotBridged: there is none; the nearest groups and the reason are named.
            UnknownCode: the source vocabulary has no such code.

        """
        self.source.term(source)
        related = [found for (code, _), found in self.correspondences.items() if code == source]
        for found in related:
            if found.relation is Relation.EXACT:
                return found.target
        raise NotBridged(self._refusal(source, related))

    def codes(self, sources: Iterable[str]) -> dict[str, str]:
        """Source code → target code; refused when any has none, all of them named.

        Raises:
            NotBridged: as `code`.
            UnknownCode: as `code`.

        """
        found: dict[str, str] = {}
        refusals = []
        for source in dict.fromkeys(sources):
            try:
                found[source] = self.code(source)
            except NotBridged as error:
                refusals.append(str(error))
        if refusals:
            raise NotBridged("\n".join(refusals))
        return found

    def _refusal(self, source: str, related: list[Correspondence]) -> str:
        head = f"{source!r} of {self.source.id!r} has no exact counterpart in {self.target.id!r}"
        near = [found for found in related if found.relation is not Relation.NOT_POSSIBLE]
        if not near:
            shared = {found.reason for found in related} - {_NOBODY}
            return f"{head}: {'; '.join(sorted(shared)) or _NOBODY}"
        listed = ", ".join(f"{found.relation} than {found.target!r}" for found in near)
        return f"{head}; it is {listed}: {near[0].reason}"


def bridge(source: str, target: str) -> Bridge:
    """The bridge between two race vocabularies.

    Raises:
        NotBridged: one of them is not a race vocabulary.
        UnknownCode: there is no vocabulary of that name.

    """
    ends = vocabulary(source), vocabulary(target)
    for end in ends:
        if end.kind != "race":
            raise NotBridged(f"{end.id!r} is not a race vocabulary: it is of kind {end.kind!r}")
    return Bridge(*ends)


def _relation(seen: set[tuple[bool, bool]]) -> Relation:
    if (True, True) not in seen:
        return Relation.NOT_POSSIBLE
    ours_only, theirs_only = (True, False) in seen, (False, True) in seen
    if ours_only and theirs_only:
        return Relation.NOT_POSSIBLE
    if ours_only:
        return Relation.BROADER
    return Relation.NARROWER if theirs_only else Relation.EXACT


_NOBODY = "they count different people"


def _reason(relation: Relation, meet: bool, source: Question, target: Question) -> str:
    if relation is Relation.EXACT:
        return "the same people by definition"
    if not meet:
        return _NOBODY
    differing = source.categories ^ target.categories
    reasons = ["the two count people differently"]
    if source.combined != target.combined:
        reasons.append("only one has a combined question, where Hispanic can be the only answer")
    if MIDDLE_EASTERN in differing:
        reasons.append("only one tells Middle Eastern or North African from White")
    if OTHER in differing:
        reasons.append("only one offers 'some other race'")
    return "; ".join(reasons[1:] or reasons)
