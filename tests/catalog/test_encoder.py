"""The encoder: values as found become codes, fixes are counted, and what is not known names the line to add."""

import csv
import json
import unicodedata

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.encoder import Fix, RefusedByVocabulary, UnseenValue, decode, encode, fold, mended
from catalog.errors import ConfigurationError, DataError
from catalog.vocabulary import FOLDER, UnknownCode, names, vocabulary

SEX = vocabulary("sex")
ALL = [vocabulary(name) for name in names()]


def test_values_become_codes_and_fixes_are_counted():
    encoded = encode(["Male", "F", "female", None, "F", "  MALE "], SEX)
    assert encoded.codes.to_pylist() == ["male", "female", "female", None, "female", "male"]
    assert encoded.fixes == (Fix("  MALE ", "male", 1), Fix("F", "female", 2), Fix("Male", "male", 1))


@pytest.mark.parametrize(
    "values",
    [
        pa.array(["M", None, "F"]),
        pa.array(["M", None, "F"], pa.large_string()),
        pa.array(["M", None, "F"]).dictionary_encode(),
        pa.chunked_array([["M"], [None, "F"]]),
        pa.chunked_array([pa.array(["M", None]).dictionary_encode(), pa.array(["F"]).dictionary_encode()]),
        ["M", None, "F"],
    ],
    ids=["string", "large", "dictionary", "chunked", "chunked dictionary", "list"],
)
def test_every_array_of_texts_is_taken(values):
    assert encode(values, SEX).codes.to_pylist() == ["male", None, "female"]


@pytest.mark.parametrize("values", [[], pa.array([], pa.string()), [None, None], pa.nulls(2)])
def test_nothing_gives_nothing(values):
    encoded = encode(values, SEX)
    assert encoded.codes.to_pylist() == [None] * len(values)
    assert encoded.codes.type == pa.string()
    assert encoded.fixes == ()


@pytest.mark.parametrize("values", [pa.array([1, 2]), [1, 2], pa.array([True])])
def test_numbers_are_refused_since_they_have_lost_zeros(values):
    with pytest.raises(DataError, match="texts are needed"):
        encode(values, SEX)


def test_refused_values_stop_with_the_reason():
    with pytest.raises(RefusedByVocabulary, match="'1': male in some files and female in others"):
        encode(["male", "1", "unheard"], SEX)


def test_bare_race_names_are_refused_where_origin_is_open():
    with pytest.raises(RefusedByVocabulary, match="white_alone or white_alone_not_hispanic"):
        encode(["White"], vocabulary("acs-race-ethnicity"))
    assert encode(["White"], vocabulary("education-race-ethnicity")).codes.to_pylist() == ["white"]


@pytest.mark.parametrize("value", ["Femal", 'say "yes"', "12", "a: b # c", "ñandú\ttab", "\\", "no", "null"])
def test_the_lines_to_add_are_enough(tmp_path, value):
    with pytest.raises(UnseenValue) as caught:
        encode(["male", value], SEX)
    message = str(caught.value)
    assert "1 value is not in the vocabulary 'sex'; add to catalog/vocabularies/sex.yml" in message
    lines = message.splitlines()
    fix = lines[lines.index("fixes:") + 1].replace(": CODE", ": female")
    term = lines[lines.index("terms:") + 1]
    text = (FOLDER / "sex.yml").read_text(encoding="utf-8")
    (tmp_path / "sex.yml").write_text(text.replace("fixes:\n", f"fixes:\n{fix}\n"), encoding="utf-8")
    assert encode([value], vocabulary("sex", tmp_path)).codes.to_pylist() == ["female"]
    (tmp_path / "with").mkdir()
    (tmp_path / "with" / "sex.yml").write_text(
        text.replace("terms:\n", f"terms:\n{term}\n"), encoding="utf-8"
    )
    extended = vocabulary("sex", tmp_path / "with")
    assert encode([value], extended).codes.to_pylist() == [yaml.safe_load(term)[0]["code"]]


