"""How much one file, function or template may hold."""

import re
from collections.abc import Iterator, Sequence

from tests.architecture.source import Source, length, ninetieth, rule

FILE, TEST_FILE, USUAL_FILE = 300, 400, 200
FUNCTION, USUAL_FUNCTION = 40, 25
TEMPLATE = 150
SILENCED = re.compile(r"#\s*(?:type:\s*ignore|noqa)")
WITH_REASON = re.compile(r"#\s*(?:type:\s*ignore\[[\w, -]+\]\s+#|noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)\W+\w+")


@rule(
    "Past 300 lines (tests 400) a file becomes a package split by noun or verb, never by kind.",
    bad=[{"portal/web/long.py": "x = 1\n" * 301}, {"tests/test_long.py": "x = 1\n" * 401}],
    good=[{"portal/web/full.py": "x = 1\n" * 300, "tests/test_full.py": "x = 1\n" * 400}],
)
def files_end(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        cap = TEST_FILE if source.under("tests") else FILE
        if source.is_python and source.lines > cap:
            yield f"{source.path} has {source.lines} lines; the cap is {cap}"


@rule(
    "Nine files in ten have at most 200 lines: split the longest by what they hold.",
    bad=[{"portal/web/a.py": "x = 1\n" * 201, "portal/web/b.py": "x = 1\n" * 250}],
    good=[{f"portal/web/{name}.py": "x = 1\n" * 200 for name in "abcdefghij"}],
)
def files_are_short(sources: Sequence[Source]) -> Iterator[str]:
    files = [source for source in sources if source.under("portal") and source.is_python and source.lines]
    if (usual := ninetieth(source.lines for source in files)) > USUAL_FILE:
        longest = sorted(files, key=lambda source: -source.lines)[: len(files) // 10 + 1]
        yield f"nine in ten reach {usual} lines: " + ", ".join(f"{s.path} ({s.lines})" for s in longest)


@rule(
    "Past 40 lines a function says several things: give each its name.",
    bad=[{"portal/web/a.py": "def f():\n" + "    x = 1\n" * 40}],
    good=[{"portal/web/a.py": "def f():\n" + "    x = 1\n" * 39}],
)
def functions_end(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.is_python and not source.under("migrations"):
            for function in source.functions():
                if length(function) > FUNCTION:
                    yield source.at(function, f"{function.name} has {length(function)} lines; the cap is {FUNCTION}")


@rule(
    "Nine functions in ten have at most 25 lines.",
    bad=[{"portal/web/a.py": "def f():\n" + "    x = 1\n" * 25}],
    good=[{"portal/web/a.py": "def f():\n" + "    x = 1\n" * 24}],
)
def functions_are_short(sources: Sequence[Source]) -> Iterator[str]:
    portal = [source for source in sources if source.under("portal") and source.is_python]
    usual = ninetieth(length(function) for source in portal for function in source.functions())
    if usual > USUAL_FUNCTION:
        yield f"nine in ten reach {usual} lines"


@rule(
    "Past 150 lines a template becomes a page and the fragments it includes.",
    bad=[{"templates/people/long.html": "<p>x</p>\n" * 151}],
    good=[{"templates/people/full.html": "<p>x</p>\n" * 150}],
)
def templates_end(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.under("templates") and source.lines > TEMPLATE:
            yield f"{source.path} has {source.lines} lines; the cap is {TEMPLATE}"


@rule(
    "Name the one finding and the reason beside it: `# type: ignore[arg-type]  # the stub says str`.",
    bad=[
        {"portal/web/a.py": "x = f()  # type" + ": ignore\n"},
        {"portal/web/a.py": "x = f()  # type" + ": ignore[arg-type]\n"},
        {"portal/web/a.py": "x = f()  # no" + "qa: S608\n"},
    ],
    good=[{"portal/web/a.py": "x = f()  # type: ignore[arg-type]  # the stub says str\n"}],
)
def silence_has_a_reason(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.is_python and not source.under("tests"):
            for number, line in enumerate(source.text.splitlines(), 1):
                if SILENCED.search(line) and not WITH_REASON.search(line):
                    yield f"{source.path}:{number}: {line.strip()}"
