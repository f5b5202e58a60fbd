"""The environment of a portal that runs its own servers, for its processes and for commands beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from portal.platform.embedded.data_directory import DataDirectory, secret_key
from portal.platform.key_files import write_private

WEB_LOGIN = "portal_web"
WORKER_LOGIN = "portal_worker"


def complete(
    environ: Mapping[str, str], data: DataDirectory, servers: Mapping[str, str], *, demo: bool
) -> dict[str, str]:
    """`environ` with every setting it leaves out: `servers` names the addresses of what we run ourselves."""
    port = environ.get("PORT", "").strip() or "8000"
    defaults = {
        "PORTAL_MODE": "demo" if demo else "development",
        "PORT": port,
        "PUBLIC_URL": f"http://localhost:{port}",
        "MAIL_FROM": "portal@localhost",
        "SECRET_KEY": secret_key(data),
        "SIGNING_KEY_FILE": str(data.signing_key),
        "ENCRYPTION_KEY_FILE": str(data.encryption_keys),
        "STORAGE_URL": data.files.as_uri(),
        "PYTHONUNBUFFERED": "1",
    }
    if environ.get("PORTAL_MODE", "").strip() != "production":
        defaults["SMS_URL"] = f"mailbox://{data.texts}"
    given = {name: value for name, value in environ.items() if value.strip()}
    settings = {**defaults, **given, **servers, "DATA_DIR": str(data.root)}
    settings.setdefault("WORKER_DATABASE_URL", settings.get("DATABASE_URL", ""))
    return settings


def for_worker(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the worker: its own database log-in, and no other."""
    return {**for_web(environment), "DATABASE_URL": environment["WORKER_DATABASE_URL"]}


def for_web(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the web and the scheduler: without the log-ins of the worker and of migrations."""
    kept_back = {"WORKER_DATABASE_URL", "MIGRATION_DATABASE_URL"}
    return {name: value for name, value in environment.items() if name not in kept_back}


SETTINGS = (
    "PORTAL_MODE", "DATA_DIR", "PORT", "PUBLIC_URL", "SECRET_KEY", "SIGNING_KEY_FILE", "ENCRYPTION_KEY_FILE",
    "DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SMTP_URL",
    "MAIL_FROM", "SMS_URL", "WEB_PROCESSES", "KMS_KEY_ID",
)  # fmt: skip


def publish(environment: Mapping[str, str], data: DataDirectory) -> None:
    """Leave the settings in force for `running_environment`, until `withdraw`."""
    settings = {name: environment[name] for name in SETTINGS if name in environment}
    write_private(_published(data.root), json.dumps(settings, indent=1).encode())


def withdraw(data: DataDirectory) -> None:
    """Take back what `publish` left: the portal no longer runs."""
    _published(data.root).unlink(missing_ok=True)


def running_environment(root: Path) -> dict[str, str]:
    """What a command needs to join the portal that runs from data directory `root`; empty when none runs."""
    path = _published(root)
    if not path.is_file():
        return {}
    return {str(name): str(value) for name, value in json.loads(path.read_text()).items()}


def _published(root: Path) -> Path:
    return root / "run" / "environment.json"
