"""A distribution worked out from the books: pure, so that a preview, an approval and a what-if say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from portal.domain.investments.distributions.rules.sharing import (
    cross,
    find_rate,
    key_rates,
    recall,
    share_tiers,
    split_by,
    take_carry,
    withhold,
)
from portal.domain.investments.distributions.rules.waterfalls import (
    hold_back,
    list_tier_lines,
    round_half_up,
    round_tiers,
    share_out,
    stand,
)
from portal.domain.investments.distributions.values.plans import (
    Component,
    Fall,
    Line,
    Method,
    Partner,
    Plan,
    Rate,
    Share,
    Source,
)
from portal.domain.investments.distributions.values.waterfalls import Drawn, PaidOut, Tier, TierPart, WaterfallTerms
from portal.domain.investments.vehicles.values import Terms
from portal.platform.money import minor_places

ZERO = Decimal(0)
ORDER = {source: place for place, source in enumerate(Source)}


@dataclass(frozen=True, slots=True)
class Course:
    """What a run through the tiers is judged by: capital of the partners that bear carry, and what was paid before."""

    name: str
    drawn: Sequence[Drawn] = ()
    paid_out: Sequence[PaidOut] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """The books that a distribution is worked out from. `courses` has the whole vehicle under None, or each deal."""

    currency: str
    terms: WaterfallTerms
    partners: Sequence[Partner]
    courses: Mapping[UUID | None, Course] = field(default_factory=dict)
    rates: Sequence[Rate] = ()
    carry_account: UUID | None = None
    escrow: Decimal = ZERO


@dataclass(slots=True)
class _Board:
    """Parts as they come together, by account."""

    ground: Ground
    places: int
    parts: dict[UUID, dict[Source, Component]] = field(default_factory=lambda: defaultdict(dict))
    tiers: dict[UUID, dict[Tier, TierPart]] = field(default_factory=lambda: defaultdict(dict))
    falls: list[Fall] = field(default_factory=list)
    escrow: Decimal = ZERO

    def add(self, account_id: UUID, source: Source, amount: Decimal, recallable: Decimal = ZERO) -> None:
        """Let an account have more of a source."""
        if amount:
            had = self.parts[account_id].get(source, Component(source, ZERO))
            self.parts[account_id][source] = had._replace(
                amount=had.amount + amount, recallable=had.recallable + recallable
            )

    def add_part(self, account_id: UUID, tier: Tier, part: TierPart) -> None:
        """Let an account have more of a tier."""
        if part.amount:
            mine = self.tiers[account_id]
            had = mine[tier].amount if tier in mine else ZERO
            mine[tier] = part._replace(amount=part.amount + had)

    def add_line(self, partners: Sequence[Partner], line: Line, parts: Sequence[Decimal]) -> None:
        """Let accounts have their parts of a line, and of what of it may be called again."""
        again = recall(line, parts, places=self.places)
        for partner, part, recallable in zip(partners, parts, again, strict=True):
            self.add(partner.account_id, line.source, part, recallable)


def tier_terms(terms: Terms) -> WaterfallTerms:
    """What of a vehicle's terms the tiers go by."""
    return WaterfallTerms(
        terms.preferred_return, terms.preferred_compounding, terms.day_count, terms.carry, terms.catch_up
    )


def plan_distribution(ground: Ground, method: Method, lines: Sequence[Line], *, on: date) -> Plan:
    """Who gets what of these lines on a day. Unused capital goes back beside the tiers, by what was paid in. Raises
    NothingToShareBy where nobody has paid in (or promised) anything."""
    board = _Board(ground, minor_places(ground.currency))
    if method is Method.WATERFALL:
        by_course: dict[UUID | None, list[Line]] = defaultdict(list)
        for line in lines:
            if line.source is Source.RETURN_OF_UNUSED:
                _in_proportion(board, Method.PAID_IN, line)
            else:
                by_course[line.deal_id if line.deal_id in ground.courses else None].append(line)
        for course_id, of_course in by_course.items():
            _fall(board, course_id, of_course, on)
    else:
        for line in lines:
            _in_proportion(board, method, line)
    return _closed(board)


