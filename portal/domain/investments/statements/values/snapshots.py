"""What a statement says, frozen when it was prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portal.domain.investments.ledger.values import EntryKind
from portal.domain.investments.statements.values.periods import Period

SideName = Literal["account", "partner", "fund"]
SIDE_LABELS: Mapping[SideName, str] = {"account": "Account", "partner": "General partner", "fund": "Total fund"}
Column = Literal["period", "year", "inception"]
COLUMNS: tuple[Column, ...] = ("period", "year", "inception")

# In the order of the ILPA template. Lines that the ledger has no entries for are left out: some always, those of
# RARE_LINES from a statement that has nothing to say there. Realised and unrealised gain stand as one line until
# somebody posts what was realised: valuations state what a holding is worth, not how much of it that is.
LINE_LABELS: Mapping[str, str] = {
    "beginning_nav": "Beginning net asset value",
    "contributions": "Contributions",
    "distributions": "Distributions",
    "total_flows": "Total contributions and distributions",
    "transfers": "Interests transferred, at net asset value",
    "fees": "Management fees",
    "rebates": "Fee rebates and offsets",
    "expenses": "Partnership expenses",
    "income": "Interest and dividend income",
    "interest_expense": "Interest expense",
    "net_operating": "Net operating income/(loss)",
    "placement_fees": "Placement fees",
    "realised": "Realised gain/(loss)",
    "gain": "Realised and unrealised gain/(loss)",
    "ending_nav": "Ending net asset value",
    "incentive_paid": "Incentive allocation paid, within distributions",
    "accrued_change": "Accrued incentive allocation, change",
    "accrued_ending": "Accrued incentive allocation, ending",
    "ending_gross_nav": "Ending net asset value, gross of incentive",
    "commitment": "Total commitment",
    "beginning_unfunded": "Beginning unfunded commitment",
    "committed": "Commitments made, less released",
    "drawn": "Contributions inside the commitment",
    "called": "Called, not yet paid",
    "recallable": "Recallable distributions",
    "released": "Expired or released",
    "passed_on": "Drawn before an interest was transferred",
    "ending_unfunded": "Ending unfunded commitment",
}
FORMER_LABELS = {"fees": "Management fees and expenses"}
APART_LABELS = {"gain": "Change in unrealised gain/(loss)"}
ACCRUED_LABELS = {"ending_nav": "Ending net asset value, net of incentive"}
# Each total, and the lines that come to it.
LINE_PARTS: Mapping[str, tuple[str, ...]] = {
    "total_flows": ("contributions", "distributions"),
    "net_operating": ("fees", "rebates", "expenses", "income", "interest_expense"),
    "ending_nav": (
        "beginning_nav", "total_flows", "transfers", "net_operating", "placement_fees", "realised", "gain",
    ),
    "ending_gross_nav": ("ending_nav", "accrued_ending"),
    "ending_unfunded": (
        "beginning_unfunded", "committed", "drawn", "called", "recallable", "released", "passed_on",
    ),
}  # fmt: skip
RARE_LINES = frozenset(
    {
        "transfers", "rebates", "expenses", "income", "interest_expense", "placement_fees", "realised",
        "incentive_paid", "accrued_change", "accrued_ending", "called", "released", "passed_on",
    }
)  # fmt: skip
# What each line comes to, with signs. The gain is what is left of the walk: the rest of it, turned round.
LINE_FORMULAS: Mapping[str, tuple[tuple[str, int], ...]] = {
    **{code: tuple((part, 1) for part in parts) for code, parts in LINE_PARTS.items()},
    "gain": (
        ("ending_nav", 1), ("beginning_nav", -1), ("total_flows", -1), ("transfers", -1), ("net_operating", -1),
        ("placement_fees", -1), ("realised", -1),
    ),
}  # fmt: skip
KIND_LABELS: Mapping[EntryKind, str] = {
    EntryKind.COMMITMENT: "Commitment",
    EntryKind.CALL: "Capital call",
    EntryKind.RELEASE: "Commitment expired or released",
    EntryKind.CONTRIBUTION: "Contribution",
    EntryKind.TRANSFER: "Transfer of an interest",
    EntryKind.FEE: "Fee",
    EntryKind.EXPENSE: "Expense",
    EntryKind.FEE_REBATE: "Fee rebate",
    EntryKind.INVESTMENT_INCOME: "Interest and dividend income",
    EntryKind.INTEREST_EXPENSE: "Interest expense",
    EntryKind.PLACEMENT_FEE: "Placement fee",
    EntryKind.INVESTMENT_GAIN: "Gain realised by the vehicle",
    EntryKind.INVESTMENT_LOSS: "Loss realised by the vehicle",
    EntryKind.DISTRIBUTION: "Distribution",
    EntryKind.RETURN_OF_CAPITAL: "Return of capital",
    EntryKind.GAIN: "Realised gain",
    EntryKind.DIVIDEND: "Dividend",
    EntryKind.INTEREST: "Interest",
    EntryKind.OTHER_INCOME: "Other income",
    EntryKind.RETURN_OF_UNUSED: "Return of unused capital",
    EntryKind.IN_KIND: "Distribution in kind",
    EntryKind.CARRIED_INTEREST: "Carried interest",
    EntryKind.CLAWBACK: "Carry paid back",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement in its three columns. `total` says that it sums up the lines above it."""

    code: str
    period: Decimal
    year: Decimal
    inception: Decimal
    total: bool = False

    def amount(self, column: Column) -> Decimal:
        """The amount in a column."""
        amounts: dict[Column, Decimal] = {"period": self.period, "year": self.year, "inception": self.inception}
        return amounts[column]


