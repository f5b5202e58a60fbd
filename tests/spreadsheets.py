"""What a spreadsheet program makes of a workbook: LibreOffice, without a screen, with every formula worked out anew."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

from requirements.machine import which

SECONDS = 120
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def find_spreadsheet() -> str | None:
    """The program, or None where it is not installed."""
    return which("soffice")


def recalculate(*workbooks: Path) -> list[list[list[str]]]:
    """The cells of each first sheet as LibreOffice shows them at full precision, after working out every formula; the
    workbooks are in one directory."""
    program, directory = find_spreadsheet(), workbooks[0].parent
    assert program is not None
    profile = directory / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    # Commas, quotes, UTF-8, from the first row; values as they are rather than as they are formatted.
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"
    subprocess.run(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", target, "--outdir",
         str(directory), *map(str, workbooks)],
        check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    return [_cells(workbook.with_suffix(".csv")) for workbook in workbooks]


def _cells(sheet: Path) -> list[list[str]]:
    with sheet.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
