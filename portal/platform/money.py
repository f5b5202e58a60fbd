"""Money: an exact decimal amount that never travels without its currency, and its fair division.

Decimal throughout: a float is refused wherever an amount enters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from portal.platform.errors import Invalid

LIMIT = Decimal(10) ** 16  # what numeric(20,4) keeps
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # wide enough that no step here rounds unasked
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


class InvalidAmount(Invalid):
    """The amount is no plain decimal number, too large, or finer than the currency's smallest unit."""

    code = "invalid_amount"


class UnknownCurrency(Invalid):
    """The code names no currency of ISO 4217."""

    code = "unknown_currency"


class MixedCurrencies(Invalid):
    """Amounts in different currencies were put together."""

    code = "mixed_currencies"


class NothingToShareBy(Invalid):
    """An amount was to be divided by weights that are all zero."""

    code = "nothing_to_share_by"


@lru_cache(maxsize=512)
def minor_places(currency: str) -> int:
    """Decimal places of a currency's smallest unit: JPY 0, USD 2, KWD 3 (Unicode CLDR, as Babel carries it).

    Raises UnknownCurrency for anything that is not a code in capital letters.
    """
    if currency not in list_currencies():
        raise UnknownCurrency(f"{currency!r} is not a currency. Use the three-letter code, such as USD.")
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole smallest units of its currency; equal only to the same in the same currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        places = minor_places(self.currency)
        amount = _finite(self.amount)
        exact = _quantised(amount, places)
        if exact != amount:
            raise InvalidAmount(f"{amount} is finer than {self.currency} goes: {places} decimal places.")
        object.__setattr__(self, "amount", exact)

    @classmethod
    def parse(cls, value: str | int | Decimal, currency: str) -> Money:
        """Money from digits as a machine writes them ("-1234.50"): no grouping, exponent, float or NaN."""
        return cls(_parsed(value), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """Money from a finer amount, rounded half-up (ties away from zero, as people round on paper).

        Imports use it, whose amounts may come in millions: a loss rounds to the mirror of the same gain.
        """
        return cls(_quantised(_finite(amount), minor_places(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """The sum of any number of amounts; nothing at all sums to zero of `currency`."""
        return sum(parts, start=cls.zero(currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def to_string(self) -> str:
        """The amount alone, in the currency's places and without grouping: "24096354.00"."""
        return f"{self.amount:f}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be put together.")
        return other.amount


def allocate(
    total: Decimal, weights: Sequence[Decimal], *, places: int, ranks: Sequence[int] | None = None
) -> list[Decimal]:
    """Divide an amount by weights so that the parts sum to it exactly (largest remainder, Hamilton's method).

    Everybody gets the whole units of their exact quota; the units left go one each to the largest
    fractional parts, ties to the lowest rank, which is the order of admission. Without `ranks` the order
    given is that order; with them the order given does not matter. A weight of zero gets zero. A negative
    total gets the mirror of the positive one, so that a reversal cancels each part.

    `places` is the currency's (see `minor_places`). Raises NothingToShareBy when no weight is above zero,
    InvalidAmount for a negative weight or a total finer than `places`.
    """
    basis = _whole(weights)
    whole = sum(basis)
    if not whole:
        raise NothingToShareBy("The amount cannot be divided: every weight is zero.")
    order = range(len(basis)) if ranks is None else ranks
    if len(order) != len(basis) or len(set(order)) != len(basis):
        raise ValueError("Each weight needs one rank of its own.")
    units = _units(abs(total), places)
    parts, remainders = zip(*(divmod(units * weight, whole) for weight in basis), strict=True)
    left = units - sum(parts)
    first = sorted(range(len(basis)), key=lambda place: (-remainders[place], order[place]))[:left]
    shares = list(parts)
    for place in first:
        shares[place] += 1
    sign = -1 if total < 0 else 1
    return [_EXACT.scaleb(Decimal(sign * share), -places) for share in shares]


def _whole(weights: Sequence[Decimal]) -> list[int]:
    """The weights as whole numbers in the same proportion."""
    ratios = [_finite(weight).as_integer_ratio() for weight in weights]
    if any(numerator < 0 for numerator, _ in ratios):
        raise InvalidAmount("An amount cannot be divided by a negative weight.")
    common = math.lcm(*(denominator for _, denominator in ratios))
    return [numerator * (common // denominator) for numerator, denominator in ratios]


def _units(amount: Decimal, places: int) -> int:
    numerator, denominator = _finite(amount).as_integer_ratio()
    units, rest = divmod(numerator * int(10**places), denominator)
    if rest:
        raise InvalidAmount(f"{amount} is finer than the {places} decimal places it is to be divided in.")
    return units


def _parsed(value: str | int | Decimal) -> Decimal:
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    raise InvalidAmount(f"{value!r} is not an amount. Write digits and a decimal point, such as 1234.50.")


def _finite(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise InvalidAmount(f"{amount!r} is not an exact, finite amount.")
    return amount


def _quantised(amount: Decimal, places: int) -> Decimal:
    """Rounded half-up to `places`, without a negative zero."""
    if abs(amount) >= LIMIT:
        raise InvalidAmount(f"{amount} is too large: amounts stay under {LIMIT:,}.")
    return amount.quantize(Decimal(1).scaleb(-places), context=_EXACT) + 0