@dataclass(frozen=True, slots=True)
class Side:
    """The lines of one of those whom a statement speaks of: the account, the general partner, the whole fund."""

    account_lines: tuple[Line, ...]
    commitment_lines: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them, in order."""
        return (*self.account_lines, *self.commitment_lines)

    def states(self, code: str) -> bool:
        """Whether the line called `code` stands here."""
        return any(line.code == code for line in self.lines)

    def line(self, code: str) -> Line:
        """The line called `code`: of zeros where a rare one is left out, and summed up where a total is that was not
        stated formerly; KeyError where there is none such."""
        for line in self.lines:
            if line.code == code:
                return line
        if code in RARE_LINES:
            return Line(code, Decimal(0), Decimal(0), Decimal(0))
        parts = [self.line(part) for part in LINE_PARTS[code]]
        period, year, inception = (sum((part.amount(each) for part in parts), Decimal(0)) for each in COLUMNS)
        return Line(code, period, year, inception, total=True)


@dataclass(frozen=True, slots=True)
class FundSides:
    """What stands beside an account: the total fund, which is every account of the vehicle together, and its general
    partner, the account that the vehicle's terms give the carried interest to; None where they name none."""

    fund: Side
    partner: Side | None


@dataclass(frozen=True, slots=True)
class Performance:
    """Returns since inception at the period's end. Ratios have ten places; one that is None has a code in `reasons`."""

    as_of: date
    commitment: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    dpi: Decimal | None
    rvpi: Decimal | None
    tvpi: Decimal | None
    pic: Decimal | None
    irr: Decimal | None
    reasons: Mapping[str, str]
    valued_on: date | None
    nav_adjusted: bool
    irr_annualised: bool
    first_flow_on: date | None


@dataclass(frozen=True, slots=True)
class StatedTransaction:
    """A transaction of the period: what it did to the capital account and to what is unfunded, signed."""

    on: date
    kind: EntryKind
    reference: str
    reversal: bool
    account_effect: Decimal
    unfunded_effect: Decimal

    @property
    def label(self) -> str:
        """What it was, for people."""
        label = KIND_LABELS[self.kind]
        return f"{label}, reversed" if self.reversal else label


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that a correction changed, as texts of the snapshots. `side` is whose: "account", "partner", "fund"."""

    figure: str
    column: str
    before: str | None
    after: str | None
    side: SideName = "account"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a new version of a statement says of the one it replaces."""

    number: str
    version: int
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a statement says, frozen when it was prepared: page, PDF and JSON read nothing else."""

    number: str
    version: int
    prepared_on: date
    firm: str
    account: str
    vehicle: str
    currency: str
    period: Period
    account_lines: tuple[Line, ...]
    commitment_lines: tuple[Line, ...]
    performance: Performance
    transactions: tuple[StatedTransaction, ...]
    opening_balances: bool
    correction: Correction | None = None
    beside: FundSides | None = None

    @property
    def own(self) -> Side:
        """The account's own lines."""
        return Side(self.account_lines, self.commitment_lines)

    @property
    def sides(self) -> Mapping[SideName, Side]:
        """Everybody's lines by whose they are; statements were of the account alone before the fund stood beside it."""
        sides: dict[SideName, Side] = {"account": self.own}
        if self.beside is not None and self.beside.partner is not None:
            sides["partner"] = self.beside.partner
        if self.beside is not None:
            sides["fund"] = self.beside.fund
        return sides

    @property
    def stated(self) -> frozenset[str]:
        """The lines that any side states."""
        return frozenset(line.code for side in self.sides.values() for line in side.lines)

    @property
    def labels(self) -> Mapping[str, str]:
        """What its lines are called: formerly the fees had the expenses in them, what is left of the gain is unrealised
        where any side tells the realised part, and NAV is net of the incentive that is accrued."""
        former = {} if self.own.states("net_operating") else FORMER_LABELS
        apart = APART_LABELS if "realised" in self.stated else {}
        accrued = ACCRUED_LABELS if "ending_gross_nav" in self.stated else {}
        return {**LINE_LABELS, **former, **apart, **accrued}

    def line(self, code: str) -> Line:
        """The account's line called `code`; KeyError where there is none such."""
        return self.own.line(code)
