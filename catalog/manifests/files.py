"""A state's profile: its `state.yml` and the manifests of its layers."""

from dataclasses import dataclass
from pathlib import Path

from catalog.configuration import State, load_folder, load_state
from catalog.errors import ConfigurationError, Problem, UnknownLayer
from catalog.manifests.layer import LayerManifest


@dataclass(frozen=True)
class Profile:
    """What `config/<state>/` declares."""

    folder: Path
    state: State
    layers: dict[str, LayerManifest]

    def layer(self, name: str) -> LayerManifest:
        """The manifest of a layer.

        Raises:
            UnknownLayer: no such layer; the nearest names are given.

        """
        if name not in self.layers:
            raise UnknownLayer(name, list(self.layers))
        return self.layers[name]


def load_profile(folder: Path) -> Profile:
    """The profile of a folder such as `config/connecticut`.

    Raises:
        ConfigurationError: all mistakes of all its files together.

    """
    problems: list[Problem] = []
    state, layers = None, None
    try:
        state = load_state(folder)
    except ConfigurationError as error:
        problems += error.problems
    try:
        layers = load_folder(folder / "layers", LayerManifest)
    except ConfigurationError as error:
        problems += error.problems
    if state is None or layers is None:
        raise ConfigurationError(problems)
    return Profile(folder, state, layers)
