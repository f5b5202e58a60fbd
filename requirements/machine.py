"""Sees to what tests need beside Python: a Chromium, and of the distribution servers and a spreadsheet program.

`python requirements/machine.py` does nothing where all is there. It asks Playwright for its Chromium first, then, as
root on Debian or Ubuntu, apt. Without a browser it ends with what to do; the others are a plus, and it says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DOWNLOAD_SECONDS, APT_SECONDS = 300, 600


def main() -> None:
    """Install what is missing; end with advice where that cannot be done from here."""
    missing = [
        package
        for package, found in (
            ("postgresql", find_postgres()),
            ("redis-server", which("redis-server")),
            ("libreoffice-calc-nogui", which("soffice")),
        )
        if not found
    ]
    if not find_browser() and not download_browser():
        missing.append("chromium")
    if missing and may_use_apt():
        install(missing)
    if not find_browser():
        sys.exit(
            "Tests need a Chromium, and none is here. Install one (Debian, Ubuntu: sudo apt install chromium;"
            " elsewhere: .venv/bin/playwright install chromium), or name it in CHROMIUM; then try again."
        )
    if not (find_postgres() and which("redis-server")):
        sys.stderr.write("No PostgreSQL or Redis of the system here: the tests against those will be skipped.\n")
    if not which("soffice"):
        sys.stderr.write("No LibreOffice here: the tests that let it work workbooks out will be skipped.\n")


def which(name: str) -> str | None:
    """Where a program is, or None."""
    return shutil.which(name)


def find_browser() -> str | None:
    """A Chromium: the one CHROMIUM names, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(which, BROWSERS)), None)
    return named or playwright_browser()


def playwright_browser() -> str | None:
    """The Chromium that Playwright downloaded for its version, or None."""
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and Path(path).exists() else None


def find_postgres() -> Path | None:
    """The programs of a PostgreSQL server of the system, or None."""
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)), None)


def download_browser() -> bool:
    """Have Playwright fetch its Chromium; False where the network does not allow it."""
    sys.stderr.write("Fetching a Chromium for the tests (once)…\n")
    return run([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS) and bool(find_browser())


def may_use_apt() -> bool:
    """Whether packages of the distribution can be installed from here."""
    return os.geteuid() == 0 and which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install packages of the distribution."""
    sys.stderr.write(f"Installing {', '.join(packages)} with apt (once)…\n")
    run(["apt-get", "update", "-qq"], APT_SECONDS)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], APT_SECONDS)


def run(command: list[str], seconds: int) -> bool:
    """Whether the command ends well in time; what it says is shown only when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{command[0]}: {error}\n")
        return False
    if done.returncode:
        sys.stderr.write(done.stderr[-500:] + "\n")
    return done.returncode == 0


if __name__ == "__main__":
    main()
