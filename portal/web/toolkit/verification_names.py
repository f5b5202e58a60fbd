"""What the kinds of verification are called on pages."""

from __future__ import annotations

from portal.domain.investments.eligibility.values import VerificationKind

VERIFICATIONS = {
    VerificationKind.ACCREDITATION: "Accreditation",
    VerificationKind.IDENTITY: "Identity",
    VerificationKind.TAX_FORM: "Tax form",
}
