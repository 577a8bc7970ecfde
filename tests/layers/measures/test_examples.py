"""The examples in the docstrings give what they say."""

import doctest
from types import ModuleType

import pytest

from layers.measures import acs, disparity, rates


@pytest.mark.parametrize("module", [acs, disparity, rates])
def test_examples_of_docstrings(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
