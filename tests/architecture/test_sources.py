"""The rules that the source itself must follow; each is shown to find what it forbids."""

from collections.abc import Mapping

import pytest

from tests.architecture.rules import references, roles, shape, size, statements, wording
from tests.architecture.source import ROOT, RULES, Rule, Source, everything

MODULES = (references, roles, shape, size, statements, wording)
BAD = [pytest.param(rule, product, id=f"{rule.name}-{n}") for rule in RULES for n, product in enumerate(rule.bad)]
GOOD = [pytest.param(rule, product, id=f"{rule.name}-{n}") for rule in RULES for n, product in enumerate(rule.good)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_product_follows(rule: Rule) -> None:
    found = rule.findings(everything())

    assert not found, f"\n{rule.instead}\n" + "\n".join(f"  {line}" for line in found)


@pytest.mark.parametrize(("rule", "product"), BAD)
def test_a_rule_finds_what_it_forbids(rule: Rule, product: Mapping[str, str]) -> None:
    assert rule.findings(Source(path, text) for path, text in product.items())


@pytest.mark.parametrize(("rule", "product"), GOOD)
def test_a_rule_lets_the_right_way_pass(rule: Rule, product: Mapping[str, str]) -> None:
    assert not rule.findings(Source(path, text) for path, text in product.items())


def test_every_rule_is_shown_to_fail() -> None:
    assert {rule.check.__module__ for rule in RULES} == {module.__name__ for module in MODULES}
    assert all(rule.bad for rule in RULES)


def test_the_whole_product_is_read() -> None:
    read = {source.path for source in everything()}

    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "portal").rglob("*.py")} <= read
    assert "pyproject.toml" in read
