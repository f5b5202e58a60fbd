"""Lost factors: the person is told at every step, and the removal is carried out when the wait is over."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.contact.queries import find_former_email
from portal.domain.identity.contact.services.undoing import tell_former_addresses
from portal.domain.identity.recoveries.queries import find_affected, find_recovery
from portal.domain.identity.recoveries.services import complete_recovery
from portal.domain.identity.recoveries.values import TRUE_IN, Step
from portal.jobs.posting import address_of, post
from portal.platform import formatting
from portal.platform.outbox import Work
from portal.platform.resources import resources

# What is told at each step: the subject, and what happens; `%(moment)s` is the end of the wait.
STEPS = {
    Step.ASKED: (
        "Removal of your second factor was asked for",
        "Somebody, probably you, asked for your second factor to be removed because it is lost. Two people of our staff"
        " look at this now; if they approve it, three days pass before anything changes.",
    ),
    Step.APPROVED: (
        "Your second factor will be removed",
        "Two people of our staff approved it: your second factor is removed on %(moment)s. Then sign in with your"
        " password and set up a new one.",
    ),
    Step.SOON: (
        "Tomorrow your second factor is removed",
        "Your second factor is removed on %(moment)s. Then sign in with your password and set up a new one.",
    ),
    Step.STOPPED: (
        "The removal of your second factor was stopped",
        "Nothing was changed: your second factor goes on being asked for.",
    ),
    Step.DONE: (
        "Your second factor was removed",
        "Your second factor and your recovery codes were removed, and every browser and app was signed out. Sign in"
        " with your password now and set up a new one.",
    ),
    Step.REJECTED: (
        "Your second factor stays",
        "Our staff did not approve that your second factor is removed, so nothing was changed. If it was you who asked,"
        " call us: we make sure that it is you, and you ask again. If it was not, somebody knows your password: set a"
        " new one now.",
    ),
    Step.WITHDRAWN: (
        "Your second factor stays",
        "Our staff took back that your second factor is removed, so nothing was changed. If you still need it removed,"
        " call us.",
    ),
}
STOPPABLE = {Step.ASKED, Step.APPROVED, Step.SOON}
# Where a button leads that does not stop it: its words, and the place.
SIGN_IN, NEW_PASSWORD = ("Sign in", "sign-in"), ("Set a new password", "password/forgot")


def announce(work: Work) -> None:
    """Tell the person what happens, unless something else did meanwhile; by work of its own at each address they had of
    late too."""
    actor, change_id = Actor.system(work.firm_id), work.arguments.get("change_id")
    recovery_id, step = UUID(work.arguments["recovery_id"]), Step(work.arguments["step"])
    recovery, person = find_recovery(actor, recovery_id), find_affected(actor, recovery_id)
    if recovery is None or person is None or recovery.state is not TRUE_IN[step]:
        return
    if change_id is None:
        tell_former_addresses(actor, recovery.user_id, work, f"{recovery_id}:{step}")
    email = find_former_email(actor, change_id) if change_id else person.email
    if email is None:
        return
    subject, sentence = STEPS[step]
    moment = formatting.moment(recovery.due_at, person.locale, person.time_zone) if recovery.due_at else ""
    token = resources().sealer.link_token(recovery.id)
    label, place = NEW_PASSWORD if step is Step.REJECTED else SIGN_IN
    post(
        work,
        person,
        subject,
        "mail/recovery.txt",
        address=email,
        sentence=sentence,
        moment=moment,
        stop_url=address_of(f"recoveries/links/{token}") if step in STOPPABLE else None,
        label=label,
        url=address_of(place),
    )


def complete(work: Work) -> None:
    """Remove the factors, unless somebody stopped it."""
    complete_recovery(Actor.system(work.firm_id), UUID(work.arguments["recovery_id"]))
