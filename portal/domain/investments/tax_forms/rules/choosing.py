"""Which form a holder gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.domain.investments.eligibility.values import Basis
from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.runs import Holder
from portal.domain.investments.vehicles.values import TaxClass

DOMESTIC: Mapping[TaxClass, FormKind] = {
    TaxClass.PARTNERSHIP: FormKind.K1,
    TaxClass.CORPORATION: FormKind.DIV,
    TaxClass.REIT: FormKind.DIV,
    TaxClass.RIC: FormKind.DIV,
    TaxClass.NOTES: FormKind.INT,
}


def forms_of(tax_class: TaxClass, *, foreign: bool) -> tuple[FormKind, ...]:
    """The forms of a holder of a vehicle of this tax class. Every partner gets a Schedule K-1 (Instructions for Form
    1065); to a foreign one the partnership's payments subject to withholding are told on Form 1042-S besides, and
    that takes the place of a Form 1099 (Instructions for Form 1042-S)."""
    if not foreign:
        return (DOMESTIC[tax_class],)
    return (FormKind.K1, FormKind.FOREIGN) if tax_class is TaxClass.PARTNERSHIP else (FormKind.FOREIGN,)


def forms_offered(tax_class: TaxClass) -> tuple[FormKind, ...]:
    """The forms that a vehicle of this tax class may have to make."""
    return DOMESTIC[tax_class], FormKind.FOREIGN


def is_foreign(basis: Basis | None, residence: str | None) -> bool:
    """Whether a holder is a foreign person: by the W-8 or W-9 it gave, else by its tax residence; of whom nothing is
    known counts as a person of the United States."""
    if basis is not None:
        return basis is not Basis.W9
    return residence is not None and residence != "US"


def choose_holders(holders: Iterable[Holder], tax_class: TaxClass, kind: FormKind) -> list[Holder]:
    """Those of the holders who get this form, in the order given."""
    return [each for each in holders if kind in forms_of(tax_class, foreign=each.foreign)]
