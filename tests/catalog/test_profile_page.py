"""The page of a profile's keys."""

import re

from pydantic import BaseModel

from catalog.profile_page import FILES, PAGE, profile_page
from catalog.vocabulary import names


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == profile_page(), "run: python -m catalog.profile_page"


def test_every_key_of_every_file_has_a_row() -> None:
    page = profile_page()
    for file, model in FILES.items():
        section = page.split(f"\n## {file}\n")[1].split("\n#")[0]
        assert re.findall(r"^\| \**`(\w+)`", section, re.MULTILINE) == list(model.model_fields)


def test_needed_keys_codes_and_parts_are_told() -> None:
    page = profile_page()
    assert "| **`fips`** | text, of the form `^[0-9]{2}$` |" in page
    assert "| **`licence`** | a code of [licences](vocabularies.md#licences) |" in page
    assert "| `geometry` | [geometry rules](#geometry-rules) |" in page
    assert "| `max_change` | number, from 0 | `0.2` |" in page
    assert set(re.findall(r"vocabularies\.md#([\w-]+)\)", page)) <= set(names())


def test_values_are_never_told_as_python_writes_them() -> None:
    for word in ("None", "tuple[", "Annotated", "NoneType", "PydanticUndefined", BaseModel.__name__):
        assert word not in profile_page()
