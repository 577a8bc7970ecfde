"""pygeoapi's configuration without its resources, as the file declares it and the site completes it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from services.errors import BadConfiguration
from services.site import Site

Config = dict[str, Any]

_OURS = {"url", "templates", "bind"}


def base_config(path: Path, site: Site, templates: Path) -> Config:
    """The configuration of a file, with addresses, templates and the state's name filled in.

    Raises:
        BadConfiguration: the file is missing, not YAML, lacks a part, or sets what the application sets.

    """
    config: Config = _filled(_read(path), {"{state}": site.state.name, "{url}": site.url})
    missing = [key for key in ("server", "logging", "metadata") if not isinstance(config.get(key), dict)]
    if missing:
        raise BadConfiguration(f"{path}: missing: {', '.join(missing)}")
    set_here = sorted(_OURS & set(config["server"]))
    if set_here or "resources" in config:
        names = ", ".join(
            [*(f"server.{key}" for key in set_here), *(["resources"] * ("resources" in config))]
        )
        raise BadConfiguration(f"{path}: set by the application, not here: {names}")
    limits = config["server"].get("limits", {})
    if not {"default_items", "max_items"} <= set(limits):
        raise BadConfiguration(f"{path}: server.limits needs default_items and max_items")
    assets = f"{urlsplit(site.url).path}/static"
    config["server"] |= {"url": site.ogc, "home": site.url, "assets": assets}
    config["server"]["templates"] = {"path": str(templates)}
    return config


def _read(path: Path) -> Config:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(f"{path}: the file does not exist") from None
    except yaml.YAMLError as error:
        raise BadConfiguration(f"{path}: not YAML: {error}") from error
    if not isinstance(config, dict):
        raise BadConfiguration(f"{path}: must hold keys such as server and metadata")
    return config


def _filled(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, texts) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, texts) for one in value]
    if isinstance(value, str):
        for placeholder, text in texts.items():
            value = value.replace(placeholder, text)
    return value
