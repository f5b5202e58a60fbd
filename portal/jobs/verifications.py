"""Verifications of accounts: those who act for one are told what was decided, and that it runs out."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.queries import find_told
from portal.domain.investments.eligibility.services import tell_of_verification
from portal.domain.investments.eligibility.values import VerificationNews, runs_out_soon
from portal.jobs.posting import address_of, post
from portal.platform import clock, formatting
from portal.platform.outbox import Work

SUBJECTS = {
    VerificationNews.CONFIRMED: "a verification is confirmed",
    VerificationNews.REFUSED: "a verification was refused",
    VerificationNews.ENDED: "a verification counts no longer",
    VerificationNews.EXPIRING: "a verification runs out soon",
}


def warn(work: Work) -> None:
    """Have everybody told who acts for the account that its verification runs out; each mail looks whether it does."""
    verification_id = UUID(work.arguments["verification_id"])
    tell_of_verification(Actor.system(work.firm_id), verification_id, VerificationNews.EXPIRING)


def tell(work: Work) -> None:
    """Write to a person what became of a verification of an account they act for."""
    news, user_id = VerificationNews(work.arguments["news"]), UUID(work.arguments["user_id"])
    found = find_told(Actor.system(work.firm_id), UUID(work.arguments["verification_id"]), news, user_id)
    if found is not None:
        subject, url = f"{found.firm}: {SUBJECTS[news]}", address_of("investments/verifications")
        day = formatting.day(found.expires_on, found.locale) if found.expires_on else ""
        said = {"news": news.value, "what": found.kind.value, "day": day}
        soon = runs_out_soon(found, clock.today())
        post(work, found, subject, "mail/verification_told.txt", url=url, soon=soon, **said)
