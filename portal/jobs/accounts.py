"""Mail about signing in: links that let somebody in, and notices of what changed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.arrivals.queries import find_new_device
from portal.domain.identity.contact.queries import find_former_email
from portal.domain.identity.contact.services.undoing import tell_former_addresses
from portal.domain.identity.joining.queries import get_greeting
from portal.domain.identity.joining.services import start_registration
from portal.domain.identity.links.queries import find_link
from portal.domain.identity.links.values import LinkState
from portal.domain.identity.passwords.queries import find_holder, find_holder_by_id
from portal.domain.identity.passwords.services import start_password_reset
from portal.domain.identity.passwords.values import Holder
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources

# What is told of a change of factors: the subject, and what happened.
CHANGES = {
    "app_added": (
        "A second factor was set up",
        "An authenticator app was set up for your sign-in. From now on signing in asks for its code.",
    ),
    "app_replaced": (
        "Your authenticator app was replaced",
        "Another authenticator app took the place of the one you had, and new recovery codes that of the old ones.",
    ),
    "texts_added": (
        "Codes come by text message",
        "Your sign-in takes codes that are sent to your telephone number from now on.",
    ),
    "texts_removed": (
        "Codes no longer come by text message",
        "Your sign-in no longer takes codes that are sent by text message.",
    ),
    "app_removed": ("Your authenticator app was removed", "Your sign-in no longer asks for the code of an app."),
    "passkey_added": ("A passkey was set up", "A passkey was set up that signs you in without a password."),
    "passkey_removed": ("A passkey was removed", "One of your passkeys no longer signs you in."),
    "codes_renewed": (
        "New recovery codes were made",
        "New recovery codes took the place of those you had, which open nothing any more.",
    ),
}


def start_reset(work: Work) -> None:
    """Send the link for a new password, where the address is somebody's. The link has the work's own id, so that
    doing it again after a crash sends the same one."""
    email, token = resources().sealer.unseal(work.arguments["email"]), resources().sealer.link_token(work.id)
    holder = start_password_reset(Actor.system(work.firm_id), email, link_id=work.id, token=token)
    if holder is not None:
        post(work, holder, "Set a new password", "mail/password_reset.txt", url=address_of(f"password/reset/{token}"))


def announce_password(work: Work) -> None:
    """Tell a person that their password was changed."""
    holder = find_holder_by_id(Actor.system(work.firm_id), UUID(work.arguments["user_id"]))
    if holder is not None:
        post(work, holder, "Your password was changed", "mail/password_changed.txt", url=address_of("password/forgot"))


def announce_device(work: Work) -> None:
    """Tell a person of a sign-in from where they were not signed in before."""
    device = find_new_device(Actor.system(work.firm_id), UUID(work.arguments["session_id"]))
    if device is not None:
        moment = formatting.moment(device.signed_in_at, device.locale, device.time_zone)
        subject = f"New sign-in: {device.agent}"
        post(work, device, subject, "mail/new_sign_in.txt", moment=moment, url=address_of("security/sessions"))


def announce_factor(work: Work) -> None:
    """Tell a person that their factors are not what they were; by work of its own at each address they had of late
    too."""
    actor, user_id = Actor.system(work.firm_id), UUID(work.arguments["user_id"])
    change_id, holder = work.arguments.get("change_id"), find_holder_by_id(actor, user_id)
    if change_id is None:
        tell_former_addresses(actor, user_id, work, str(work.id))
    elif holder is not None:
        email = find_former_email(actor, change_id)
        holder = replace(holder, email=email) if email else None
    if holder is not None:
        subject, sentence = CHANGES[work.arguments["change"]]
        post(work, holder, subject, "mail/factor_changed.txt", sentence=sentence, url=address_of("security"))


def send_invitation(work: Work) -> None:
    """Send an invitation, unless it was withdrawn or replaced meanwhile."""
    actor = Actor.system(work.firm_id)
    link = find_link(actor, UUID(work.arguments["link_id"]))
    if link is not None and link.state is LinkState.OPEN:
        person = get_greeting(actor, link.user_id)
        url = address_of(f"invitations/{resources().sealer.link_token(link.id)}")
        post(work, person, f"{person.firm} invites you to its investor portal", "mail/invitation.txt", url=url)


def register(work: Work) -> None:
    """Send the link that confirms an address; to somebody who is here already, that they are."""
    email, token = resources().sealer.unseal(work.arguments["email"]), resources().sealer.link_token(work.id)
    actor = Actor.system(work.firm_id)
    user_id = start_registration(actor, email, link_id=work.id, token=token)
    if user_id is None:
        _tell_known(work, find_holder(actor, email))
        return
    person = get_greeting(actor, user_id)
    post(work, person, "Confirm your e-mail address", "mail/registration.txt", url=address_of(f"invitations/{token}"))


def _tell_known(work: Work, holder: Holder | None) -> None:
    if holder is not None:
        post(
            work, holder, "You have a sign-in already", "mail/registration_known.txt", url=address_of("password/forgot")
        )
