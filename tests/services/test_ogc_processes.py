"""Processes: profiles and rankings of a tiny state, whatever else an execution may hold.

Four counties and the state, whose poverty is published by sex:

    county   total (± 90 %)   female       male
    Ash      10 ± 1           12 ± 1       8 ± 1
    Birch    30 ± 1           suppressed   25 ± 5
    Cedar    20 ± 9           20 ± 9       20 (no margin)
    Dogwood  30 ± 1           suppressed   25 ± 5
    state    20 ± 0.1         21 ± 0.1     19 ± 0.1
"""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from owslib.ogcapi.processes import Processes
from pygeoapi.openapi import validate_openapi_document

from catalog.receipts import Receipt
from catalog.records import PublishedColumn, Record
from catalog.store import Store
from services.ogc.processes.profile import MOST_PLACES
from services.web.app import create_app

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
PROFILE, RANK = "/ogc/processes/profile-place", "/ogc/processes/rank-places"

PLACES = """
state: {geoid: "99", name: Testland}
boundaries:
  county: {"2020": counties}
aliases: {Old Mill: Ash}
"""
LAYER = """
id: survey
kind: table
title: Survey
description: A survey made for the tests of processes.
agency: Office of Tests
theme: population
licence: CC0-1.0
cadence: annually
sources: [{mirror: survey.csv}]
columns:
  - {name: level, source: level, type: string, title: Level, description: Type of the place.}
  - {name: geoid, source: geoid, type: string, title: Id, description: Id of the place.}
  - {name: value, source: value, type: number, title: Value, description: Share of people in poverty.}
  - {name: sex, source: sex, type: string, title: Sex, description: Sex of the people.}
key: [geoid, sex]
"""
INDICATOR = """
id: poverty
title: People in poverty
title_es: Personas en pobreza
definition: People below the poverty level, as a share of all.
definition_es: Personas bajo el nivel de pobreza, como proporción de todas.
universe: People
universe_es: Personas
theme: population
kind: share
per: 100
unit: percent
decimals: 1
direction: lower_is_better
dimensions: [{name: sex, vocabulary: sex}]
source:
  layer: survey
  place: {type: {column: level}, vintage: "2020", id: geoid}
  period: {fixed: "2020"}
cells: {shape: tidy, value: value, codes: {sex: sex}}
places: [county, state]
"""
COUNTIES = {"99001": "Ash", "99003": "Birch", "99005": "Cedar", "99007": "Dogwood"}
VALUES: dict[str, tuple[tuple[float | None, float | None], ...]] = {
    "99001": ((10, 1), (12, 1), (8, 1)),
    "99003": ((30, 1), (None, None), (25, 5)),
    "99005": ((20, 9), (20, 9), (20, None)),
    "99007": ((30, 1), (None, None), (25, 5)),
    "99": ((20, 0.1), (21, 0.1), (19, 0.1)),
}
TEXTS = ("place_type", "vintage", "geoid", "name", "indicator", "period", "sex", "status", "reliability",
         "moe_source", "method")  # fmt: skip
NUMBERS = ("estimate", "moe", "numerator", "numerator_moe", "denominator", "denominator_moe", "lower", "upper",
           "split_share")  # fmt: skip

Row = dict[str, Any]
Execute = Callable[..., Any]


def _rows(period: str, shift: float = 0.0) -> Iterator[Row]:
    for geoid, values in VALUES.items():
        for sex, (estimate, moe) in zip(("total", "female", "male"), values, strict=True):
            yield dict.fromkeys(TEXTS, "") | dict.fromkeys(NUMBERS) | {
                "place_type": "state" if geoid == "99" else "county",
                "vintage": "2020",
                "geoid": geoid,
                "name": COUNTIES.get(geoid, "Testland"),
                "indicator": "poverty",
                "period": period,
                "sex": sex,
                "estimate": None if estimate is None else estimate + shift,
                "moe": moe,
                "status": "suppressed" if estimate is None else "published",
                "reliability": None,
            }  # fmt: skip


