"""NACHA files read by their positions, independently of what writes them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ReadEntry:
    kind: str
    code: str
    routing: str
    number: str
    cents: int
    id: str
    name: str
    trace: str


@dataclass
class ReadFile:
    header: str
    entries: list[ReadEntry] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)


def is_routing(number: str) -> bool:
    """Whether nine digits are a routing number: 3d1 + 7d2 + d3 + … is a multiple of ten."""
    weights = [3, 7, 1, 3, 7, 1, 3, 7, 1]
    return len(number) == 9 and sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 10 == 0


def read_nacha(content: bytes) -> ReadFile:
    """Everything in the file; AssertionError where a rule of the format is broken."""
    text = content.decode("ascii")
    records = text.split("\n")
    assert records.pop() == ""
    assert len(records) % 10 == 0
    assert {len(record) for record in records} == {94}
    filled = [record for record in records if record != "9" * 94]
    assert records == filled + ["9" * 94] * (len(records) - len(filled))
    assert len(records) - len(filled) < 10
    header, *body, control = filled
    assert header[:4] == "101 "
    assert header[34:40] == "094101"
    assert is_routing(header[4:13])
    found, totals = ReadFile(header), [0, 0, 0]
    while body:
        end = next(place for place, record in enumerate(body) if record[0] == "8")
        _batch(found, body[: end + 1], totals)
        body = body[end + 1 :]
    assert control[0] == "9"
    assert int(control[1:7]) == len(found.batches)
    assert int(control[7:13]) == len(records) // 10
    assert int(control[13:21]) == totals[0]
    assert int(control[21:31]) == totals[1] % 10**10
    assert (int(control[31:43]), int(control[43:55])) == (0, totals[2])
    assert control[55:] == " " * 39
    return found


def _batch(found: ReadFile, records: list[str], totals: list[int]) -> None:
    header, *entries, control = records
    number = len(found.batches) + 1
    assert header[0] == "5"
    assert header[1:4] == "220" == control[1:4]
    assert header[50:53] in {"PPD", "CCD"}
    assert header[78] == "1"
    assert header[40:50] == control[44:54]  # the company
    assert header[79:87] == control[79:87]
    assert int(header[87:94]) == int(control[87:94]) == number
    hashed = total = 0
    for record in entries:
        assert record[0] == "6"
        assert record[78] == "0"
        entry = ReadEntry(
            header[50:53], record[1:3], record[3:12], record[12:29].rstrip(), int(record[29:39]),
            record[39:54].rstrip(), record[54:76].rstrip(), record[79:94],
        )  # fmt: skip
        assert is_routing(entry.routing)
        assert entry.trace[:8] == header[79:87]
        assert not found.entries or int(entry.trace) > int(found.entries[-1].trace)
        hashed, total = hashed + int(entry.routing[:8]), total + entry.cents
        found.entries.append(entry)
    assert int(control[4:10]) == len(entries) > 0
    assert int(control[10:20]) == hashed % 10**10
    assert (int(control[20:32]), int(control[32:44])) == (0, total)
    found.batches.append(header)
    totals[0] += len(entries)
    totals[1] += hashed
    totals[2] += total
