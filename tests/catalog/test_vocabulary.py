"""Vocabularies: each file is complete, its parts agree, and mistakes are named with their lines."""

import re
from pathlib import Path

import pytest
import yaml

from catalog.encoder import decode, encode, fold
from catalog.errors import ConfigurationError
from catalog.grammar import COLUMN_NAME, LAYER_ID
from catalog.manifests import load_profile
from catalog.tabulation import Dimension, extents, overlaps
from catalog.vocabulary import CODE, FOLDER, TOTAL, UnknownCode, names, vocabulary
from catalog.vocabulary_page import PAGE, vocabulary_page

NAMES = names()
# names of firms, places and units that Spanish leaves as they are
SAME_IN_SPANISH = {
    "agencies": {"ct-ahct", "ct-uch", "datahaven", "ctdata"},
    "language": {"urd", "hin", "guj", "tel", "tam"},
    "licences": {"CC0-1.0"},
}
SMALL = """\
id: small
title: Small
title_es: Pequeño
description: For the tests.
source: the tests
terms:
  - {code: a, label: A, label_es: La A, definition: First.}
  - {code: b, label: B, label_es: La B, definition: Second.}
"""


@pytest.mark.parametrize("name", NAMES)
class TestEveryFile:
    def test_it_loads_under_its_own_name(self, name):
        found = vocabulary(name)
        assert found.id == name == Path(found.file).stem
        assert (FOLDER / Path(found.file).name).is_file()
        assert re.fullmatch(LAYER_ID, name)

    def test_texts_are_present_in_both_languages(self, name):
        found = vocabulary(name)
        assert found.title and found.title_es and found.description and found.source
        alike = set()
        for term in found.terms:
            assert term.label.strip() and term.label_es.strip() and term.definition.strip()
            assert term.definition.endswith("."), term.code
            assert "…" not in term.label_es + term.definition, term.code
            if term.label == term.label_es and re.search("[a-z]{3}", term.label) and term.label != "Total":
                alike.add(term.code)
        assert alike == SAME_IN_SPANISH.get(name, set()), "the Spanish label is the English one"

    def test_codes_follow_the_grammar(self, name):
        found = vocabulary(name)
        assert all(re.fullmatch(CODE, code) for code in found.codes)
        assert TOTAL not in found.codes
        if found.kind in ("race", "interval"):
            assert all(re.fullmatch(COLUMN_NAME, code) for code in found.codes)

    def test_yaml_1_1_readers_see_the_same_texts(self, name):
        document = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
        assert tuple(term["code"] for term in document["terms"]) == vocabulary(name).codes
        assert all(isinstance(found, str) for found in document.get("fixes", {}))

    def test_labels_lead_back_to_their_codes(self, name):
        found = vocabulary(name)
        for language in ("en", "es"):
            labels = decode(list(found.codes), found, language)
            assert encode(labels, found).codes.to_pylist() == list(found.codes)

    def test_no_spelling_differs_from_a_refused_one_by_case_alone(self, name):
        found = vocabulary(name)
        accepted = {fold(text) for text in (*found.codes, *found.fixes)}
        accepted |= {fold(label) for term in found.terms for label in (term.label, term.label_es)}
        assert not accepted & {fold(text) for text in found.refused}

    def test_no_fix_is_idle(self, name):
        found = vocabulary(name)
        assert not set(found.fixes) & set(found.codes)


def test_the_required_vocabularies_exist():
    assert set(NAMES) >= {
        "race-ethnicity-1997",
        "race-ethnicity-2024",
        "acs-race-ethnicity",
        "education-race-ethnicity",
        "sex",
        "gender-identity",
        "sexual-orientation",
        "age-bands",
        "disability",
        "language",
        "english-ability",
        "poverty-ratio-bands",
        "income-bands",
        "nativity",
        "tenure",
        "education",
        "statuses",
        "themes",
        "update-frequencies",
        "licences",
        "agencies",
    }


def test_the_page_is_current():
    page = vocabulary_page([vocabulary(name) for name in NAMES])
    assert PAGE.read_text(encoding="utf-8") == page, "run: python -m catalog.vocabulary_page"


def test_both_kinds_of_suppression_have_one_public_code_and_symbol():
    statuses = vocabulary("statuses")
    assert {"suppressed_primary", "suppressed_complementary"} <= set(statuses.refused)
    assert [code for code in statuses.codes if "suppress" in code] == ["suppressed"]
    symbols = [symbol for term in statuses.terms if (symbol := term.attributes.get("symbol"))]
    assert len(symbols) == len(set(symbols))


def test_every_status_without_a_value_has_a_symbol():
    for term in vocabulary("statuses").terms:
        assert term.attributes["has_value"] or term.attributes["symbol"], term.code


@pytest.mark.parametrize("profile", sorted(Path("config").glob("*/state.yml")), ids=lambda p: p.parent.name)
def test_agencies_of_the_manifests_are_known(profile):
    agencies = [layer.agency for layer in load_profile(profile.parent).layers.values()]
    assert None not in encode(agencies, vocabulary("agencies")).codes.to_pylist()


def test_successors_of_agencies_exist():
    agencies = vocabulary("agencies")
    successors = {term.attributes["successor"] for term in agencies.terms if "successor" in term.attributes}
    assert successors and successors <= set(agencies.codes)


