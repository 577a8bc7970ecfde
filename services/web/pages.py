"""Routes of the site, in every language, and of its styles and scripts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from mimetypes import guess_type
from pathlib import Path

import flask

from catalog.vocabulary import UnknownCode
from services.ogc.collections import QLR
from services.qgis import layer_definition, project
from services.speech import LANGUAGES
from services.web import maps
from services.web.context import context, moment
from services.web.faces import Route, faces, html, language, page_frame, shelf
from services.web.facets import choice_of
from services.web.links import STATIC, static_bytes, static_names
from services.web.stories import read_stories
from services.web.views import catalog, gallery, home, layer, methods, story

BLUEPRINT = flask.Blueprint("pages", __name__)
_FOR_EVER = timedelta(days=365)
_QGS = "application/x-qgis-project"


def _everywhere(rule: str) -> Callable[[Route], Route]:
    """Registers a page under its path and, for each other language, under that language's path."""

    def register(view: Route) -> Route:
        BLUEPRINT.add_url_rule(rule, view.__name__, view)
        for code in LANGUAGES[1:]:
            BLUEPRINT.add_url_rule(f"/{code}{rule}", f"{code}_{view.__name__}", view)
        return view

    return register


@_everywhere("/")
def first() -> flask.Response:
    """The first page."""
    here = shelf()
    stories = read_stories(here.declared.stories, language())
    shown = gallery.maps_of(here)
    return html(home.home(here, page_frame(""), datetime.now(UTC), shown, stories))


@_everywhere("/catalog")
def catalog_page() -> flask.Response:
    """The catalog, all of it or what was searched."""
    choice = choice_of(list(flask.request.args.items(multi=True)))
    return html(catalog.catalog(shelf(), page_frame("catalog"), datetime.now(UTC), choice))


@_everywhere("/layers/<layer_id>")
def layer_page(layer_id: str) -> flask.Response:
    """One layer."""
    version = moment().holdings.current(layer_id)
    frame = page_frame(f"layers/{layer_id}")
    return html(layer.layer_page(shelf(), frame, version, datetime.now(UTC)))


@_everywhere("/maps")
def maps_page() -> flask.Response:
    """The gallery of maps."""
    return html(gallery.gallery(shelf(), page_frame("maps")))


@BLUEPRINT.get("/maps/<name>")
def map_page(name: str) -> flask.Response:
    """A built map: its page in parts that browsers keep, or as one file where it was built so."""
    whole = _built_map(name)
    page = maps.page_in_parts(faces().maps, name)
    response = flask.send_file(page or whole, mimetype="text/html", conditional=True, max_age=0)
    response.headers["Content-Security-Policy"] = maps.POLICY if page else maps.policy(whole)
    return response


@BLUEPRINT.get("/maps/download/<name>.html")
def map_download(name: str) -> flask.Response:
    """A built map as one file to take away."""
    path = _built_map(name)
    response = flask.send_file(path, mimetype="text/html", conditional=True, max_age=0, as_attachment=True)
    response.headers["Content-Security-Policy"] = maps.policy(path)
    return response


@BLUEPRINT.get("/maps/parts/<name>")
def map_part(name: str) -> flask.Response:
    """A part of map pages; its name changes with its bytes, so that it can be kept for ever."""
    path = maps.part(faces().maps, name)
    if path is None:
        flask.abort(404, f"there is no part {name!r} of a map")
    age = int(_FOR_EVER.total_seconds())
    response = flask.send_file(path, mimetype=guess_type(name)[0], conditional=True, max_age=age)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


def _built_map(name: str) -> Path:
    if name not in faces().declared.maps:
        flask.abort(404, f"there is no map {name!r}")
    path = faces().maps / f"{name}.html"
    if not path.is_file():
        flask.abort(404, f"the map {name!r} is not built yet")
    return path


@BLUEPRINT.get("/maps/<name>.png")
def map_picture(name: str) -> flask.Response:
    """The picture of a built map."""
    path = faces().maps / f"{name}.png"
    if name not in faces().declared.maps or not path.is_file():
        flask.abort(404, f"there is no picture of a map {name!r}")
    return flask.send_file(path, mimetype="image/png", conditional=True, max_age=0)


@_everywhere("/methods")
def methods_page() -> flask.Response:
    """How the numbers are made."""
    return html(methods.methods(shelf(), page_frame("methods")))


@_everywhere("/methods/<name>")
def codes_page(name: str) -> flask.Response:
    """The methods document, or a code list."""
    if name == methods.NUMBERS and methods.has_document(shelf()):
        return html(methods.numbers(shelf(), page_frame(f"methods/{name}")))
    try:
        return html(methods.codes(page_frame(f"methods/{name}"), name))
    except UnknownCode as error:
        flask.abort(404, str(error))


@_everywhere("/stories")
def stories_page() -> flask.Response:
    """The data stories."""
    return html(story.story_list(page_frame("stories"), read_stories(shelf().declared.stories, language())))


@_everywhere("/stories/<name>")
def story_page(name: str) -> flask.Response:
    """A data story."""
    for found in read_stories(shelf().declared.stories, language()):
        if found.name == name:
            return html(story.story_page(shelf(), page_frame(f"stories/{name}"), found))
    flask.abort(404, f"there is no story {name!r}")


@BLUEPRINT.get("/qgis/<name>.qlr")
def qlr(name: str) -> flask.Response:
    """A layer with its style for QGIS."""
    version = moment().holdings.current(name)
    text = layer_definition(version, context().site)
    return _attachment(text, f"{name}.qlr", QLR)


@BLUEPRINT.get("/qgis/catalog.qgs")
def qgs() -> flask.Response:
    """The whole catalog as a project of QGIS."""
    return _attachment(project(moment().holdings, context().site), "catalog.qgs", _QGS)


@BLUEPRINT.get("/static/<name>")
def static(name: str) -> flask.Response:
    """A style, script or picture of the site."""
    if name not in static_names():
        flask.abort(404, f"there is no file {name!r}")
    response = flask.Response(static_bytes(name), mimetype=guess_type(STATIC / name)[0])
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = int(_FOR_EVER.total_seconds()) if "v" in flask.request.args else 0
    response.make_conditional(flask.request)
    return response


@BLUEPRINT.get("/health")
def health() -> flask.Response:
    """Whether the service answers and all of the store can be read."""
    holdings = moment().holdings
    status = "degraded" if holdings.unreadable else "ok"
    response = flask.jsonify(
        {"status": status, "layers": len(holdings.layers), "unreadable": holdings.unreadable}
    )
    response.cache_control.no_store = True
    return response


def _attachment(content: bytes, name: str, media_type: str) -> flask.Response:
    response = flask.Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.add_etag()
    response.cache_control.no_cache = True
    response.make_conditional(flask.request)
    return response
