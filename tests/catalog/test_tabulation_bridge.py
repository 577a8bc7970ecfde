"""Race and ethnicity of different code lists, bridged."""

from itertools import combinations

import pytest

from catalog.tabulation import (
    NotBridged,
    Relation,
    bridge,
    extents,
    overlaps,
)
from catalog.tabulation.answers import question
from catalog.vocabulary import UnknownCode, vocabulary

RACES = ("race-ethnicity-1997", "race-ethnicity-2024", "acs-race-ethnicity", "education-race-ethnicity")


class TestBridge:
    @pytest.mark.parametrize(
        ("source", "code", "target", "counterpart"),
        [
            ("education-race-ethnicity", "white", "race-ethnicity-1997", "white_alone_not_hispanic"),
            ("education-race-ethnicity", "two_or_more", "race-ethnicity-1997", "two_or_more_not_hispanic"),
            ("education-race-ethnicity", "hispanic", "acs-race-ethnicity", "hispanic"),
            ("race-ethnicity-1997", "asian_alone_not_hispanic", "race-ethnicity-2024", "asian_alone"),
            ("race-ethnicity-1997", "hispanic", "race-ethnicity-2024", "hispanic_in_combination"),
            ("race-ethnicity-2024", "black_alone", "education-race-ethnicity", "black"),
            ("race-ethnicity-2024", "declined", "race-ethnicity-1997", "declined"),
            ("acs-race-ethnicity", "not_hispanic", "race-ethnicity-1997", "not_hispanic"),
        ],
    )
    def test_the_same_people_by_definition(self, source, code, target, counterpart):
        assert bridge(source, target).code(code) == counterpart

    @pytest.mark.parametrize(
        ("source", "code", "target", "counterpart", "relation", "reason"),
        [
            (
                "race-ethnicity-2024",
                "middle_eastern_alone",
                "race-ethnicity-1997",
                "white_alone_not_hispanic",
                "narrower",
                "Middle Eastern or North African",
            ),
            (
                "race-ethnicity-1997",
                "white_alone_not_hispanic",
                "race-ethnicity-2024",
                "middle_eastern_alone",
                "broader",
                "Middle Eastern or North African",
            ),
            (
                "race-ethnicity-2024",
                "multiple",
                "race-ethnicity-1997",
                "two_or_more",
                "not possible",
                "combined question",
            ),
            (
                "race-ethnicity-2024",
                "hispanic_alone",
                "race-ethnicity-1997",
                "hispanic",
                "narrower",
                "combined question",
            ),
            (
                "acs-race-ethnicity",
                "white_alone_not_hispanic",
                "education-race-ethnicity",
                "white",
                "narrower",
                "some other race",
            ),
            (
                "acs-race-ethnicity",
                "two_or_more_not_hispanic",
                "education-race-ethnicity",
                "two_or_more",
                "not possible",
                "some other race",
            ),
            (
                "race-ethnicity-1997",
                "white_alone",
                "education-race-ethnicity",
                "white",
                "broader",
                "count people differently",
            ),
            (
                "race-ethnicity-1997",
                "white_alone",
                "race-ethnicity-1997",
                "black_alone",
                "not possible",
                "different people",
            ),
            (
                "race-ethnicity-1997",
                "unknown",
                "race-ethnicity-2024",
                "declined",
                "not possible",
                "different people",
            ),
        ],
    )
    def test_relations_and_their_reasons(self, source, code, target, counterpart, relation, reason):
        found = bridge(source, target).correspondences[code, counterpart]
        assert found.relation == relation
        assert reason in found.reason

    def test_invalid_translations_are_refused_together(self):
        across = bridge("race-ethnicity-2024", "race-ethnicity-1997")
        assert across.codes(["black_alone", "black_alone"]) == {"black_alone": "black_alone_not_hispanic"}
        with pytest.raises(NotBridged) as caught:
            across.codes(["black_alone", "middle_eastern_alone", "multiple"])
        assert "'middle_eastern_alone' of 'race-ethnicity-2024' has no exact counterpart" in str(caught.value)
        assert "'multiple'" in str(caught.value)
        assert "'black_alone'" not in str(caught.value)

    def test_only_race_vocabularies_are_bridged(self):
        with pytest.raises(NotBridged, match="'sex' is not a race vocabulary"):
            bridge("sex", "race-ethnicity-1997")
        with pytest.raises(UnknownCode, match="white_alone"):
            bridge("race-ethnicity-1997", "acs-race-ethnicity").code("white_alon")

    @pytest.mark.parametrize(("one", "other"), list(combinations(RACES, 2)))
    def test_the_way_back_is_the_converse(self, one, other):
        there, back = bridge(one, other).correspondences, bridge(other, one).correspondences
        converse = {"narrower": Relation.BROADER, "broader": Relation.NARROWER}
        assert {
            (target, source): converse.get(found.relation, found.relation)
            for (source, target), found in there.items()
        } == {pair: found.relation for pair, found in back.items()}

    @pytest.mark.parametrize("name", RACES)
    def test_a_vocabulary_bridges_to_itself_group_by_group(self, name):
        found = vocabulary(name)
        assert bridge(name, name).codes(found.codes) == {code: code for code in found.codes}


def test_extents_of_separate_questions_are_races_by_origin():
    asked = question(vocabulary("acs-race-ethnicity"))
    assert len(asked.answers) == (2**6 - 1) * 2
    assert len(question(vocabulary("race-ethnicity-2024")).answers) == 2**7 - 1
    masks = extents(vocabulary("acs-race-ethnicity")).masks
    assert masks["hispanic"].bit_count() == masks["not_hispanic"].bit_count() == 63
    assert masks["white_in_combination"].bit_count() == 64
    assert overlaps(vocabulary("acs-race-ethnicity"), ["hispanic", "not_hispanic"]) == []
