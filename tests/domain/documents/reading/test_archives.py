"""Names inside an archive are safe on every system and lead nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.reading.rules.archives import DEEPEST, MANIFEST, place_in_archive, write_manifest
from portal.domain.documents.reading.values.archives import Filed

NAMES = st.text(max_size=30) | st.sampled_from(
    [
        "../../etc/passwd",
        "C:\\x.pdf",
        "CON.pdf",
        "a.pdf",
        "A.PDF",
        ".",
        "",
        "Contents.csv",
        "readme.txt",
        "\u202efdp.exe",
        "a/b.pdf",
    ]
)


def filed(name: str, *folders: str) -> Filed:
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return Filed(folders, name, "=SUM(A1)", "notice", 2, 10, "ab" * 32, moment)


@given(st.lists(st.tuples(st.lists(NAMES, max_size=8), NAMES), max_size=12))
def test_every_path_is_safe_and_its_own(wanted: list[tuple[list[str], str]]) -> None:
    taken: list[str] = []
    for folders, name in wanted:
        path = place_in_archive(filed(name, *folders), taken)
        parts = path.split("/")
        assert len(parts) <= DEEPEST + 1
        assert all(part and part.strip(" .") == part for part in parts[:-1])
        assert not any(mark in path for mark in '\\:*?"<>|\u202e\0\n')
        assert ".." not in parts
        assert not path.startswith("/")
        assert path.casefold() not in {each.casefold() for each in (*taken, MANIFEST)}
        taken.append(path)


def test_names_that_differ_in_case_alone_are_kept_apart() -> None:
    first = place_in_archive(filed("Call.pdf", "Fund I"), [])
    assert first == "Fund I/Call.pdf"
    assert place_in_archive(filed("CALL.pdf", "fund i"), [first]) == "fund i/CALL (2).pdf"


def test_the_list_of_contents_runs_nothing() -> None:
    text = write_manifest([("Fund I/Call.pdf", filed("Call.pdf"))]).decode("utf-8-sig")
    assert text.splitlines() == [
        "Path,Title,Type,Version,Bytes,SHA-256,Published",
        f"Fund I/Call.pdf,'=SUM(A1),notice,2,10,{'ab' * 32},2026-11-23T12:00:00+00:00",
    ]
