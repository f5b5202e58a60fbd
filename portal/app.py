"""The application: the only module that may know every part."""

from __future__ import annotations

import pkgutil
import re
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import structlog
from flask import Flask, Response, g, request
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import portal.domain
from portal.api import blueprint as api
from portal.api.errors import problem_for
from portal.jobs import doorbell
from portal.platform import crypto, health, logging, outbox, personal, signing
from portal.platform import db as database
from portal.platform.cache import Cache
from portal.platform.crypto import Vault
from portal.platform.db import db
from portal.platform.ids import new_id
from portal.platform.key_providers import ProviderUnavailable, open_provider
from portal.platform.ratelimit import Call, CallLimiter
from portal.platform.resources import EXTENSION, Resources
from portal.platform.signing import TokenSigner
from portal.platform.sms.opening import open_sms
from portal.platform.storage.opening import open_store
from portal.settings import Settings, SettingsError, load
from portal.web import blueprints

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
CHECKS_PER_MINUTE = 60  # of documents, from one address
LONGEST_AGENT = 300  # characters of it are recorded
LARGEST_REQUEST = 26 * 1024 * 1024
log = structlog.get_logger("portal.request")


def create_app(settings: Settings | None = None) -> Flask:
    """The application for `settings` (the environment's by default); raises SettingsError with every problem."""
    settings = settings or load()
    if settings.mode == "production":
        _refuse_bad_keys(settings)
    logging.configure(settings.mode)
    app = Flask("portal", static_folder=None, template_folder="../templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 5, "max_overflow": 5, "hide_parameters": True},
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-form" if settings.secure else "form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
    )
    provider = open_provider(settings.kms_key_id)
    vault = Vault(settings.encryption_key_file, provider)
    app.extensions[personal.EXTENSION] = personal.Keyring(vault, settings.index_key_file, provider)
    app.extensions[EXTENSION] = _open_resources(settings, vault)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]  # as werkzeug documents it
    _know_domain()
    database.init_app(app)
    Migrate(app, db, directory="migrations")
    _log_requests(app)
    blueprints.register(app, settings, elsewhere=problem_for)
    csrf = CSRFProtect(app)
    csrf.exempt(api.register(app))
    health.init_app(app)
    outbox.connect_doorbell(doorbell.for_url(settings.redis_url))
    return app


def _refuse_bad_keys(settings: Settings) -> None:
    """A file of keys that cannot be read stops the start, not the first person who signs in."""
    read_sealing = partial(crypto.read_keys, provider=open_provider(settings.kms_key_id))
    files: dict[str, tuple[Path, Callable[[bytes], object]]] = {
        "SIGNING_KEY_FILE": (settings.signing_key_file, signing.read_keys),
        "ENCRYPTION_KEY_FILE": (settings.encryption_key_file, read_sealing),
        "The index key": (settings.index_key_file, read_sealing),
    }
    problems = []
    for name, (path, read) in files.items():
        try:
            read(path.read_bytes())
        except (OSError, ValueError, ProviderUnavailable) as error:
            problems.append(f"{name} {path}: {error}; `portal create-key` makes one.")
    if problems:
        raise SettingsError(problems)


def _open_resources(settings: Settings, vault: Vault) -> Resources:
    """What the process works with; nothing is asked of any server yet."""
    try:
        sms = open_sms(settings.sms_url)
    except ValueError as error:
        raise SettingsError([str(error)]) from error
    return Resources(
        settings,
        open_store(settings.storage_url),
        Cache.from_url(settings.redis_url),
        TokenSigner(settings.signing_key_file, settings.public_url, settings.secret_key),
        vault,
        CallLimiter(settings.redis_url, _calls_per_minute(settings), processes=settings.web_processes),
        sms,
    )


def _calls_per_minute(settings: Settings) -> dict[Call, int]:
    return {
        Call.READ: settings.reads_per_minute,
        Call.WRITE: settings.writes_per_minute,
        Call.EXPORT: settings.exports_per_minute,
        Call.CHECK: CHECKS_PER_MINUTE,
    }


def _know_domain() -> None:
    """Import every table and every reaction: a foreign key may lead to a table, and a fact to what follows from it,
    whose module nothing else in this process imports."""
    for module in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
        if module.name.endswith((".models", ".reactions")):
            import_module(module.name)


def _log_requests(app: Flask) -> None:
    """Give each request an id, bind it to every log line, and write one line when it is done."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else str(new_id())
        g.begun = time.perf_counter()
        logging.clear()
        logging.bind(request_id=g.request_id)
        agent = request.user_agent.string.replace("\0", "")[:LONGEST_AGENT]
        structlog.contextvars.bind_contextvars(address=request.remote_addr, agent=agent or None)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        milliseconds = round((time.perf_counter() - g.begun) * 1000, 1)
        rule = request.url_rule.rule if request.url_rule else "-"
        log.info("request", method=request.method, rule=rule, status=response.status_code, ms=milliseconds)
        return response
