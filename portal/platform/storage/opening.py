"""The store that STORAGE_URL names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import Store

OPTIONS = ("endpoint_url", "region", "encryption", "kms_key")
ENCRYPTIONS = ("AES256", "aws:kms")


def open_store(url: str) -> Store:
    """The store at `file:///path` or `s3://bucket[/prefix]?endpoint_url=…&region=…&encryption=…&kms_key=…`.

    A file store makes its directory. ValueError says what is wrong with a URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _file_store(parts.netloc, unquote(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        # Only who uses a bucket pays for boto3: 0.2 s and 25 MiB of each process.
        from portal.platform.storage.s3 import S3Store

        return S3Store(parts.netloc, unquote(parts.path), **_options(parts.query))
    raise ValueError("STORAGE_URL must be file:///absolute/path or s3://bucket[/prefix]?endpoint_url=…&region=….")


def _options(query: str) -> dict[str, str]:
    options = {name: values[-1] for name, values in parse_qs(query).items()}
    unknown = sorted(options.keys() - set(OPTIONS))
    if unknown:
        raise ValueError(f"STORAGE_URL has unknown options {unknown}; it knows {', '.join(OPTIONS)}.")
    encryption = options.get("encryption")
    if encryption not in {None, *ENCRYPTIONS}:
        raise ValueError(f"STORAGE_URL asks for encryption {encryption!r}; it knows {' and '.join(ENCRYPTIONS)}.")
    if "kms_key" in options and encryption != "aws:kms":
        raise ValueError("STORAGE_URL names a kms_key, which encryption=aws:kms alone uses; add that, or leave it out.")
    return options


def _file_store(host: str, path: str) -> FileStore:
    if host or path in {"", "/"}:
        raise ValueError("STORAGE_URL must name an absolute directory with three slashes: file:///var/lib/portal.")
    root = Path(path)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileStore(root)
