"""Signing: people asked, reminded and told, time that is up, and the finished file."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.values.files import Release
from portal.domain.documents.signing.queries.errands import find_envelope_of, find_errand
from portal.domain.documents.signing.queries.finishing import get_unfinished
from portal.domain.documents.signing.services.finishing import finish_envelope, hold_unfinished
from portal.domain.documents.signing.services.sending import expire_envelope, remind_when_due
from portal.domain.documents.signing.values.envelopes import Errand, EventKind
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.signing.files import print_signed_file

KIND, MEDIA_TYPE = "pdf", "application/pdf"


def ask(work: Work) -> None:
    """Ask somebody to sign, or remind them; nothing where they have decided meanwhile."""
    actor = Actor.system(work.firm_id)
    errand = find_errand(actor, UUID(work.arguments["signer_id"]))
    if errand is None or not errand.is_awaited:
        return
    again = "again" in work.arguments
    until = formatting.moment(errand.expires_at, get_firm(work.firm_id).locale, "UTC")
    subject = f"{'Reminder: please' if again else 'Please'} sign {errand.title}"
    url = address_of(f"documents/signatures/{errand.envelope_id}")
    post(work, errand, subject, "mail/signing_asked.txt", until=until, url=url, is_again=again)


def remind(work: Work) -> None:
    """Remind somebody who was asked a while ago."""
    actor, signer_id = Actor.system(work.firm_id), UUID(work.arguments["signer_id"])
    envelope_id = find_envelope_of(actor, signer_id)
    if envelope_id is not None:
        remind_when_due(actor, envelope_id, signer_id)


def expire(work: Work) -> None:
    """End an envelope whose time is up."""
    expire_envelope(Actor.system(work.firm_id), UUID(work.arguments["envelope_id"]))


def tell(work: Work) -> None:
    """Tell who sent an envelope, or who was asked to sign it, what became of it."""
    about = EventKind(work.arguments["about"])
    errand = find_errand(
        Actor.system(work.firm_id), UUID(work.arguments["signer_id"]), to=UUID(work.arguments["to"]), about=about.value
    )
    if errand is None:
        return
    heading, sentence, place = _words(about, errand)
    url = address_of(f"documents/{place}/{errand.envelope_id}")
    post(work, errand, heading, "mail/signing_told.txt", heading=heading, sentence=sentence, url=url)


def _words(about: EventKind, errand: Errand) -> tuple[str, str, str]:
    """Heading and sentence of a mail, and whose page it leads to: that of who signs, or of who sent."""
    who, title = errand.signer or "A signer", errand.title
    said = {
        EventKind.DECLINED: (
            f"{who} declined to sign {title}",
            "Nobody else can sign it now. Change what is wanted and send it anew.",
            "envelopes",
        ),
        EventKind.FORWARDED: (
            f"{who} passed {title} on",
            "Somebody else is to sign in their place. Look whether that is the right person; if nobody of the portal"
            " has the address given, name who signs.",
            "envelopes",
        ),
        EventKind.EXPIRED: (
            f"The time for signing {title} is over",
            "Not everybody has signed it in time; nobody can sign it any more. Send it anew if it is still wanted.",
            "envelopes",
        ),
        EventKind.CANCELLED: (
            f"{title} need not be signed any more",
            f"{errand.sender} has taken it back. You have nothing to do.",
            "signatures",
        ),
        EventKind.FINISHED: (
            f"{title} is signed by everybody",
            "The finished document, with the certificate of all signatures, is kept for you in the portal.",
            "signatures",
        ),
    }
    heading, sentence, place = said[about]
    return heading, f"{sentence} They wrote: {errand.note}" if errand.note else sentence, place


def finish(work: Work) -> None:
    """Make the finished file, once. It lies under the work's own id, so that doing it again after a crash leaves one;
    meanwhile the envelope is held, so that nobody else makes it too."""
    actor, store = Actor.system(work.firm_id), resources().store
    envelope_id = UUID(work.arguments["envelope_id"])
    if not hold_unfinished(actor, envelope_id):
        return
    unfinished = get_unfinished(actor, envelope_id, public_url=resources().settings.public_url)
    original = store.get(unfinished.file_key, unfinished.certificate.original_digest)
    printed = print_signed_file(original, unfinished.filled, unfinished.certificate)
    stored = store.put(f"documents/{work.id}", printed.content, MEDIA_TYPE)
    name = unfinished.certificate.original_name.removesuffix(".pdf")
    release = Release(stored.key, f"{name}-signed.pdf", KIND, stored.size, stored.digest, printed.pages)
    finish_envelope(actor, envelope_id, release)
