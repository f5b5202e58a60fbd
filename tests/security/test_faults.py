"""The faults that are tried on the product still fit it; `make faults` tries them."""

from __future__ import annotations

from pathlib import Path

from tests.security.faults.catalogue import FAULTS, misplaced

ROOT = Path(__file__).parents[2]


def test_each_fault_still_applies() -> None:
    paths = {fault.path for fault in FAULTS} | {test.partition("::")[0] for fault in FAULTS for test in fault.tests}
    found = list(misplaced({path: (ROOT / path).read_text() for path in paths if (ROOT / path).exists()}))
    assert not found, "In tests/security/faults/catalogue.py:\n" + "\n".join(found)


def test_there_are_many_and_each_is_another() -> None:
    assert len({(fault.path, fault.old, fault.new) for fault in FAULTS}) == len(FAULTS) >= 20
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