def _publish(store: Store, layer: str, rows: list[Row], **values: Any) -> None:
    columns = tuple(
        PublishedColumn(
            name=name,
            type="number" if name in NUMBERS else "string",
            title="People in poverty" if name == "estimate" else name.title(),
            description=f"The {name}.",
            unit="percent" if name == "estimate" else None,
        )
        for name in rows[0]
    )
    schema = pa.schema([(one.name, pa.float64() if one.type == "number" else pa.string()) for one in columns])
    with store.open_draft(layer) as draft:
        pq.write_table(pa.Table.from_pylist(rows, schema), draft.path("data.parquet"))
        draft.path("serve.sqlite").write_bytes(b"no index is needed here")
        record = Record.model_validate(
            {
                "id": layer,
                "version": draft.number,
                "kind": "table",
                "state": "testland",
                "title": layer,
                "description": "A layer made for the tests of processes.",
                "agency": "Office of Tests",
                "theme": "population",
                "licence": "CC0-1.0",
                "cadence": "annually",
                "columns": columns,
                "rows": len(rows),
                "published_at": MOMENT,
                "data_changed_at": MOMENT,
            }
            | values
        )
        receipt = Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)
        draft.publish(record, receipt, who="tests", reason="a test", at=MOMENT)


@pytest.fixture(scope="module")
def figures_app(tmp_path_factory: pytest.TempPathFactory, make_settings: Callable[..., Any]) -> flask.Flask:
    """The application over a store with one indicator, and another one that nobody may see."""
    folder = tmp_path_factory.mktemp("figures")
    given_settings = make_settings(folder)
    profile = folder / "profile"
    (profile / "layers").mkdir()
    (profile / "indicators").mkdir()
    (profile / "places.yml").write_text(PLACES)
    (profile / "layers" / "survey.yml").write_text(LAYER)
    (profile / "indicators" / "poverty.yml").write_text(INDICATOR)
    store = Store(folder / "store")
    counties = [{"geoid": geoid, "name": name} for geoid, name in COUNTIES.items()]
    reference = {"type": "county", "vintage": "2020", "id": "geoid", "name": "name"}
    _publish(store, "counties", counties, places=reference)
    _publish(store, "indicator-poverty", [*_rows("2019", 5.0), *_rows("2020")])
    _publish(store, "indicator-secret", list(_rows("2020")), access="restricted")
    return create_app(*given_settings)


@pytest.fixture
def figures(figures_app: flask.Flask) -> FlaskClient:
    return figures_app.test_client()


@pytest.fixture
def execute(figures: FlaskClient) -> Execute:
    """The answer to an execution."""

    def run(process: str, inputs: object, **members: object) -> Any:
        return figures.post(f"{process}/execution", json={"inputs": inputs} | members)

    return run


def _group(profile: Row, sex: str) -> Row:
    (indicator,) = profile["indicators"]
    return next(one for one in indicator["groups"] if one["codes"] == {"sex": sex})


@pytest.mark.parametrize("asked", ["poverty", ["poverty"]])
def test_the_only_indicator_can_be_named(execute: Execute, asked: object) -> None:
    (profile,) = execute(PROFILE, {"place": "Ash", "indicator": asked}).get_json()
    assert [one["indicator"] for one in profile["indicators"]] == ["poverty"]


def test_a_profile_holds_every_value_beside_the_state_s(execute: Execute) -> None:
    (profile,) = execute(PROFILE, {"place": "Ash"}).get_json()
    (indicator,) = profile["indicators"]
    total, female = _group(profile, "total"), _group(profile, "female")

    assert profile["place"] == {"type": "county", "vintage": "2020", "geoid": "99001", "name": "Ash"}
    assert (indicator["indicator"], indicator["period"], indicator["version"]) == ("poverty", "2020", 1)
    assert (indicator["layer"], indicator["unit"]) == ("indicator-poverty", "percent")
    assert indicator["direction"] == "lower_is_better"
    assert (total["place"]["estimate"], total["place"]["moe"], total["state"]["estimate"]) == (10, 1, 20)
    assert total["against_state"] == "lower"
    assert (female["label"], female["place"]["estimate"]) == ("Female", 12)
    assert {"lower", "upper", "status", "reliability"} <= set(total["place"])


