"""Tax forms: printed and filed, told of by mail; answers about their delivery confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.values.files import Release
from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.queries import get_letterhead
from portal.domain.investments.tax_forms.queries.consents import find_consent_news
from portal.domain.investments.tax_forms.queries.forms import (
    find_form_announcement,
    find_recipients,
    list_tax_forms_by_id,
)
from portal.domain.investments.tax_forms.services.issuing import file_tax_forms
from portal.domain.investments.tax_forms.values.forms import IssuedForm, Recipient
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.printing.sheets import count_pages
from portal.printing.statements import Edition
from portal.printing.tax_forms import file_name, print_tax_form

UNKNOWN = Recipient("", "")
# What Rev. Proc. 2012-17 wants to stand in the subject line, in capital letters.
AVAILABLE = "IMPORTANT TAX RETURN DOCUMENT AVAILABLE"


def print_and_file(works: Sequence[Work]) -> None:
    """Print forms and file them with the papers of their accounts. A file lies under its work's own id, so that
    doing it again after a crash leaves one file."""
    actor, store = Actor.system(works[0].firm_id), resources().store
    keys = {UUID(work.arguments["form_id"]): f"documents/{work.id}.pdf" for work in works}
    _, accent, locale = get_letterhead(actor)
    forms = list_tax_forms_by_id(actor, list(keys))
    recipients = find_recipients(actor, [each.account_id for each in forms])
    printed: list[tuple[IssuedForm, Release]] = []
    for issued in forms:
        edition = Edition(issued.figures_digest, address_of(f"investments/tax-forms/{issued.id}"), accent, locale)
        content = print_tax_form(issued.form, recipients.get(issued.account_id, UNKNOWN), edition)
        store.put(keys[issued.id], content, "application/pdf")
        digest, pages = hashlib.sha256(content).hexdigest(), count_pages(content)
        name = f"{file_name(issued.form)}.pdf"
        printed.append((issued, Release(keys[issued.id], name, "pdf", len(content), digest, pages)))
    file_tax_forms(actor, printed)


def announce(work: Work) -> None:
    """Write to one person that tax forms of accounts of theirs are there."""
    run_id, user_id = UUID(work.arguments["run_id"]), UUID(work.arguments["user_id"])
    found = find_form_announcement(Actor.system(work.firm_id), run_id, user_id)
    if found is not None:
        links = [(account, address_of(f"investments/tax-forms/{each}")) for each, account in found.forms]
        consent = address_of("investments/tax-consents")
        post(work, found, f"{AVAILABLE}: {found.vehicle}", "mail/tax_forms_issued.txt", links=links, consent=consent)


def confirm_consent(work: Work) -> None:
    """Confirm to one person what they answered about the delivery of tax forms, and when."""
    found = find_consent_news(Actor.system(work.firm_id), UUID(work.arguments["consent_id"]))
    if found is not None:
        what = "will come in the portal alone" if found.given else "will come on paper"
        moment = formatting.moment(found.at, found.locale, found.time_zone)
        url = address_of("investments/tax-consents")
        post(work, found, f"Tax forms of {found.account} {what}", "mail/tax_consent.txt", moment=moment, url=url)
