"""What comes out: figures against their aims, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Result:
    """A ratio, its aim (`<=2`, `>=0.7`), what it is a ratio of, and the figures behind it."""

    scenario: str
    ratio: float
    aim: str
    unit: str
    detail: str

    @property
    def met(self) -> bool:
        """Whether the ratio, as it is shown, reaches the aim."""
        shown, limit = round(self.ratio, 2), float(self.aim[2:])
        return shown <= limit if self.aim.startswith("<=") else shown >= limit


@dataclass(frozen=True, slots=True)
class Voided:
    """A scenario without figures, and why."""

    scenario: str
    reason: str


def table(results: Sequence[Result], voided: Sequence[Voided]) -> str:
    """The results as lines for a terminal."""
    heads = ("", "scenario", "ratio", "aim", "unit", "behind it")
    rows = [heads]
    rows += [
        ("ok" if each.met else "SHORT", each.scenario, f"{each.ratio:.2f}", each.aim, each.unit, each.detail)
        for each in results
    ]
    rows += [("void", each.scenario, "–", "", "", each.reason) for each in voided]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def write(results: Sequence[Result], path: Path = RESULTS / "latest.json") -> None:
    """The results as JSON, a list of objects with the fields of Result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rounded = [{**asdict(each), "ratio": round(each.ratio, 3)} for each in results]
    path.write_bytes(orjson.dumps(rounded, option=orjson.OPT_INDENT_2) + b"\n")
