from dataclasses import asdict, replace

import pytest
from pydantic import ValidationError

from catalog.places import Place
from catalog.vocabulary import vocabulary
from services.caveats import caveats_in_spanish
from services.reports.material import Material
from services.reports.model import Passage, Passages, Sheet, Table
from services.reports.sheet import sheet_of
from services.reports.tables import single
from services.reports.words import Words, texts
from services.speech import LANGUAGES

NB = "\u00a0"


@pytest.fixture
def ashton(material: Material, towns: list[Place]) -> Sheet:
    return sheet_of(material.profile(towns[0]), material)


def _said(passages: Passages) -> str:
    return "".join(passage.text for passage in passages)


def _cells(table: Table) -> dict[str, tuple[str, ...]]:
    return {row.label: tuple(cell.replace(NB, " ") for cell in row.cells) for row in table.rows}


def test_the_numbers_are_those_of_the_profile_with_region_state_and_verdict(ashton: Sheet) -> None:
    table = next(table for table in ashton.groups if table.title == "Share of poverty")
    assert table.heads == ("Ashton", "West", "Testland", "Against Testland")
    assert _cells(table) == {
        "Total": ("10.0 ± 2.0", "15.0 ± 2.0", "25.0 ± 2.0", "lower"),
        "Female": ("15.0 ± 2.0", "20.0 ± 2.0", "30.0 ± 2.0", "lower"),
        "Male": ("5.0 ± 2.0", "10.0 ± 2.0", "20.0 ± 2.0", "lower"),
    }
    assert [row.strong for row in table.rows] == [True, False, False]
    assert (table.about, table.chart) == ("percent, 2018–2022", "90% interval")


def test_the_interval_stands_where_its_values_are_on_the_scale(ashton: Sheet) -> None:
    table = next(table for table in ashton.groups if table.title == "Share of poverty")
    assert table.ends == ("0%", "30%")  # the largest value is the state's women
    interval = table.rows[1].interval
    assert interval is not None
    assert asdict(interval) == {
        "lower": pytest.approx(13 / 30, abs=1e-4),
        "estimate": 0.5,
        "upper": pytest.approx(17 / 30, abs=1e-4),
        "region": pytest.approx(20 / 30, abs=1e-4),
        "state": 1.0,
        "firm": True,
        "alt": "90% interval 13.0 to 17.0",
    }


def test_at_a_glance_has_everyone_by_unit_and_counts_without_chart(ashton: Sheet) -> None:
    percent, cases = ashton.overview
    assert (percent.title, list(_cells(percent))) == ("Percent", ["Share of poverty"])
    assert _cells(cases) == {"Share of people": ("100", "No data", "1,400")}
    assert cases.chart is None and not cases.judged
    assert all(row.interval is None for row in cases.rows)


def test_a_table_without_any_value_has_no_chart(material: Material, towns: list[Place]) -> None:
    profile = material.profile(towns[2])
    nothing = next(line for line in profile.lines if line.place.status == "suppressed")
    sheet = sheet_of(replace(profile, lines=(nothing,)), material)
    assert [table.chart for table in sheet.groups] == [None]


def test_what_is_the_whole_by_definition_is_left_out(ashton: Sheet) -> None:
    homes = next(table for table in ashton.groups if table.title == "Share of homes")
    assert list(_cells(homes)) == ["Owner occupied", "Renter occupied"]


def test_the_summary_names_the_indicators_by_their_verdict(ashton: Sheet) -> None:
    assert [(note.term, _said(note.text)) for note in ashton.summary] == [
        ("Clearly lower than Testland", "Share of poverty")
    ]


def test_signs_of_uncertain_and_absent_values_are_shown_and_explained(
    material: Material, towns: list[Place]
) -> None:
    birch, cedar = (sheet_of(material.profile(town), material) for town in towns[1:3])
    women = [_cells(sheet.groups[0])["Female"][0] for sheet in (birch, cedar)]
    assert women == ["25.0† ± 24.5", "Suppressed *"]
    assert _cells(birch.groups[0])["Female"][-1] == "too uncertain"
    assert "† Unreliable" in {note.term for note in birch.reading}
    told = {note.term: _said(note.text) for note in cedar.reading}
    assert "small groups" in told["* Suppressed"] and "† Unreliable" not in told
    assert cedar.groups[0].rows[1].interval is None
    firm = birch.groups[0].rows[1].interval
    assert firm is not None and not firm.firm


def test_indicators_without_a_value_are_named(ashton: Sheet, material: Material, towns: list[Place]) -> None:
    assert ashton.absent is not None and _said(ashton.absent.text).endswith("for Ashton: Share of empty.")
    nothing = replace(material, indicators=material.indicators[3:])
    sheet = sheet_of(nothing.profile(towns[0]), nothing)
    assert sheet.absent is not None and _said(sheet.absent.text).startswith(
        "No indicator has a published value"
    )
    assert (sheet.overview, sheet.groups, sheet.reading) == ((), (), ())


