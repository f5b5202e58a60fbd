"""The import contracts of pyproject.toml hold, and each is broken by the import it forbids.

A copy of the package gets one wrong import at a time, and loses it again; import-linter must then name that contract.
Modules that a case needs and nobody has written yet are made for it.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
# Reads directories from its input, one per line, and answers each with the ids of the contracts broken there.
LINTER = """
import importlib, json, sys
from importlinter import api
from importlinter.application import use_cases
for line in sys.stdin:
    root = line.strip()
    sys.path.insert(0, root)
    importlib.invalidate_caches()
    options = use_cases.read_user_options(root + "/pyproject.toml")
    use_cases._register_contract_types(options)
    ids = {contract["name"]: contract["id"] for contract in options.contracts_options}
    report = use_cases.create_report(options, cache_dir=None)
    broken = [ids[contract.name] for contract, check in report.get_contracts_and_checks() if not check.kept]
    sys.path.remove(root)
    print("BROKEN", json.dumps(broken), flush=True)
"""


@dataclass(frozen=True)
class Wrong:
    """`importer` imports `imported`; exactly `breaks` must be broken by it."""

    importer: str
    imported: str
    breaks: frozenset[str]


def wrong(importer: str, imported: str, *breaks: str) -> Wrong:
    return Wrong(f"portal.{importer}", imported, frozenset(breaks))


# An import upwards between floors that use each other already closes a circle too.
CASES = [
    wrong("settings", "portal.platform.probe", "floors", "acyclic"),
    wrong("platform.probe", "portal.domain.people.probe.values", "floors", "acyclic"),
    wrong("domain.people.probe.services", "portal.printing.probe", "floors"),
    wrong("printing.probe", "portal.jobs.probe", "floors"),
    wrong("web.people.probe", "portal.api.probe", "floors"),
    wrong("jobs.probe", "portal.cli.probe", "floors"),
    wrong("cli.probe", "portal.app", "floors"),
    wrong("stream", "portal.web.toolkit.probe", "floors"),
    wrong("domain.identity.probe.services", "portal.domain.events.probe.values", "domains"),
    wrong("domain.people.probe.services", "portal.domain.documents.library.services.probe", "domains"),
    wrong("domain.catering.probe.values", "portal.domain.identity.probe.values", "domains"),
    wrong("domain.investments.opportunities.services", "portal.domain.investments.returns.values", "investments"),
    wrong(
        "domain.investments.valuations.services",
        "portal.domain.investments.capital_calls.values",
        "investments",
    ),
    wrong("domain.investments.lending.services", "portal.domain.investments.lending.values", "investments"),
    wrong("domain.documents.library.signals", "portal.domain.documents.rooms.errors", "documents"),
    wrong("domain.documents.lending.services", "portal.domain.documents.lending.values", "documents"),
    wrong("domain.people.probe.values", "portal.domain.people.probe.services", "roles"),
    wrong("domain.people.probe.rules", "portal.domain.people.probe.queries", "roles"),
    wrong("domain.people.probe.helpers", "portal.domain.people.probe.values", "roles"),
    wrong("domain.people.probe.values", "portal.domain.people.sample.values", "acyclic"),
    wrong("domain.people.probe.services", "flask", "domain-is-plain"),
    wrong("domain.people.probe.services", "rq", "domain-is-plain"),
    wrong("domain.people.probe.queries", "redis", "domain-is-plain"),
    wrong("domain.people.probe.rules", "portal.platform.clock", "rules-are-pure"),
    wrong("domain.people.probe.policies", "portal.platform.db", "rules-are-pure"),
    wrong("domain.people.probe.rules.split", "sqlalchemy", "rules-are-pure"),
    wrong("web.people.probe", "portal.domain.people.probe.models", "edges-without-tables"),
    wrong("api.v1.probe", "portal.domain.people.probe.rules", "edges-without-tables"),
    wrong("jobs.probe", "portal.domain.people.probe.reactions", "edges-without-tables"),
    wrong("cli.probe", "portal.domain.people.probe.signals", "edges-without-tables"),
    wrong("web.people.probe", "sqlalchemy", "edges-without-statements"),
    wrong("cli.probe", "psycopg", "edges-without-statements"),
    wrong("printing.probe", "portal.domain.people.probe.queries", "printing-is-pure"),
    wrong("printing.probe", "flask", "printing-is-pure"),
    wrong("web.events.probe", "portal.web.people.probe", "web"),
    wrong("web.toolkit.probe", "portal.web.people.probe", "web"),
    wrong("web.catering.probe", "portal.web.toolkit.probe", "web"),
    wrong("api.v1.probe", "portal.api.graphql.probe", "api-styles"),
]
# Where a circle needs a way back, this is it.
WAYS_BACK = {"portal.domain.people.sample.values": "portal.domain.people.probe.values"}


@pytest.fixture(scope="module")
def broken_in() -> Iterator[Callable[[Path], set[str]]]:
    """The ids of the contracts that do not hold for the package in a directory."""
    command = [sys.executable, "-c", LINTER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as linter:
        assert linter.stdin
        assert linter.stdout
        asked, answers = linter.stdin, linter.stdout

        def ask(root: Path) -> set[str]:
            print(root, file=asked, flush=True)
            answer = next(line for line in answers if line.startswith("BROKEN"))
            return set(json.loads(answer.removeprefix("BROKEN")))

        yield ask


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the copy."""
    root = tmp_path_factory.mktemp("copied")
    shutil.copytree(ROOT / "portal", root / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture(scope="module")
def broken_before(broken_in: Callable[[Path], set[str]], copied: Path) -> set[str]:
    return broken_in(copied)


def test_every_contract_holds() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    command = [lint, "--no-logo", "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_contract_is_proven() -> None:
    proven = frozenset[str]().union(*(case.breaks for case in CASES))
    assert proven == set(CONTRACTS), "Add to CASES the import that the new contract forbids."


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.importer} imports {case.imported}")
def test_the_wrong_import_breaks_its_contract(
    case: Wrong, broken_before: set[str], broken_in: Callable[[Path], set[str]], copied: Path
) -> None:
    needed = {case.importer: case.imported}
    if case.imported.startswith("portal."):
        needed[case.imported] = WAYS_BACK.get(case.imported, "")
    with ExitStack() as made:
        for module, imported in needed.items():
            made.enter_context(_importing(copied, module, imported))
        broken = broken_in(copied) - broken_before

    # An import that points up may close a cycle too, where the way down is in the product already.
    assert case.breaks - broken_before <= broken <= case.breaks | {"acyclic"}


@contextmanager
def _importing(root: Path, module: str, imported: str) -> Iterator[None]:
    """`module`, with its packages where they are missing, imports `imported` for a while."""
    name = root.joinpath(*module.split("."))
    path = name / "__init__.py" if name.is_dir() else name.with_suffix(".py")
    missing = [each for each in path.relative_to(root).parents if each.parts and not (root / each).exists()]
    for each in reversed(missing):
        (root / each).mkdir()
        (root / each / "__init__.py").touch()
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n" + (f"import {imported}\n" if imported else ""))
    yield
    if before is None:
        path.unlink()
    else:
        path.write_text(before)
    if missing:
        shutil.rmtree(root / missing[-1])
