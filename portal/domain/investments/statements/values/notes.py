"""The small print of a statement: how its figures are to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from portal.domain.investments.returns.values import reason_sentence
from portal.domain.investments.statements.values.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with places for values (`%(as_of)s`), so that it can be translated; dates are given as dates."""

    text: str
    values: Mapping[str, date | str]


_LINES = Note(
    "Lines follow the ILPA capital account statement; those of which the ledger has no entries are left out. All"
    " amounts are net of fees and carried interest charged in the fund.",
    {},
)
_TOGETHER = (
    "Realised and unrealised gain stand as one line, since valuations state what a holding is worth and not how much of"
    " it was realised."
)
_APART = (
    "Realised gain is what was posted as realised; the change in unrealised gain is what else the valuations come to."
)
_VALUED = "Net asset value at %(as_of)s: the valuation of %(valued_on)s."
_ADJUSTED = (
    "Adjusted net asset value at %(as_of)s: the valuation of %(valued_on)s, rolled forward by later contributions,"
    " distributions and fees."
)
_UNVALUED = "Not yet valued at %(as_of)s: the net asset value counts as zero."
_RATE = (
    "IRR: net internal rate of return since inception, the annual rate at which all dated cash flows since %(first)s"
    " and the net asset value sum to zero; actual/365, as of %(as_of)s."
)
_SHORT = "The IRR is not annualised: the flows span less than a year, so that it is the rate for that time."
_NO_RATE = "IRR is not stated. %(reason)s"
_MULTIPLES = (
    "DPI, RVPI and TVPI: distributions, net asset value, and both together, divided by paid-in since inception; PIC:"
    " paid-in divided by commitment. Net, as of %(as_of)s."
)
_UNDEFINED = "A dash means that a multiple is not defined. %(reason)s"
_ACCRUED = (
    "Accrued incentive allocation: the account’s part of the carried interest that the vehicle’s last valuation on or"
    " before each day sets aside, divided as the value is. It is not paid, and net asset value is stated without it."
)
_BESIDE = (
    "Total fund: every account of the vehicle together, as the ledger stood on %(prepared_on)s. A later correction of"
    " another account changes it, and is told by the next statement."
)
_OPENING = (
    "Part of the history was brought forward as opening balances: earlier amounts appear on the day they were brought"
    " forward."
)


def list_notes(snapshot: Snapshot) -> tuple[Note, ...]:
    """Every note that this statement needs, in the order of its parts."""
    return tuple(_notes(snapshot))


def _notes(snapshot: Snapshot) -> Iterator[Note]:
    returns = snapshot.performance
    as_of: dict[str, date | str] = {"as_of": returns.as_of}
    yield _LINES
    yield Note(_APART if "realised" in snapshot.stated else _TOGETHER, {})
    if returns.valued_on is None:
        yield Note(_UNVALUED, as_of)
    else:
        yield Note(_ADJUSTED if returns.nav_adjusted else _VALUED, {**as_of, "valued_on": returns.valued_on})
    if "ending_gross_nav" in snapshot.stated:
        yield Note(_ACCRUED, {})
    yield Note(_MULTIPLES, as_of)
    undefined = {code: reason for code, reason in returns.reasons.items() if code != "irr"}
    for reason in sorted(set(undefined.values())):
        yield Note(_UNDEFINED, {"reason": reason_sentence(reason)})
    if returns.irr is None:
        yield Note(_NO_RATE, {"reason": reason_sentence(returns.reasons["irr"])})
    else:
        yield Note(_RATE, {**as_of, "first": returns.first_flow_on or returns.as_of})
        if not returns.irr_annualised:
            yield Note(_SHORT, {})
    if snapshot.beside is not None:
        yield Note(_BESIDE, {"prepared_on": snapshot.prepared_on})
    if snapshot.opening_balances:
        yield Note(_OPENING, {})