def test_sources_name_versions_dates_licences_and_boundaries(ashton: Sheet) -> None:
    first, towns, regions = map(_said, ashton.sources)
    assert first == (
        "Office of #tests. Terms of use: Creative Commons Attribution 4.0. "
        "Layers: indicator-poverty, indicator-people, indicator-homes (version 1, published January 2, 2026)."
    )
    assert "layer towns, version 1" in towns and "layer regions, version 1" in regions
    assert ashton.dated == "Newest data published January 2, 2026"
    assert [(note.term, _said(note.text)) for note in ashton.caveats] == [
        ("Share of poverty", "A caveat with #markup.")
    ]


def test_the_state_is_not_compared_with_itself_and_has_no_map(material: Material) -> None:
    (state,) = material.places.of("state", "2020")
    sheet = sheet_of(material.profile(state), material)
    assert sheet.picture is None and sheet.summary == ()
    assert sheet.groups[0].heads == ("Testland",)


def test_spanish_reports_are_spanish(material: Material, towns: list[Place]) -> None:
    sheet = sheet_of(material.profile(towns[1]), material, "es")
    assert sheet.subtitle == "Municipio en West (región de planificación), Testland"
    assert _cells(sheet.groups[0])["Femenino"][-1] == "muy incierto"
    assert sheet.groups[0].title == "Parte de poverty"
    assert sheet.dated == "Datos más recientes publicados el 2 de enero de 2026"
    assert [note.text for note in sheet.caveats] == [(Passage("A caveat with #markup.", "en"),)]
    source = sheet.sources[0]
    assert _said(source).startswith(
        "Office of #tests. Condiciones de uso: Creative Commons Atribución 4.0. Capas: "
    )
    assert "publicada el 2 de enero de 2026" in _said(source)
    assert [passage.foreign for passage in source if passage.text.startswith(("Office", "indicator"))] == [
        "en"
    ] * 2


def test_months_are_named_in_the_language_of_the_report(material: Material, towns: list[Place]) -> None:
    profile = material.profile(towns[0])
    old = replace(profile, lines=tuple(replace(line, period="1979-07/1984-06") for line in profile.lines))
    about = [sheet_of(old, material, language).groups[0].about for language in LANGUAGES]
    assert about == ["percent, July 1979 – June 1984", "por ciento, julio de 1979 – junio de 1984"]


def test_a_caveat_with_a_spanish_text_is_spanish(material: Material, towns: list[Place]) -> None:
    told = replace(material, spanish={"A caveat with #markup.": "Una advertencia."})
    assert sheet_of(told.profile(towns[1]), told, "es").caveats[0].text == (Passage("Una advertencia."),)
    assert _said(sheet_of(told.profile(towns[1]), told).caveats[0].text) == "A caveat with #markup."


def test_combinations_of_groups_are_left_out_where_there_are_single_ones(
    material: Material, towns: list[Place]
) -> None:
    line = next(line for line in material.profile(towns[0]).lines if line.indicator == "poverty")
    one = [replace(line, codes={"sex": sex, "age": "total"}) for sex in ("total", "female")]
    both = replace(line, codes={"sex": "female", "age": "65_plus"})
    assert single([*one, both]) == one
    assert single([one[0], both]) == [one[0], both]


def test_the_map_shows_the_place_dark_and_its_region_shaded(ashton: Sheet) -> None:
    assert ashton.picture is not None
    assert ashton.picture.alt == "Map of Testland with Ashton filled dark; West around it is shaded."
    assert ashton.picture.svg.count("#123f6b") == 1 and ashton.picture.svg.count("#b9cde0") == 1


def test_spanish_caveats_are_found_by_the_english_ones_that_are_declared(material: Material) -> None:
    both = {"caveats": ("One.", "Two."), "caveats_es": ("Uno.", "Dos.")}
    poverty, *others = material.indicators
    declared = [poverty.model_copy(update=both), *others]
    assert caveats_in_spanish(declared) == {
        "One.": "Uno.",
        "Two.": "Dos.",
    }
    with pytest.raises(ValidationError, match="caveats_es has 1 texts and caveats 2"):
        type(poverty).model_validate(poverty.model_dump() | both | {"caveats_es": ("Uno.",)})


def test_a_unit_is_said_in_the_language_of_the_report(material: Material) -> None:
    known, *_ = material.indicators
    own = known.model_copy(update={"unit": "per 1000 births", "unit_es": "por cada 1000 nacimientos"})
    alone = own.model_copy(update={"unit_es": None})
    assert [Words("es").unit(one) for one in (known, own, alone)] == [
        "por ciento",
        "por cada 1000 nacimientos",
        "per 1000 births",
    ]
    assert Words("en").unit(own) == "per 1000 births"


def test_every_sign_is_explained_in_both_languages() -> None:
    signs = [term.code for term in vocabulary("statuses").terms if term.attributes.get("symbol")]
    assert signs
    for language in LANGUAGES:
        assert [code for code in signs if f"note {code}" not in texts(language)] == []