def _in_proportion(board: _Board, method: Method, line: Line) -> None:
    partners = board.ground.partners
    by = [each.commitment if method is Method.COMMITMENT else each.paid_in for each in partners]
    parts = split_by(partners, line.amount, by, places=board.places)
    _note_proportion(board, partners, parts, by)
    board.add_line(partners, line, parts)


def _note_proportion(
    board: _Board, partners: Sequence[Partner], parts: Sequence[Decimal], by: Sequence[Decimal]
) -> None:
    whole = sum(by, ZERO)
    for partner, part, mine in zip(partners, parts, by, strict=True):
        board.add_part(partner.account_id, Tier.PROPORTION, TierPart(part, mine, whole))


def _fall(board: _Board, course_id: UUID | None, lines: Sequence[Line], on: date) -> None:
    """One run through the tiers, and its parts to the accounts."""
    ground, places = board.ground, board.places
    course = ground.courses[course_id]
    amount = sum((line.amount for line in lines), ZERO)
    charged = [partner for partner in ground.partners if not partner.carries]
    free = [partner for partner in ground.partners if partner.carries]
    own = _own_part(ground, amount, places)
    standing = stand(ground.terms, course.drawn, course.paid_out, on=on)
    exact = share_out(ground.terms, standing, Fraction(amount - own))
    paid = round_tiers(exact, places=places)
    tier_lines = list_tier_lines(ground.terms, standing, exact, paid, places=places)
    parts = tuple(round_half_up(part, places) for part in paid)
    fall = Fall(
        course_id, course.name, amount, own, on, ground.terms, tier_lines, standing.accruals, parts
    )  # fmt: skip
    board.falls.append(fall)
    totals = _by_account(board, charged, share_tiers(charged, paid, places=places))
    by = [partner.paid_in for partner in free]
    beside = split_by(free, own, by, places=places)
    _note_proportion(board, free, beside, by)
    totals += beside
    _cross_sources(board, [*charged, *free], totals, lines, fall.carry)
    _carry(board, fall.carry)


def _own_part(ground: Ground, amount: Decimal, places: int) -> Decimal:
    """What of an amount belongs to the general partner's own commitment, by what was paid in."""
    by = [partner.paid_in for partner in ground.partners]
    parts = split_by(ground.partners, amount, by, places=places)
    return sum((part for partner, part in zip(ground.partners, parts, strict=True) if partner.carries), ZERO)


def _by_account(board: _Board, partners: Sequence[Partner], tiers: Mapping[Tier, Sequence[TierPart]]) -> list[Decimal]:
    totals = [ZERO] * len(partners)
    for tier, parts in tiers.items():
        for place, (partner, part) in enumerate(zip(partners, parts, strict=True)):
            totals[place] += part.amount
            board.add_part(partner.account_id, tier, part)
    return totals


def _cross_sources(
    board: _Board, partners: Sequence[Partner], totals: Sequence[Decimal], lines: Sequence[Line], carry: Decimal
) -> None:
    taken = take_carry(lines, carry, places=board.places)
    amounts = [line.amount - part for line, part in zip(lines, taken, strict=True)]
    grid = cross(amounts, totals, places=board.places, ranks=[partner.rank for partner in partners])
    for line, parts in zip(lines, grid, strict=True):
        board.add_line(partners, line, parts)


def _carry(board: _Board, carry: Decimal) -> None:
    if not carry:
        return
    held = hold_back(carry, board.ground.escrow, places=board.places)
    board.escrow += held
    if board.ground.carry_account is not None:
        board.add(board.ground.carry_account, Source.CARRIED_INTEREST, carry - held)


def _closed(board: _Board) -> Plan:
    """The parts with what is withheld from them, in order of admission."""
    ground, rates = board.ground, key_rates(board.ground.rates)
    known = {partner.account_id: partner for partner in ground.partners}
    shares = []
    for account_id, components in board.parts.items():
        partner = known.get(account_id)
        mine = [
            withhold(each, find_rate(rates, partner, each.source) if partner else None, ground.currency)
            for each in components.values()
        ]
        mine.sort(key=lambda each: ORDER[each.source])
        shares.append(Share(account_id, tuple(mine), dict(board.tiers.get(account_id, {}))))
    shares.sort(key=lambda share: known[share.account_id].rank if share.account_id in known else len(known))
    return Plan(tuple(shares), tuple(board.falls), board.escrow)