def test_a_misspelling_is_offered_its_likely_code():
    with pytest.raises(UnseenValue, match='"Departmnt of Motor Vehicles": ct-dmv'):
        encode(["Departmnt of Motor Vehicles"], vocabulary("agencies"))


@pytest.mark.parametrize(
    "spelling",
    [
        "State of Connecticut, Department of Transportation",
        "Department of Transportation, State of Connecticut",
        "DEPARTMENT OF TRANSPORTATION, CT",
        "Connecticut Dept. of Transportation",
        "Dept of Transportation",
        "The Connecticut Department of Transportation",
        "Conn. State Department of Transportation",
        "Transportation, Department of",
        "Connecticut DOT",
    ],
)
def test_ways_of_writing_that_mean_the_same_are_one(spelling):
    assert encode([spelling], vocabulary("agencies")).codes.to_pylist() == ["ct-dot"]


@pytest.mark.parametrize(
    "other",
    [
        "North Carolina Department of Transportation",
        "U.S. Department of Transportation",
        "Department of Transportation (NC)",
        "Connecticut EPA",
        "CT CDC",
        "Hartford, CT",
        "Department",
    ],
)
def test_no_rewrite_leads_to_another_agency(other):
    with pytest.raises(UnseenValue, match=r"add to catalog/vocabularies/agencies\.yml"):
        encode([other], vocabulary("agencies"))


def test_rewrites_never_decide_between_codes_and_never_pass_a_refusal(tmp_path):
    text = (
        "id: shops\ntitle: S\ntitle_es: S\ndescription: d\nsource: s\nterms:\n"
        "  - {code: a, label: Shop One, label_es: Uno, definition: d.}\n"
        "  - {code: b, label: Store One, label_es: Dos, definition: d.}\n"
        "  - {code: c, label: Shop Two, label_es: Tres, definition: d.}\n"
        "rewrites:\n  - {pattern: '\\bstore\\b', by: shop}\n  - {pattern: '^the\\b'}\n"
        "refused: {Shop Three: closed}\n"
    )
    (tmp_path / "shops.yml").write_text(text, encoding="utf-8")
    shops = vocabulary("shops", tmp_path)
    assert encode(["store two", "The Shop Two", "store one"], shops).codes.to_pylist() == ["c", "c", "b"]
    with pytest.raises(UnseenValue):
        encode(["the store one"], shops)
    with pytest.raises(RefusedByVocabulary, match="closed"):
        encode(["The Store  Three"], shops)
    assert mended(["store two", "c", "Shop Three", "x"], shops) == {"store two": "c"}
    (tmp_path / "wrong.yml").write_text(
        text.replace("^the", "(the").replace("shops", "wrong"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match="not a regular expression"):
        vocabulary("wrong", tmp_path)


def test_long_lists_are_cut():
    with pytest.raises(
        UnseenValue, match=r"30 values are not in the vocabulary 'sex' \(10 more are not shown\)"
    ):
        encode([f"value {i}" for i in range(30)], SEX)
    with pytest.raises(RefusedByVocabulary, match="1 value is refused"):
        encode(["2"], SEX)


def test_a_folded_spelling_of_two_codes_is_not_guessed(tmp_path):
    (tmp_path / "shades.yml").write_text(
        "id: shades\ntitle: S\ntitle_es: S\ndescription: d\nsource: s\nterms:\n"
        "  - {code: a, label: Rosé, label_es: Uno, definition: d.}\n"
        "  - {code: b, label: Rose, label_es: Dos, definition: d.}\n",
        encoding="utf-8",
    )
    shades = vocabulary("shades", tmp_path)
    with pytest.raises(UnseenValue):
        encode(["ROSE"], shades)
    assert encode(["uno"], shades).codes.to_pylist() == ["a"]


def test_labels_come_in_both_languages():
    assert decode(["male", None, "male"], SEX).to_pylist() == ["Male", None, "Male"]
    assert decode(pa.array(["female"]), SEX, "es").to_pylist() == ["Femenino"]
    with pytest.raises(UnknownCode, match="did you mean female"):
        decode(["femal"], SEX)


def test_fold_keeps_what_carries_meaning():
    assert fold("  Hispánico \t o  LATINO ") == "hispanico o latino"
    assert fold("65+") != fold("65")
    assert fold("<$30K") == "<$30k"


@given(
    st.sampled_from(ALL).flatmap(lambda v: st.tuples(st.just(v), st.lists(st.sampled_from((*v.codes, None)))))
)
def test_codes_go_through_labels_and_back(drawn):
    found, codes = drawn
    for language in ("en", "es"):
        assert encode(decode(codes, found, language), found).codes.to_pylist() == codes
    assert encode(codes, found).fixes == ()


@given(
    st.sampled_from(ALL).flatmap(
        lambda v: st.tuples(st.just(v), st.sampled_from([*v.codes, *v.fixes, *(t.label for t in v.terms)]))
    ),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", " ", "\t", "\u00a0"]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_case_space_and_accents_change_no_code(drawn, case, space, form):
    found, spelling = drawn
    changed = space + unicodedata.normalize(form, case(spelling)).replace(" ", " " + space) + space
    if fold(changed) != fold(spelling):
        return  # upper case is not reversible for every letter
    try:
        code = encode([changed], found).codes[0].as_py()
    except UnseenValue:
        code = None  # the folded spelling is that of several codes
    assert code in (None, encode([spelling], found).codes[0].as_py())
    assert code is not None or changed not in (*found.codes, *found.fixes)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5), st.sampled_from(SEX.codes)), max_size=20))