# whole: everyone is in one of them; alone: nobody is in two of them
@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("race-ethnicity-1997", {"hispanic_apart", "race_alone", "origin", "race_by_origin"}),
        ("race-ethnicity-2024", {"alone_and_multiple"}),
        (
            "acs-race-ethnicity",
            {"hispanic_apart", "race_alone", "origin", "race_by_origin", "largest_groups"},
        ),
        ("education-race-ethnicity", {"reported"}),
        (
            "age-bands",
            {
                "five_year",
                "ten_year",
                "standard_population",
                "policy",
                "life_stage",
                "children_adults",
                "acs_b01001",
                "acs_b17024",
            },
        ),
        ("poverty-ratio-bands", {"acs_c17002", "acs_b17024", "poverty", "low_income", "policy"}),
        ("income-bands", {"acs_b25106", "acs_b19001", "survey"}),
        ("nativity", {"nativity", "citizenship", "acs_b05001", "acs_b06009"}),
        ("education", {"acs_b06009", "survey", "bachelors"}),
        ("disability", {"any"}),
        ("language-groups", {"groups", "english"}),
    ],
)
def test_tabulations_that_split_everyone(name, whole):
    found = vocabulary(name)
    silent = {"unknown", "declined"}
    masks = extents(found).masks
    everyone = 0
    for code in set(found.codes) - silent:
        everyone |= masks[code]
    complete = set()
    for tabulation, codes in found.tabulations.items():
        together = 0
        for code in codes:
            together |= masks[code]
        if together == everyone and not overlaps(found, codes):
            complete.add(tabulation)
    assert complete == whole


def load(folder: Path, text: str):
    (folder / "small.yml").write_text(text, encoding="utf-8")
    return vocabulary("small", folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code: b", "code: a", "codes given twice: a"),
        ("code: b", "code: total", "'total' stands for a column that is not split"),
        ("code: b", "code: b b", "small.yml:8: terms.1.code"),
        ("terms:", "fixes: {x: c}\nterms:", "fixes lead to unknown codes: c"),
        ("terms:", "refused: {a: why}\nterms:", "refused and accepted at once: a"),
        ("terms:", "tabulations: {all: [a, c]}\nterms:", "the tabulation 'all' names unknown codes: c"),
        ("terms:", "overlapping: [z]\nterms:", "overlapping names unknown codes: z"),
        ("terms:", "question: combined\nterms:", "goes with kind race"),
        ("terms:", "links: {sex: sex}\nterms:", "sex is 'man', which is neither 'total' nor a code"),
        ("Second.}", "Second., parts: [a, q]}", "the parts of 'b' name unknown codes: q"),
        (", definition: Second.", "", "small.yml:8: terms.1.definition: Field required"),
    ],
)
def test_each_mistake_is_named(tmp_path, old, new, message):
    text = SMALL.replace("First.}", "First., attributes: {sex: man}}").replace(old, new)
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ("{race: white}", "small.yml:10: terms.1: term 'b', attributes: tabulation: Field required"),
        ("{tabulation: alone}", "race and tabulation 'alone' do not go together"),
        ("{tabulation: any, race: white}", "race and tabulation 'any' do not go together"),
        ("{tabulation: alone, race: purple}", "race: Input should be"),
        ("{tabulation: any, combination: rest}", "combination needs tabulation 'multiple'"),
        ("{tabulation: any, colour: red}", "colour: Extra inputs are not permitted"),
    ],
)
def test_how_race_was_tabulated_is_required(tmp_path, attributes, message):
    text = SMALL.replace("terms:", "kind: race\nquestion: separate\nterms:")
    text = text.replace("First.}", "First., attributes: {tabulation: any}}")
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        load(tmp_path, text.replace("Second.}", f"Second., attributes: {attributes}}}"))


def test_empty_ranges_and_facts_beside_parts_are_refused(tmp_path):
    text = SMALL.replace("terms:", "kind: interval\nterms:")
    with pytest.raises(ConfigurationError, match=r"the range from 5\.0 up to 5\.0 is empty"):
        load(tmp_path, text.replace("Second.}", "Second., attributes: {lower: 5, upper: 5}}"))
    vocabulary.cache_clear()
    with pytest.raises(ConfigurationError, match="its attributes follow from them"):
        load(tmp_path, text.replace("Second.}", "Second., parts: [a], attributes: {lower: 5}}"))


def test_parts_that_lead_back_are_refused(tmp_path):
    text = SMALL.replace("First.}", "First., parts: [b]}").replace("Second.}", "Second., parts: [a]}")
    with pytest.raises(ConfigurationError, match="parts lead back to their whole: "):
        load(tmp_path, text)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(UnknownCode, match="did you mean age-bands"):
        vocabulary("age-band")
    with pytest.raises(UnknownCode, match="five_year"):
        vocabulary("age-bands").tabulation("five_years")
    with pytest.raises(UnknownCode, match="female"):
        vocabulary("sex").term("femal")


class TestDimension:
    def test_a_dimension_has_the_codes_of_its_tabulation_and_total(self):
        age = Dimension(name="age", vocabulary="age-bands", tabulation="life_stage")
        assert age.codes == ("age_00_17", "age_18_64", "age_65_plus")
        assert age.allowed[0] == TOTAL
        assert age.additive
        assert age.label("age_00_17", "es") == "Menores de 18 años"
        assert age.label(TOTAL) == "Total"

    def test_groups_in_combination_do_not_add_up(self):
        race = Dimension(name="race", vocabulary="race-ethnicity-2024", tabulation="alone_or_in_combination")
        assert not race.additive

    def test_race_must_say_how_it_was_tabulated(self):
        with pytest.raises(ValueError, match="says how race was tabulated: hispanic_apart, race_alone"):
            Dimension(name="race", vocabulary="acs-race-ethnicity")

    def test_unknown_vocabularies_and_tabulations_are_named(self):
        with pytest.raises(ValueError, match="did you mean sex"):
            Dimension(name="sex", vocabulary="sexx")
        with pytest.raises(ValueError, match="no tabulation 'five'"):
            Dimension(name="age", vocabulary="age-bands", tabulation="five")
