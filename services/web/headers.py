"""Headers that every answer carries."""

import flask

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
OPEN_TO_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Crs, Content-Range, ETag, Link",
}
BEFORE_A_REQUEST = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}
"""What a browser is told that asks (OPTIONS) before it reads for a page of another site."""


def add(response: flask.Response) -> flask.Response:
    """Add the headers; data may be read by pages of other sites, nothing may be sent.

    A route may have set its own security policy already.
    """
    asked_before = BEFORE_A_REQUEST if flask.request.method == "OPTIONS" else {}
    for name, value in (SECURITY | OPEN_TO_OTHER_SITES | asked_before).items():
        response.headers.setdefault(name, value)
    response.headers.pop("X-Powered-By", None)
    response.vary.add("Accept")
    return response