def test_a_list_of_places_by_name_id_and_older_name_in_the_order_given(execute: Execute) -> None:
    profiles = execute(PROFILE, {"place": ["99005", "Old Mill", "testland"]}).get_json()

    assert [one["place"]["name"] for one in profiles] == ["Cedar", "Ash", "Testland"]
    assert [one["asked"] for one in profiles] == ["99005", "Old Mill", "testland"]
    assert [one["found_as"] for one in profiles] == [None, "Old Mill", None]


def test_requests_share_what_is_read_and_say_the_same(
    execute: Execute, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, reads, read = ["Ash", "Birch", "Cedar", "testland", "Ash"], [], pq.read_table
    alone = [execute(PROFILE, {"place": name}).get_json()[0] for name in names]

    def counted(path: Path, **options: Any) -> pa.Table:
        reads.append(path.parts[-3])
        return read(path, **options)

    monkeypatch.setattr(pq, "read_table", counted)
    assert execute(PROFILE, {"place": names}).get_json() == alone
    assert reads.count("indicator-poverty") == 0


def test_a_suppressed_value_is_absent_and_said_to_be(execute: Execute) -> None:
    (profile,) = execute(PROFILE, {"place": "Birch"}).get_json()
    value = _group(profile, "female")["place"]

    assert (value["estimate"], value["moe"], value["status"]) == (None, None, "suppressed")
    assert _group(profile, "female")["against_state"] is None


def test_a_ranking_has_ties_and_says_what_the_order_is_worth(execute: Execute) -> None:
    found = execute(RANK, {"indicator": "poverty", "place_type": "county"}).get_json()
    rows = [(one["rank"], one["tied"], one["name"], one["estimate"]) for one in found["places"]]

    assert rows == [
        (1, True, "Birch", 30),
        (1, True, "Dogwood", 30),
        (3, False, "Cedar", 20),
        (4, False, "Ash", 10),
    ]
    assert [one["differs_from_next"] for one in found["places"]] == [False, True, True, None]
    assert [(one["best_rank"], one["worst_rank"]) for one in found["places"]] == [
        (1, 2),
        (1, 2),
        (3, 3),
        (4, 4),
    ]
    assert found["note"].startswith("1 of 3 neighbours in rank do not differ significantly")
    assert (found["period"], found["vintage"], found["codes"]) == ("2020", "2020", {"sex": "total"})
    assert (found["title"], found["unit"], found["layer"]) == (
        "People in poverty",
        "percent",
        "indicator-poverty",
    )


def test_a_ranking_names_places_without_a_value_and_missing_margins(execute: Execute) -> None:
    common = {"indicator": "poverty", "place_type": "county"}
    female = execute(RANK, common | {"group": {"sex": "female"}}).get_json()
    male = execute(RANK, common | {"group": {"sex": "male"}, "order": "ascending"}).get_json()

    assert [one["name"] for one in female["places"]] == ["Cedar", "Ash"]
    assert [(one["name"], one["status"]) for one in female["unranked"]] == [
        ("Birch", "suppressed"),
        ("Dogwood", "suppressed"),
    ]
    assert [one["name"] for one in male["places"]] == ["Ash", "Cedar", "Birch", "Dogwood"]
    assert "not known whether they differ" in male["note"]


def test_a_ranking_of_another_period_and_of_a_few_places(execute: Execute) -> None:
    asked = {"indicator": "poverty", "place_type": "county", "period": "2019", "limit": 1}
    found = execute(RANK, asked).get_json()

    assert [(one["name"], one["estimate"]) for one in found["places"]] == [("Birch", 35)]
    assert (found["ranked"], found["period"]) == (4, "2019")


def test_the_answer_is_the_output_or_a_document_with_it(execute: Execute) -> None:
    raw = execute(PROFILE, {"place": "Ash"}).get_json()

    assert execute(PROFILE, {"place": "Ash"}, response="document").get_json() == {"profiles": raw}
    assert execute(PROFILE, {"place": {"value": "Ash"}}, outputs={"profiles": {}}).get_json() == raw
    assert execute(PROFILE, {"place": "Ash"}).content_type == "application/json"


BAD_INPUTS = [
    (PROFILE, {}, "inputs.place: is needed"),
    (PROFILE, {"place": "Elm"}, "there is no place 'Elm'"),
    (PROFILE, {"place": 5}, "must be of type string"),
    (PROFILE, {"place": ["Ash", None]}, "inputs.place[1]: must be of type string"),
    (PROFILE, {"place": []}, f"takes 1 to {MOST_PLACES} values"),
    (PROFILE, {"place": ["Ash"] * (MOST_PLACES + 1)}, f"takes 1 to {MOST_PLACES} values"),
    (PROFILE, {"place": "A" * 201}, "200 characters or fewer"),
    (PROFILE, {"place": {"href": "http://127.0.0.1/"}}, "addresses are never fetched"),
    (PROFILE, {"place": "Ash", "places": "Ash"}, "known: place, place_type, indicator"),
    (PROFILE, {"place": "Ash", "indicator": "secret"}, "must be one of poverty; given"),
    (PROFILE, {"place": "Ash", "place_type": "village"}, "must be one of county, state"),
    (PROFILE, ["Ash"], "inputs must be an object with place"),
    (RANK, {"place_type": "county"}, "inputs.indicator: is needed"),
    (RANK, {"indicator": "secret", "place_type": "county"}, "must be one of poverty; given"),
    (RANK, {"indicator": "poverty", "place_type": "tract"}, "did you mean state?"),
    (RANK, {"indicator": "poverty", "place_type": "county", "limit": 0}, "must be 1 or more"),
    (RANK, {"indicator": "poverty", "place_type": "county", "limit": True}, "must be of type integer"),
    (RANK, {"indicator": "poverty", "place_type": "county", "order": "best"}, "descending, ascending"),
    (RANK, {"indicator": "poverty", "place_type": "county", "group": {"race": "x"}}, "known: sex"),
    (RANK, {"indicator": "poverty", "place_type": "county", "group": {"sex": "x"}}, "female, male, total"),
    (RANK, {"indicator": "poverty", "place_type": "county", "group": "female"}, "must be of type object"),
    (RANK, {"indicator": "poverty", "place_type": "county", "period": "2021"}, "2020 or 2019"),
    (RANK, {"indicator": "poverty", "place_type": "county", "vintage": "new"}, "must match"),
]


@pytest.mark.parametrize(("process", "inputs", "told"), BAD_INPUTS)
def test_a_bad_input_is_told_what_is_allowed(execute: Execute, process: str, inputs: Any, told: str) -> None:
    response = execute(process, inputs)

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert told in response.get_json()["detail"]


def test_all_mistakes_are_told_together(execute: Execute) -> None:
    detail = execute(RANK, {"order": "best", "limit": 0}).get_json()["detail"]

    for told in ("indicator: is needed", "place_type: is needed", "inputs.order", "inputs.limit"):
        assert told in detail


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "must be JSON"),
        (b"{", "must be JSON"),
        (b"\xff", "must be JSON"),
        (b"NaN", "must be JSON"),
        (b"[" * 100_000, "must be JSON"),
        (b"[]", "not a list"),
        (b'[{"inputs": {"place": "Ash"}}]', "not a list"),
        (b'"text"', "not a text"),
        (b"null", "not a null"),
        (b"5", "not a number"),
        (b"{}", "inputs.place: is needed"),
        (b'{"inputs": {"place": "Ash"}, "mode": "async"}', "known: inputs, outputs, response"),
        (b'{"inputs": {"place": "Ash"}, "response": "file"}', "raw, document"),
        (b'{"inputs": {"place": "Ash"}, "outputs": {"map": {}}}', "the output profiles"),
        (b'{"inputs": {"place": "Ash"}, "outputs": ["profiles"]}', "the output profiles"),
        (
            b'{"inputs": {"place": "Ash"}, "outputs": {"profiles": {"transmissionMode": "reference"}}}',
            "value",
        ),
        (b'{"inputs": {"place": "Ash"}, "subscriber": {"successUri": "http://127.0.0.1/"}}', "no addresses"),
    ],
)
def test_a_body_that_is_no_execution(figures: FlaskClient, body: bytes, told: str) -> None:
    response = figures.post(f"{PROFILE}/execution", data=body)

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert told in response.get_json()["detail"]


