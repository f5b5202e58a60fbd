"""Makes .venv and installs a lock into it: `python requirements/install.py demo` (or development, or runtime).

Needs nothing but the standard library. Does nothing when the lock was installed before and has not changed;
never removes a package, so that a smaller lock leaves a larger one's packages in place.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
OLDEST = (3, 11)


def main(name: str) -> None:
    """Install requirements/`name`.lock and the project itself."""
    lock = PROJECT / "requirements" / f"{name}.lock"
    if not lock.is_file():
        sys.exit(f"There is no {lock}.")
    stamp, digest = VENV / f".installed-{name}", digest_of(lock, PROJECT / "pyproject.toml")
    if python_works() and (VENV / "bin" / "portal").exists() and stamp.exists() and stamp.read_text() == digest:
        return
    make_environment()
    sys.stderr.write(f"Installing {lock.relative_to(PROJECT)} into .venv (once; needs the network)…\n")
    if not (uv_works() and install_with_uv(lock)):
        install_with_pip(lock)
    stamp.write_text(digest)


def digest_of(*files: Path) -> str:
    """What changes when any of the files, or the Python of the environment, does."""
    content = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def python_works() -> bool:
    """Whether .venv has a Python that runs and is new enough (one from a moved or removed Python does not run)."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return PYTHON.exists() and succeeds([str(PYTHON), "-c", check], quiet=True)


def make_environment() -> None:
    """Make .venv, or make it anew when its Python does not work."""
    if python_works():
        return
    if not succeeds([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"{sys.executable} could not make a virtual environment. On Debian and Ubuntu it needs one more package: "
            f"sudo apt install python{version}-venv"
        )


def uv_works() -> bool:
    """Whether the pinned uv, which installs many times faster than pip, is there or could be installed."""
    pinned = PROJECT / "requirements" / "installer.lock"
    wanted = pinned.read_text().split()[0].removeprefix("uv==")
    if UV.exists() and wanted in said_by([str(UV), "--version"]):
        return True
    return succeeds(
        [*pip("install"), "--require-hashes", "--only-binary=:all:", "--requirement", str(pinned)], quiet=True
    )


def install_with_uv(lock: Path) -> bool:
    """Install the lock with uv, whatever the network and the machine allow; False when it did not work."""
    install = [str(UV), "pip", "install", "--python", str(PYTHON), "--quiet"]
    given = {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
    if "PIP_INDEX_URL" in os.environ:
        given["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    return succeeds(
        [*install, "--require-hashes", "--compile-bytecode", "--requirement", str(lock)], **given
    ) and succeeds([*install, "--no-deps", "--no-build-isolation", "--editable", str(PROJECT)], **given)


def install_with_pip(lock: Path) -> None:
    """Install the lock with pip; ends the program with what to do when that fails too."""
    if not succeeds([*pip("install"), "--require-hashes", "--requirement", str(lock)]) or not succeeds(
        [*pip("install"), "--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]
    ):
        sys.exit(
            "The packages could not be installed; the reason is above. They come from https://pypi.org: check the "
            "network (PIP_INDEX_URL names a mirror, HTTPS_PROXY a proxy), then run the same command again."
        )


def pip(command: str) -> list[str]:
    """The start of a pip command for .venv."""
    return [str(PYTHON), "-m", "pip", command, "--quiet", "--disable-pip-version-check", "--no-input"]


def succeeds(command: list[str], *, quiet: bool = False, **environ: str) -> bool:
    """Whether the command can be run and ends well; `quiet` keeps what it says from the terminal."""
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            command, stdout=output, stderr=output, cwd=PROJECT, env={**os.environ, **environ}, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def said_by(command: list[str]) -> str:
    """What the command prints, or nothing when it cannot run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(f"Python {sys.version.split()[0]} is too old; 3.11 or newer is needed.")
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
