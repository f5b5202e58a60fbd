"""The virus scanner that may be set up: its answers, its silence, and a real one where it is installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from portal.platform.screening.screening import ScannerUnavailable, screen_file
from portal.platform.screening.values import ScreeningRefused
from portal.settings import SettingsError, load
from tests.platform.screening.pdf_files import clean_pdf

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# It answers as clamdscan does: 0 clean, 1 found, 2 for an error of its own.
SCANNER = """
import sys
assert sys.argv[1:-1] == ["--no-summary", "--fdpass"], sys.argv
sys.exit(1 if b"EICAR" in open(sys.argv[-1], "rb").read() else 0)
"""


@pytest.fixture
def scanner(tmp_path: Path) -> str:
    (tmp_path / "a scanner.py").write_text(SCANNER)
    return f"{sys.executable} '{tmp_path / 'a scanner.py'}' --no-summary --fdpass"


def screen(folder: Path, content: bytes, scanner: str, name: str = "a.csv") -> None:
    (folder / "given").write_bytes(content)
    screen_file(folder / "given", folder / "kept", name, scanner=scanner)


def test_what_the_scanner_finds_is_refused(tmp_path: Path, scanner: str) -> None:
    with pytest.raises(ScreeningRefused, match="virus") as refused:
        screen(tmp_path, EICAR, scanner)
    assert refused.value.code == "infected"
    assert not (tmp_path / "kept").exists()


def test_what_it_finds_clean_goes_on(tmp_path: Path, scanner: str) -> None:
    screen(tmp_path, clean_pdf(), scanner, "a.pdf")
    assert (tmp_path / "kept").exists()


@pytest.mark.parametrize("command", ["/no/such/scanner", "false_friend", "sh -c 'exit 2'"])
def test_a_scanner_that_does_not_answer_is_no_verdict(tmp_path: Path, command: str) -> None:
    with pytest.raises(ScannerUnavailable):
        screen(tmp_path, clean_pdf(), command, "a.pdf")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("command", ["/no/such/scanner --fast", "scanner 'half a quote"])
def test_a_scanner_that_is_not_there_stops_the_start(command: str) -> None:
    with pytest.raises(SettingsError, match="VIRUS_SCANNER names"):
        load({"VIRUS_SCANNER": command})


@pytest.mark.skipif(shutil.which("clamscan") is None, reason="ClamAV is not installed")
def test_clamav_finds_the_test_virus(tmp_path: Path) -> None:
    with pytest.raises(ScreeningRefused, match="virus"):
        screen(tmp_path, EICAR, "clamscan --no-summary")
