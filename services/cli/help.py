"""How help is shown: paragraphs flow to the width of the terminal, and flags do not look as if they took a value."""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption


class Command(TyperCommand):
    """A command whose help is its docstring."""

    def __init__(self, name: str | None, *, help: str | None = None, **rest: Any) -> None:
        super().__init__(name, help=flowing(help or ""), **rest)

    def get_params(self, ctx: Any) -> list[Any]:
        """Arguments and options."""
        return _without_type_of_flags(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands."""

    def __init__(self, *, help: str | None = None, **rest: Any) -> None:
        super().__init__(help=flowing(help or ""), **rest)

    def get_params(self, ctx: Any) -> list[Any]:
        """Options."""
        return _without_type_of_flags(super().get_params(ctx))


def flowing(text: str) -> str:
    """A text whose paragraphs are one line each."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _without_type_of_flags(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if isinstance(parameter, TyperOption) and parameter.is_flag:
            parameter.metavar = ""
    return parameters
