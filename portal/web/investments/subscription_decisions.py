"""What staff decide on a subscription."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.services.deciding import (
    accept_subscription,
    cancel_subscription,
    decline_subscription,
    send_subscription_back,
)
from portal.platform.errors import DomainError, NotFound
from portal.web.investments.subscription_forms import AmountForm, CommentForm, ReasonForm
from portal.web.investments.subscriptions import show_subscription
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.session import actor

blueprint = Blueprint("subscription_decisions", __name__, url_prefix="/investments/subscription-decisions")


@blueprint.post("/<uuid:subscription_id>/send-back")
@requires(Permission.EDIT_OFFERINGS)
def send_back(subscription_id: UUID) -> Response | Redirect:
    """Send it back to be mended."""
    form = CommentForm()
    return _decide(
        subscription_id,
        "returning",
        form,
        lambda: send_subscription_back(actor(), subscription_id, comment=form.comment.data),
        "Sent back. The investor is written to.",
    )


@blueprint.post("/<uuid:subscription_id>/accept")
@requires(Permission.APPROVE_OFFERINGS)
def accept(subscription_id: UUID) -> Response | Redirect:
    """Accept it for an amount."""
    form = AmountForm()
    return _decide(
        subscription_id,
        "accepting",
        form,
        lambda: accept_subscription(actor(), subscription_id, form.amount.data),
        "Accepted. The agreement is made and sent to be signed.",
    )


@blueprint.post("/<uuid:subscription_id>/decline")
@requires(Permission.APPROVE_OFFERINGS)
def decline(subscription_id: UUID) -> Response | Redirect:
    """Decline it."""
    form = ReasonForm(prefix="declining-")
    return _decide(
        subscription_id,
        "declining",
        form,
        lambda: decline_subscription(actor(), subscription_id, reason=form.reason.data),
        "Declined. The investor is written to.",
    )


@blueprint.post("/<uuid:subscription_id>/cancel")
@requires(Permission.APPROVE_OFFERINGS)
def cancel(subscription_id: UUID) -> Response | Redirect:
    """Take back what was accepted and is not confirmed."""
    form = ReasonForm(prefix="cancelling-")
    return _decide(
        subscription_id,
        "cancelling",
        form,
        lambda: cancel_subscription(actor(), subscription_id, reason=form.reason.data),
        "Cancelled. Nobody signs the agreement any more.",
    )


def _decide(subscription_id: UUID, name: str, form: Form, act: Callable[[], None], done: str) -> Response | Redirect:
    found = get_subscription(actor(), subscription_id)
    if form.validate():
        try:
            act()
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash(done, "good")
            return redirect(url_for("subscriptions.show", subscription_id=subscription_id), 303)
    return show_subscription(found, 422, **{name: form})
