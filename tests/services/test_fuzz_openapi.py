"""Requests made from our own OpenAPI document, good and bad: no fault, and no answer that it does not describe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from services.web.app import create_app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
LARGEST_PAGE = 10_000
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(world: Path, make_settings: Callable[..., Any]) -> dict[str, Any]:
    app = create_app(*make_settings(world, url="http://localhost"))
    schema = schemathesis.openapi.from_wsgi("/ogc/openapi", app)
    found = [one.ok() for one in schema.get_all_operations()]
    return {f"{one.method.upper()} {one.path}": one for one in found}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_answers_are_as_described(operations: dict[str, Any], mode: GenerationMode) -> None:
    assert "GET /collections/towns/items" in operations
    for operation in operations.values():
        _try(operation, mode)


def _try(operation: Any, mode: GenerationMode) -> None:
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Case) -> None:
        response = case.call()
        checks = [check for check in CHECKS if check is not negative_data_rejection or not _is_allowed(case)]
        case.validate_response(response, checks=checks)

    answers()


def _is_allowed(case: Case) -> bool:
    """A limit above the largest is no error: OGC API Features demands the largest page for an answer."""
    limit = (case.query or {}).get("limit")
    return isinstance(limit, int) and limit > LARGEST_PAGE
