"""What every process has in common: pygeoapi's processor with checked inputs and one JSON output."""

from collections.abc import Mapping
from typing import Any

from pygeoapi.process.base import BaseProcessor

from services.ogc.processes.figures import Figures
from services.ogc.processes.inputs import Input, Json, validated

VERSION = "1.0.0"


class Process(BaseProcessor):  # type: ignore[misc]
    """A synchronous process over the figures that its definition carries."""

    identifier: str
    title: str
    description: str
    output: str
    output_description: str
    output_type: str

    def __init__(self, processor_def: dict[str, Any]) -> None:
        self.figures: Figures = processor_def["figures"]
        super().__init__(processor_def, self._metadata())

    @property
    def inputs(self) -> Mapping[str, Input]:
        """The inputs by name."""
        raise NotImplementedError

    def run(self, values: Json) -> object:
        """The output for checked values."""
        raise NotImplementedError

    def execute(self, data: object, outputs: object = None) -> tuple[str, object]:
        """The media type and the output for the inputs of an execution.

        Raises:
            BadExecution: inputs are missing, unknown or not what their schemas allow.

        """
        return "application/json", self.run(validated(self.inputs, data))

    def _metadata(self) -> Json:
        return {
            "id": self.identifier,
            "version": VERSION,
            "title": self.title,
            "description": self.description,
            "keywords": ["indicators", "places"],
            "jobControlOptions": ["sync-execute"],
            "outputTransmission": ["value"],
            "links": [],
            "inputs": {name: one.described for name, one in self.inputs.items()},
            "outputs": {
                self.output: {
                    "title": self.output,
                    "description": self.output_description,
                    "schema": {"type": self.output_type, "contentMediaType": "application/json"},
                }
            },
        }
