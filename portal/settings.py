"""The product's settings: read once from the environment, checked whole, frozen.

Every problem is reported together, so that a wrong deployment is mended in one round.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Mode = Literal["production", "development", "demo"]
MODES: tuple[Mode, ...] = ("production", "development", "demo")
SHORTEST_SECRET = 32
MOST_CALLS = 1_000_000


class SettingsError(Exception):
    """The environment cannot run the product; `problems` says each reason and its mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The settings have problems:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the web, the worker and the commands need to know about where they run."""

    mode: Mode
    data_dir: Path
    port: int
    public_url: str
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    storage_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    signing_key_file: Path
    encryption_key_file: Path
    web_processes: int
    reads_per_minute: int = 300
    writes_per_minute: int = 60
    exports_per_minute: int = 5
    kms_key_id: str = ""
    sms_url: str = field(default="", repr=False)
    virus_scanner: str = ""
    documents_quota_gib: int = 50

    @property
    def index_key_file(self) -> Path:
        """The keys that blind indexes are made with, beside those that seal."""
        return self.encryption_key_file.with_name("index.keys")

    @property
    def documents_quota(self) -> int:
        """The bytes that the documents of one firm may take."""
        return self.documents_quota_gib * 1024**3

    @property
    def secure(self) -> bool:
        """Whether people reach the product over https (cookies are then Secure and `__Host-`)."""
        return self.public_url.startswith("https://")


class _Reader:
    """Reads values from the environment and keeps every problem it meets."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environ.get(name, "").strip() or (default or "")
        if not value:
            self.problems.append(f"{name} is not set; docs/operations.md lists every setting.")
        return value

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        value = self.environ.get(name, "").strip() or str(default)
        if not value.isdigit() or not lowest <= int(value) <= highest:
            self.problems.append(f"{name} is {value!r}; it must be a whole number from {lowest} to {highest}.")
            return default
        return int(value)

    def url(self, name: str, schemes: tuple[str, ...], *, optional: bool = False) -> str:
        value = self.environ.get(name, "").strip() if optional else self.text(name)
        if value and urlsplit(value).scheme not in schemes:
            wanted = ", ".join(f"{scheme}://" for scheme in schemes)
            self.problems.append(f"{name} must start with one of {wanted}.")
        return value

    def command(self, name: str) -> str:
        """A command with its options, or nothing; a problem where the program is not on this machine."""
        value = self.environ.get(name, "").strip()
        try:
            program = shlex.split(value)[:1]
        except ValueError:
            program = [value]
        if program and shutil.which(program[0]) is None:
            self.problems.append(f"{name} names {program[0]!r}, which is no program on this machine.")
        return value

    def mode(self) -> Mode:
        value = self.environ.get("PORTAL_MODE", "production").strip()
        for mode in MODES:
            if value == mode:
                return mode
        self.problems.append(f"PORTAL_MODE is {value!r}; it must be one of {', '.join(MODES)}.")
        return "production"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (the process environment by default); raises SettingsError with all problems."""
    read = _Reader(os.environ if environ is None else environ)
    data_dir = Path(read.text("DATA_DIR", ".data")).resolve()
    port = read.number("PORT", 8000, 1, 65535)
    settings = Settings(
        mode=read.mode(),
        data_dir=data_dir,
        port=port,
        public_url=read.url("PUBLIC_URL", ("http", "https")).rstrip("/"),
        secret_key=read.text("SECRET_KEY"),
        database_url=read.url("DATABASE_URL", ("postgresql",)),
        redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
        storage_url=read.url("STORAGE_URL", ("file", "s3")),
        smtp_url=read.url("SMTP_URL", ("smtp", "smtps", "smtp+starttls")),
        mail_from=read.text("MAIL_FROM"),
        signing_key_file=Path(read.text("SIGNING_KEY_FILE", str(data_dir / "keys" / "api-signing.pem"))),
        encryption_key_file=Path(read.text("ENCRYPTION_KEY_FILE", str(data_dir / "keys" / "encryption.keys"))),
        web_processes=read.number("WEB_PROCESSES", 2, 1, 64),
        reads_per_minute=read.number("READS_PER_MINUTE", 300, 1, MOST_CALLS),
        writes_per_minute=read.number("WRITES_PER_MINUTE", 60, 1, MOST_CALLS),
        exports_per_minute=read.number("EXPORTS_PER_MINUTE", 5, 1, MOST_CALLS),
        kms_key_id=read.environ.get("KMS_KEY_ID", "").strip(),
        sms_url=read.url("SMS_URL", ("twilio", "sns", "mailbox"), optional=True),
        virus_scanner=read.command("VIRUS_SCANNER"),
        documents_quota_gib=read.number("DOCUMENTS_QUOTA_GIB", 50, 1, 1_000_000),
    )
    problems = read.problems + (_production_problems(settings) if settings.mode == "production" else [])
    if problems:
        raise SettingsError(problems)
    return settings


def _production_problems(settings: Settings) -> list[str]:
    """What is tolerable on a developer's machine and never in production."""
    problems = []
    if settings.secret_key and len(settings.secret_key) < SHORTEST_SECRET:
        problems.append(f"SECRET_KEY has under {SHORTEST_SECRET} characters; `openssl rand -hex 32` makes a good one.")
    if settings.public_url and not settings.secure:
        problems.append("PUBLIC_URL must be https:// in production: sessions travel in Secure cookies only.")
    key_files = {
        "SIGNING_KEY_FILE": settings.signing_key_file,
        "ENCRYPTION_KEY_FILE": settings.encryption_key_file,
        "The index key": settings.index_key_file,
    }
    for name, path in key_files.items():
        if not path.is_file():
            problems.append(f"{name} {path} does not exist; `portal create-key` makes it.")
    if settings.sms_url.startswith("mailbox:"):
        problems.append("SMS_URL keeps text messages on this machine; name a service that sends them, or leave it out.")
    user = urlsplit(settings.database_url).username or ""
    if user in {"postgres", "portal_owner"}:
        problems.append(f"DATABASE_URL signs in as {user}, which bypasses row security; use the portal_web log-in.")
    return problems
