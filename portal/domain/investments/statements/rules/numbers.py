"""The number by which people name a statement."""

from __future__ import annotations

from portal.domain.investments.statements.values.periods import Period

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another when read aloud


def statement_number(period: Period, chance: int) -> str:
    """The period and eight letters drawn by `chance` (40 bits): unlike a count, it tells nobody how many there are."""
    drawn = "".join(LETTERS[(chance >> 5 * place) & 31] for place in range(8))
    return f"{period.key.replace('-', '')}-{drawn[:4]}-{drawn[4:]}"