def test_any_text_is_encoded_whole_or_refused(values):
    try:
        encoded = encode(values, SEX)
    except (UnseenValue, RefusedByVocabulary):
        return
    codes = encoded.codes.to_pylist()
    assert [code is None for code in codes] == [value is None for value in values]
    assert sum(fix.rows for fix in encoded.fixes) == sum(v != c for v, c in zip(values, codes, strict=True))


@pytest.mark.state_data
def test_every_agency_of_the_real_catalogue_resolves(state_data):
    path = state_data / "catalog" / "data_ct_gov_catalog_sample.json"
    agencies = [record.get("Attribution") for record in json.loads(path.read_text(encoding="utf-8"))]
    encoded = encode(agencies, vocabulary("agencies"))
    assert encoded.codes.null_count == agencies.count(None)
    codes = dict(zip(agencies, encoded.codes.to_pylist(), strict=True))
    assert codes["SDE"] == codes["State Department of Education"] == "ct-csde"
    assert codes["Departmet of Motor Vehicles"] == codes["Department of Motor Vehicles"]
    assert codes["Officec of Policy and Management"] == codes["Office of Policy and Management"]
    assert len({fix.code for fix in encoded.fixes if "Public Health" in fix.found or "DPH" in fix.found}) == 1


@pytest.mark.state_data
def test_the_groups_of_real_files_resolve(state_data):
    def column(path, name):
        with (state_data / path).open(encoding="utf-8-sig") as file:
            return [row[name] for row in csv.DictReader(file)]

    schools = column("absenteeism/chronic_absenteeism_by_race_ethnicity_2012-2019.csv", "Race/Ethnicity")
    encode(schools, vocabulary("education-race-ethnicity"))
    path = "covid/cws_2020_covid_basic_profile.csv"
    groups = list(zip(column(path, "category"), column(path, "group"), strict=True))
    for category, name in [
        ("Gender", "sex"),
        ("Age", "age-bands"),
        ("Education", "education"),
        ("Income", "income-bands"),
    ]:
        found = [group for each, group in groups if each == category]
        assert found
        assert encode(found, vocabulary(name)).codes.null_count == 0
