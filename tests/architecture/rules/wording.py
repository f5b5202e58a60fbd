"""Numbers that are money, and words that do not belong here."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.architecture.source import Source, rule

MONEY = ("portal/domain", "portal/api", "portal/platform/money.py", "portal/platform/formatting.py")
ROOT_FINDING = "portal/domain/investments/returns/rules"
# Written so that this file does not contain what it looks for.
PLACES = re.compile(
    r"(?<![\w.])/w[o]rk/|\.\./sh[a]red|\bsh[a]red/(?:data|[A-Z]+\.md)|(?<!\w)\.l[i]brary\b|/f[a]rm/|BRI[E]F\.md|before-st[o]p"
    r"|\b(?:DOM[A]IN|ARCHITECT[U]RE|SECUR[I]TY|PERFORM[A]NCE|INTERF[A]CE|ST[A]CK)\.md\b"
    r"|(?i:\bthe br[i]ef\b|\bthis sess[i]on (?:of|has|was)|\bst[e]ering\b|\bissue #?\d|\bhelper sess[i]on"
    r"|\bcl[a]ude\b|\bl[l]m\b|\bAI ag[e]nt)"
)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b|raise NotImplement[e]d")


@rule(
    "Use Decimal or Money: a float loses cents. Only the root finding of returns works in floats.",
    bad=[
        {"portal/domain/investments/ledger/rules.py": "def f(x):\n    return float(x)\n"},
        {"portal/domain/investments/ledger/values.py": "class Line:\n    amount: float\n"},
        {"portal/api/v1/investments/portfolio.py": "def f(x):\n    return float(x)\n"},
        {"portal/domain/investments/ledger/rules.py": "RATE = 0.08\n"},
    ],
    good=[
        {"portal/domain/people/profiles/rules.py": "def f(x):\n    return isinstance(x, (int, float))\n"},
        {f"{ROOT_FINDING}/roots.py": "def f(x):\n    return float(x) * 0.5\n"},
    ],
)
def money_is_never_a_float(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if not source.under(*MONEY) or source.under(ROOT_FINDING) or not source.is_python:
            continue
        tested = {id(inner) for call, name in source.calls() if name == "isinstance" for inner in ast.walk(call)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name) and node.id == "float" and id(node) not in tested:
                yield source.at(node, "float")
            elif isinstance(node, ast.Constant) and isinstance(node.value, float):
                yield source.at(node, f"{node.value} is a float")


@rule(
    "The product speaks of itself alone: say what it is, not where or for whom it was written.",
    bad=[
        {"portal/app.py": "# see /wo" + "rk/main\n"},
        {"docs/operations.md": "As DOMA" + "IN.md says\n"},
        {"README.md": "asked in iss" + "ue 2\n"},
        {"templates/x.html": "{# the br" + "ief wants it #}\n"},
    ],
    good=[
        {
            "portal/app.py": "# issue a notice in this session, work/life\n",
            "docs/architecture.md": "docs/architecture.md",
        }
    ],
)
def no_word_of_the_workshop(sources: Sequence[Source]) -> Iterator[str]:
    yield from _matches(sources, PLACES)


@rule(
    "Finish it, or leave it out: what is missing stands in the plan, not in the code.",
    bad=[{"portal/app.py": "# TO" + "DO later\n"}, {"portal/app.py": "raise NotImplement" + "edError\n"}],
    good=[{"portal/app.py": "todo_list = []\n"}],
)
def nothing_is_left_for_later(sources: Sequence[Source]) -> Iterator[str]:
    yield from _matches(sources, UNFINISHED)


def _matches(sources: Sequence[Source], words: re.Pattern[str]) -> Iterator[str]:
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            if found := words.search(line):
                yield f"{source.path}:{number}: {found.group()}"
