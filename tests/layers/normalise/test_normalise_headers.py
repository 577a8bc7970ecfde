import re

import pyarrow as pa
import pytest

from layers.errors import AmbiguousColumn, MissingColumn, UnlistedColumn
from layers.normalise import published_columns, published_schema

ID = {"name": "id"}


def test_a_header_is_found_as_written_before_it_is_cleaned(layer, normalise):
    manifest = layer(ID, {"name": "kind", "source": "Hospital.Type"})
    found = normalise(manifest, {"id": ["1"], "hospital_type": ["wrong"], "Hospital.Type": ["right"]})
    assert found.column("kind") == ["right"]
    assert found.noted("headers") == {"tiny.csv: columns not taken: 'hospital_type'": None}


def test_headers_are_matched_in_the_written_grammar(layer, normalise):
    manifest = layer(ID, {"name": "tract_fips_2022"}, {"name": "share", "source": "percent absent"})
    found = normalise(manifest, {"ID ": ["1"], "Tract_fips_2022": ["2"], "% Absent": ["3"]})
    assert found.batch.to_pylist() == [{"id": "1", "tract_fips_2022": "2", "share": "3"}]


def test_the_first_declared_name_that_is_present_is_taken(layer, normalise):
    manifest = layer(ID, {"name": "share", "source": ["% Absent", "%"]})
    assert normalise(manifest, {"id": ["1"], "%": ["5"]}).column("share") == ["5"]
    assert normalise(manifest, {"id": ["1"], "%": ["5"], "% Absent": ["6"]}).column("share") == ["6"]


def test_two_headers_that_clean_to_the_same_name_are_ambiguous(layer, normalise):
    with pytest.raises(AmbiguousColumn, match=r"'beds' could be 'Beds', 'BEDS' \(columns 2, 3 of the file\)"):
        normalise(layer(ID, {"name": "beds"}), {"id": ["1"], "Beds": ["1"], "BEDS": ["2"]})


def test_the_same_header_twice_is_ambiguous(layer, normalise):
    twice = pa.RecordBatch.from_arrays([pa.array(["1"])] * 3, names=["id", "beds", "beds"])
    with pytest.raises(AmbiguousColumn, match="'beds', 'beds'"):
        normalise(layer(ID, {"name": "beds"}), twice)


def test_all_missing_columns_are_named_with_what_the_file_has_and_the_nearest(layer, normalise):
    manifest = layer(ID, {"name": "beds"}, {"name": "town", "source": ["Town", "Municipality"]})
    with pytest.raises(MissingColumn) as caught:
        normalise(manifest, {"id": ["1"], "bed": ["1"], "x": ["2"]})
    message = str(caught.value)
    assert message.startswith(
        "layer tiny, file tiny.csv: no column for 'beds' (looked for 'beds'; did you mean bed?)"
    )
    assert "no column for 'town' (looked for 'Town', 'Municipality'" in message
    assert "The file has: 'id', 'bed', 'x'" in message
    assert message.endswith(
        "Where a name changed, add the new one to the manifest: `source: [beds, NEW NAME]`"
    )


def test_only_headers_that_no_column_takes_are_offered(layer, normalise):
    manifest = layer(ID, {"name": "people"}, {"name": "peoples"})
    with pytest.raises(MissingColumn, match=r"looked for 'people'; known: persons\)"):
        normalise(manifest, {"id": ["1"], "peoples": ["1"], "persons": ["2"]})
    with pytest.raises(MissingColumn, match=r"every header is taken by another column\)"):
        normalise(manifest, {"id": ["1"], "peoples": ["1"]})


def test_an_optional_column_may_be_absent_and_the_receipt_says_so(layer, normalise):
    manifest = layer(
        ID, {"name": "students", "type": "integer", "optional": True, "annotations": {"": "not_collected"}}
    )
    found = normalise(manifest, {"id": ["1", "2"]})
    assert found.column("students") == [None, None]
    assert found.column("students_status") == ["not_collected", "not_collected"]
    assert found.noted("headers") == {"tiny.csv has no such column: it is null for its rows": None}


def test_constants_fill_a_column_that_the_file_lacks(layer, normalise):
    sources = [{"mirror": "tiny.csv", "constants": {"year": "2012"}}]
    manifest = layer(ID, {"name": "year", "type": "integer", "required": True}, sources=sources)
    assert normalise(manifest, {"id": ["1", "2"]}).column("year") == [2012, 2012]
    with pytest.raises(AmbiguousColumn, match="'year' is in the file and has a constant as well"):
        normalise(manifest, {"id": ["1"], "Year": ["2013"]})


def test_a_constant_for_an_undeclared_column_is_refused(layer, normalise):
    manifest = layer(ID, sources=[{"mirror": "tiny.csv", "constants": {"yaer": "2012"}}])
    with pytest.raises(UnlistedColumn, match="constants for 'yaer'"):
        normalise(manifest, {"id": ["1"]})


def test_unlisted_columns_can_be_refused(layer, normalise):
    with pytest.raises(UnlistedColumn, match="does not name 'new'; add them to its columns or say"):
        normalise(layer(ID, unlisted="refuse"), {"id": ["1"], "new": ["2"]})


def test_the_geometry_and_its_columns_are_not_unlisted(layer, normalise):
    rules = {"type": "point", "points": {"x": "Lon", "y": "Lat"}, "crs": {"code": "EPSG:4326"}}
    found = normalise(
        layer(ID, geometry=rules, unlisted="refuse"), {"id": ["1"], "LON": ["-72.5"], "LAT": ["41.5"]}
    )
    assert found.shapes[0].wkt == "POINT (-72.5 41.5)"


def test_a_layer_of_features_needs_a_geometry_in_the_file(layer, normalise):
    with pytest.raises(MissingColumn, match="the file has no geometry; columns with one are declared"):
        normalise(layer(ID, geometry={"type": "point"}), {"id": ["1"]})


def test_published_shape_puts_each_status_after_its_column(layer):
    manifest = layer(
        ID,
        {"name": "beds", "type": "integer", "annotations": {"*": "suppressed"}},
        {"name": "day", "type": "date"},
        geometry={"type": "point"},
    )
    assert published_schema(manifest) == pa.schema(
        [
            ("id", pa.string()),
            ("beds", pa.int64()),
            ("beds_status", pa.string()),
            ("day", pa.date32()),
            ("geometry", pa.binary()),
        ]
    )
    status = published_columns(manifest)[2]
    assert (status.name, status.type, status.vocabulary, status.title) == (
        "beds_status",
        "string",
        "statuses",
        "T: status",
    )


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("id;beds", "`delimiter: ';'`"),
        ("id\tbeds", '`delimiter: "\\t"`'),
        ("Department of Health", "`header: {preamble: …}`"),
    ],
)
def test_a_file_with_none_of_the_columns_has_another_delimiter_or_a_preamble(
    layer, normalise, header, advice
):
    with pytest.raises(MissingColumn, match=re.escape(advice)):
        normalise(layer(ID, {"name": "beds"}), {header: ["1"]})
