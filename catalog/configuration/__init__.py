"""Configuration read from YAML: strict models and messages that name file and line."""

from catalog.configuration.files import load_folder, load_model
from catalog.configuration.model import Strict
from catalog.configuration.state import State, load_state

__all__ = ["State", "Strict", "load_folder", "load_model", "load_state"]