def test_a_large_body_is_refused(figures: FlaskClient) -> None:
    assert figures.post(f"{PROFILE}/execution", data=b" " * 2_000_000).status_code == 413


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from([PROFILE, RANK]),
    st.dictionaries(
        st.sampled_from(["place", "place_type", "indicator", "group", "period", "limit", "order"]),
        _JSON,
        max_size=4,
    )
    | _JSON,
)
def test_any_json_is_answered_or_refused(execute: Execute, process: str, inputs: Any) -> None:
    response = execute(process, inputs)

    assert response.status_code in (200, 400)


def test_descriptions_are_of_the_standard_and_sync_only(figures: FlaskClient) -> None:
    listed = figures.get("/ogc/processes").get_json()

    assert [one["id"] for one in listed["processes"]] == ["profile-place", "rank-places"]
    for one in listed["processes"]:
        described = figures.get(f"/ogc/processes/{one['id']}").get_json()
        assert {"id", "version", "title", "description", "inputs", "outputs", "links"} <= set(described)
        assert described["jobControlOptions"] == ["sync-execute"]
        assert described["outputTransmission"] == ["value"]
        assert not [link for link in described["links"] if "job" in link["rel"]]
        for given_input in described["inputs"].values():
            Draft202012Validator.check_schema(given_input["schema"])
    landing = figures.get("/ogc/").get_json()["links"]
    assert [link["href"] for link in landing if link["rel"].endswith("/processes")] == [
        "https://gis.example.gov/ogc/processes"
    ]
    assert not [link for link in landing if link["rel"].endswith("/job-list")]


