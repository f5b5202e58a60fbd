"""One JSON line per event on the standard output, with the request, user and firm it belongs to.

Lines hold ids, never personal data: keys that name such data are dropped, addresses and passwords inside
texts (a driver quotes them in its errors) are masked. What libraries log takes the same way.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor

from portal.settings import Mode

SECRETS = frozenset({"password", "passwd", "secret", "token", "tokens", "authorization", "cookie", "csrf", "otp"})
PERSONAL = frozenset({"address", "agent", "email", "emails", "phone", "tin", "ssn", "iban", "dob"})
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# What the database adds to an error: the values of the row.
VALUES = re.compile(r"(?s)(DETAIL:\s+).*?(?=\n\[SQL:|\n\nThe above exception|\n\nDuring handling|\nTraceback|\Z)")
CREDENTIALS = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
_WORDS = re.compile(r"[A-Za-z][a-z]*|[A-Z]+(?![a-z])")
# These say at INFO what nobody asked: every statement, every request to a bucket.
QUIET = ("sqlalchemy", "alembic", "botocore", "boto3", "urllib3", "werkzeug", "fontTools", "httpx", "httpcore")


def configure(mode: Mode) -> None:
    """Send every logger of this process through one formatter: JSON, or readable lines in development."""
    logging.config.dictConfig(dict_config(mode))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def dict_config(mode: Mode) -> dict[str, Any]:
    """The standard library's half of `configure`, for programs that log before ours runs (gunicorn's
    `logconfig_dict`)."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared(),
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(mode)],
    }
    through_root = {"handlers": [], "propagate": True, "level": "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stdout": {"()": _StandardOutput, "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["stdout"]},
        "loggers": {
            **{name: through_root for name in ("gunicorn.error", "gunicorn.access", "rq.worker")},
            **{name: {"level": "WARNING"} for name in QUIET},
        },
    }


def bind(
    *, request_id: str | None = None, user_id: UUID | str | None = None, firm_id: UUID | str | None = None
) -> None:
    """Put these ids on every following line of this request or job; what is None stays as it was."""
    given = {"request_id": request_id, "user_id": user_id, "firm_id": firm_id}
    bind_contextvars(**{name: str(value) for name, value in given.items() if value is not None})


def clear() -> None:
    """Forget the ids: to be called where a request or job begins and ends."""
    clear_contextvars()


def drop_personal(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Drop keys that name personal data or secrets, at any depth (`new_password`, `investorEmail`, `tin`)."""
    return {key: _without(value) for key, value in event.items() if not names_personal(key)}


def mask_texts(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask e-mail addresses, the passwords of URLs and a row's values inside every text, a traceback's too."""
    return {key: _masked(value) for key, value in event.items()}


def mask(text: str) -> str:
    """A text without e-mail addresses, passwords of URLs, and the values that the database quotes in an error."""
    return ADDRESS.sub("[address]", CREDENTIALS.sub(r"\1:[secret]@", VALUES.sub(r"\1[values]", text)))


@lru_cache(maxsize=1024)
def names_personal(key: str) -> bool:
    """Whether one of the words of `key` names personal data or a secret."""
    return any(word.lower() in PERSONAL | SECRETS for word in _WORDS.findall(key))


class _StandardOutput(logging.Handler):
    """Writes to the standard output as it is now: a supervisor or a test may have changed it since."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stdout, flush=True)  # noqa: T201 - a log is written here
        except Exception:  # noqa: BLE001 - a line that cannot be written must not stop the work it tells of
            self.handleError(record)


def _shared() -> list[Processor]:
    """What happens to a line of ours and to one of a library alike."""
    return [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal,
    ]


def _rendering(mode: Mode) -> list[Processor]:
    renderer: Processor = structlog.processors.JSONRenderer(_json)
    if mode == "development":
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)
    return [structlog.processors.format_exc_info, mask_texts, renderer]


def _json(event: EventDict, default: Callable[[Any], Any]) -> str:
    return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if not names_personal(str(key))}
    if isinstance(value, list | tuple):
        return [_without(inner) for inner in value]
    return value


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value
