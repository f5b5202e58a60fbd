"""The product's own text, read once, as the rules of the architecture look at it."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
FOLDERS = ("portal", "tests", "templates", "migrations", "benchmarks", "deploy", "docs", "static", ".ci")
SUFFIXES = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".css",
    ".js",
    ".sql",
    ".yml",
    ".yaml",
    ".ini",
    ".sh",
    ".mako",
}
NOT_OURS = {"__pycache__", "vendor", "node_modules", "results", ".hypothesis"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file of ours: its path from the root of the product, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def module(self) -> str:
        """Its dotted name: `portal.web.people.accounts`."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def domain(self) -> str | None:
        """The domain it belongs to: `people`."""
        return self.parts[2] if self.path.startswith("portal/domain/") and len(self.parts) > 3 else None

    @property
    def feature(self) -> tuple[str, str] | None:
        """Domain and feature it belongs to: (`people`, `investor_accounts`)."""
        return (self.parts[2], self.parts[3]) if self.domain and len(self.parts) > 4 else None

    @property
    def role(self) -> str | None:
        """What it is inside its feature: `services`, also for a file of the package services/."""
        return self.parts[4].removesuffix(".py") if self.feature else None

    def under(self, *folders: str) -> bool:
        """Whether it lies in one of these folders, or is one of these files."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)

    def at(self, node: ast.AST, message: str) -> str:
        """A finding in this file."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def public_functions(self) -> Iterator[Function]:
        """The functions other modules may call."""
        return (node for node in self.tree.body if isinstance(node, Function) and not node.name.startswith("_"))

    def public_methods(self) -> Iterator[Function]:
        """The methods of classes that other modules may call."""
        for kind in self.tree.body:
            if isinstance(kind, ast.ClassDef) and not kind.name.startswith("_"):
                yield from (node for node in kind.body if isinstance(node, Function) and not node.name.startswith("_"))

    def classes(self) -> Iterator[ast.ClassDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the dotted name of what is called: (`node`, `db.session.add`)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported name in full: `portal.platform.db.session`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def strings(self) -> Iterator[tuple[ast.expr, str]]:
        """Every string outside docstrings; of an f-string, its fixed parts with `{}` between them."""
        inside = {id(part) for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        prose = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                yield (
                    node,
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | prose:
                yield node, node.value


def dotted(node: ast.AST) -> str:
    """`db.session.add` for the expression that says so; `` for what has no name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def decorators(function: Function) -> Iterator[str]:
    """The last names of a function's decorators: `transactional` for `@db.transactional`."""
    for node in function.decorator_list:
        yield dotted(node.func if isinstance(node, ast.Call) else node).rsplit(".", 1)[-1]


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def ninetieth(values: Iterable[int]) -> int:
    """The value that nine in ten do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.9) - 1] if ordered else 0


@lru_cache(maxsize=1)
def everything() -> tuple[Source, ...]:
    """Every text file of the product that people write."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    paths += [path for path in ROOT.iterdir() if path.name in {"Makefile", "Dockerfile"} or path.suffix in SUFFIXES]
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(paths)
        if path.is_file()
        and (path.suffix in SUFFIXES or not path.suffix)
        and not NOT_OURS & set(path.relative_to(ROOT).parts)
    )


Check = Callable[[Sequence[Source]], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """A check over sources, what to do instead, and texts that it must find or must let pass."""

    check: Check
    instead: str
    bad: Sequence[Mapping[str, str]]
    good: Sequence[Mapping[str, str]]

    @property
    def name(self) -> str:
        return self.check.__name__

    def findings(self, sources: Iterable[Source]) -> list[str]:
        """What breaks the rule, one line each."""
        return list(self.check(list(sources)))


RULES: list[Rule] = []


def rule(
    instead: str, *, bad: Sequence[Mapping[str, str]], good: Sequence[Mapping[str, str]] = ()
) -> Callable[[Check], Check]:
    """Register a check. Each of `bad` and `good` is a little product of its own: path → text."""

    def register(check: Check) -> Check:
        RULES.append(Rule(check, instead, bad, good))
        return check

    return register