def test_conformance_names_what_is_done_and_not_what_is_not(
    figures: FlaskClient, client: FlaskClient
) -> None:
    base = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/"
    declared = {one.removeprefix(base) for one in figures.get("/ogc/conformance").get_json()["conformsTo"]}

    assert {"core", "ogc-process-description", "json", "oas30"} <= declared
    assert not declared & {"job-list", "callback", "dismiss"}
    assert base + "core" not in client.get("/ogc/conformance").get_json()["conformsTo"], "nothing to work on"
    assert client.get("/ogc/processes").get_json()["processes"] == []


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/ogc/jobs", 404),
        ("GET", "/ogc/jobs/1", 404),
        ("GET", "/ogc/jobs/1/results", 404),
        ("DELETE", "/ogc/jobs/1", 405),
        ("GET", f"{PROFILE}/execution", 405),
        ("POST", PROFILE, 405),
        ("POST", "/ogc/processes/hello-world/execution", 404),
        ("GET", "/ogc/processes/hello-world", 404),
        ("POST", f"{PROFILE}/execution?f=xml", 400),
    ],
)
def test_there_are_no_jobs_and_no_other_processes(
    figures: FlaskClient, method: str, address: str, status: int
) -> None:
    response = figures.open(address, method=method, json={"inputs": {"place": "Ash"}})

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    if status == 404 and address != "/ogc/jobs":
        kind = "no-such-job" if "jobs" in address else "no-such-process"
        assert response.get_json()["type"].endswith(f"ogcapi-processes-1/1.0/{kind}")


def test_a_wish_for_later_is_answered_at_once(figures: FlaskClient) -> None:
    """/req/core/process-execute-auto-execution-mode: a process that knows one way only takes that one."""
    headers = {"Prefer": "respond-async"}
    response = figures.post(f"{PROFILE}/execution", json={"inputs": {"place": "Ash"}}, headers=headers)

    assert response.status_code == 200
    assert response.get_json()[0]["place"]["name"] == "Ash"


