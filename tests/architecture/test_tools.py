"""The tools that check each line keep their strictness, and find what they are there for."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
BRANCHES = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(8))
STATEMENTS = "".join(f"    y{n} = x\n" for n in range(41))


def test_nothing_is_excused() -> None:
    lint = TOOLS["ruff"]["lint"]
    excused = {code for codes in lint.get("per-file-ignores", {}).values() for code in codes} | set(lint["ignore"])

    assert lint["mccabe"]["max-complexity"] <= 8
    assert not {"C90", "C901", "PLR0915", "BLE", "BLE001", "E722", "S110"} & excused
    assert TOOLS["mypy"]["strict"] is True
    assert {"portal", "worker.py", "wsgi.py"} <= set(TOOLS["mypy"]["files"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"def f(x: int) -> int:\n{BRANCHES}    return x\n", "C901"),
        (f"def f(x: int) -> None:\n{STATEMENTS}", "PLR0915"),
        ("try:\n    f()\nexcept Exception:\n    pass\n", "BLE001"),
        ("try:\n    f()\nexcept ValueError:\n    pass\n", "SIM105"),
        ("from datetime import datetime\n\nnow = datetime.now()\n", "DTZ005"),
        ("print('x')\n", "T201"),
        ("from . import x\n", "TID252"),
    ],
)
def test_ruff_finds_it(text: str, code: str) -> None:
    command = [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--output-format=concise"]
    run = subprocess.run(
        [*command, "--stdin-filename", "portal/web/people/probe.py", "-"],
        cwd=ROOT, input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert f" {code} " in run.stdout
