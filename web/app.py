"""The Flask application: every page family is one blueprint, found by its name."""

import importlib
import pkgutil
from datetime import timedelta

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

import web
from web.access import guard
from web.errors import register_errors
from web.posted import LARGEST
from web.public.public import is_public
from web.services import Services

MAX_REQUEST_BYTES = 100 * 1024 * 1024
MAX_PUBLIC_BYTES = 50 * 1024 * 1024  # from people who have not signed in
CSP = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EDITOR_ENDPOINTS = frozenset({"studio.edit_diagram", "studio.edit_form"})
# Everything else is kept by nobody. Public data may be kept, but asks each time whether it still holds.
CACHING = {"static": "max-age=3600"} | dict.fromkeys(
    (
        "public_notices.text",
        "public_register.as_csv",
        "public_register.as_json",
        "public_register.feed",
    ),
    "no-cache",
)

csrf = CSRFProtect()


def create_app(services: Services) -> Flask:
    """The web application on these services; makes no database and starts no scheduler."""
    app = Flask("web")
    app.extensions["qilian"] = services
    app.config.update(
        SECRET_KEY=services.secret_key,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=40_000,  # a roster of 500 enterprises has some 20,000 fields
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.url_map.converters["int"] = RowNumber
    _trust_proxies(app, services.proxies)
    app.before_request(_limit_strangers)  # before the token is looked for in what they send
    csrf.init_app(app)
    register_errors(app)
    _register_families(app)
    guard(app)
    app.after_request(_harden)
    return app


class RowNumber(IntegerConverter):
    """A number in an address that a database can hold; a longer one names nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe so many proxies, and no header of a browser, about who asks and by which address."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _register_families(app: Flask) -> None:
    """Modules with an `install(app)` add filters and request hooks; those with a `blueprint` add pages."""
    found = sorted(m.name for m in pkgutil.walk_packages(web.__path__, "web."))
    modules = [importlib.import_module(name) for name in found if name != __name__]
    for module in modules:
        if hasattr(module, "install"):
            module.install(app)
    for module in modules:
        if hasattr(module, "blueprint"):
            app.register_blueprint(module.blueprint)


def _limit_strangers() -> None:
    if is_public(request.path):
        request.max_content_length = MAX_PUBLIC_BYTES


def _harden(response: Response) -> Response:
    style = "'self' 'unsafe-inline'" if request.endpoint in EDITOR_ENDPOINTS else "'self'"
    response.headers.setdefault("Content-Security-Policy", CSP.format(style=style))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    # Set, not defaulted: what sends a file has already said no-cache.
    response.headers["Cache-Control"] = CACHING.get(request.endpoint or "", "no-store")
    return response