def test_what_openapi_says_of_inputs_is_what_is_checked(figures: FlaskClient, execute: Execute) -> None:
    document = figures.get("/ogc/openapi").get_json()
    validate_openapi_document(document)
    paths = document["paths"]

    assert '"$ref": "http' not in json.dumps(
        {path: one for path, one in paths.items() if path.startswith("/processes")}
    )
    assert not [path for path in paths if path.startswith("/jobs")]
    for process, inputs, _ in BAD_INPUTS:
        operation = paths[f"{process.removeprefix('/ogc')}/execution"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        if not Draft202012Validator(schema).is_valid({"inputs": inputs}):
            assert execute(process, inputs).status_code == 400
    assert Draft202012Validator(schema).is_valid({"inputs": {"indicator": "poverty", "place_type": "county"}})


def test_restricted_figures_are_nowhere(figures: FlaskClient) -> None:
    for address in ("/ogc/processes", PROFILE, RANK, f"{RANK}?f=html", "/ogc/openapi", "/ogc/collections"):
        response = figures.get(address)
        assert response.status_code == 200
        assert "secret" not in response.get_data(as_text=True)


def test_pages_for_people(figures: FlaskClient) -> None:
    assert "Rank places" in figures.get("/ogc/processes?f=html").get_data(as_text=True)
    page = figures.get(f"{RANK}?f=html").get_data(as_text=True)

    assert "<code>place_type</code>" in page
    assert "POST" in page


@pytest.mark.parametrize("address", ["/ogc/processes/nothing", "/ogc/jobs/1"])
def test_refusals_are_pages_for_people_who_want_pages(figures: FlaskClient, address: str) -> None:
    for asked in (
        figures.get(f"{address}?f=html"),
        figures.get(address, headers={"Accept": "text/html,*/*;q=0.8"}),
    ):
        assert (asked.status_code, asked.mimetype) == (404, "text/html")
    sent = figures.post(f"{RANK}/execution", json={})
    assert (sent.status_code, sent.mimetype) == (400, "application/problem+json")


def test_refusals_say_what_is_allowed(figures: FlaskClient) -> None:
    method = figures.get(f"{RANK}/execution").get_json()
    body = figures.post(f"{RANK}/execution", data=b" " * 2_000_000).get_json()
    missing = figures.get("/ogc/nothing").get_json()

    assert method["detail"] == "GET is not allowed here; allowed: OPTIONS, POST"
    assert "at most 1048576 bytes" in body["detail"]
    assert "/ogc/" in missing["detail"]


def test_a_profile_that_is_broken_later_offers_rankings_only(
    figures_app: flask.Flask,
    tmp_path: Path,
    make_settings: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = Path(figures_app.extensions["townline"].store.root).parent
    shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    client = create_app(*make_settings(tmp_path)).test_client()
    (tmp_path / "profile" / "indicators" / "poverty.yml").write_text("id: [")

    with caplog.at_level(logging.ERROR):
        _publish(Store(tmp_path / "store"), "indicator-poverty", list(_rows("2021")))

    assert [one["id"] for one in client.get("/ogc/processes").get_json()["processes"]] == ["rank-places"]
    assert "profile cannot be used" in caplog.text


@pytest.mark.server
def test_owslib_lists_describes_and_executes(figures_app: flask.Flask, serve_app: Callable[..., Any]) -> None:
    with serve_app(lambda _: figures_app) as address:
        service = Processes(f"{address}/ogc")
        answer = service.execute("profile-place", inputs={"place": ["Ash", "Cedar"]})

        assert [one["id"] for one in service.processes()] == ["profile-place", "rank-places"]
        assert service.process("rank-places")["inputs"]["place_type"]["minOccurs"] == 1
        assert [one["place"]["name"] for one in answer["profiles"]] == ["Ash", "Cedar"]
