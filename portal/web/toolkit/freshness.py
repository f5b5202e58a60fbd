"""Step-up: an act of weight asks once more who it is, and then goes on with what was typed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import Response, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.factors.errors import TooManyTries, WrongCode, WrongProof
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.passkeys.errors import CeremonyOver, PasskeyRefused
from portal.domain.identity.sessions.policies import can_act_unasked
from portal.domain.identity.sessions.services import prove_again
from portal.domain.identity.sessions.values import SignedIn
from portal.platform import clock
from portal.platform.crypto import Unopenable
from portal.platform.errors import Conflict
from portal.platform.resources import resources
from portal.web.toolkit.demo import demo_code
from portal.web.toolkit.forms import Form
from portal.web.toolkit.once import once
from portal.web.toolkit.page import page
from portal.web.toolkit.passkeys import passkey_answer
from portal.web.toolkit.places import on_this_host
from portal.web.toolkit.session import actor, browser, change_session, signed_in

V = TypeVar("V", bound=Callable[..., Any])


class ProofForm(Form):
    """The proof, with what goes on after it: `typed`, the sealed form it is for, or `next`, a page; where that is a
    file, `back` is the page it was asked for on."""

    proof = StringField("Code", [InputRequired("Enter it to go on."), Length(max=128)])
    typed = HiddenField()
    next = HiddenField()
    back = HiddenField()


def fresh(view: V) -> V:
    """Ask for a proof before the view where the last one is older than five minutes: a code of the person's app, one
    of their passkeys, or their password where they have neither.

    A form that was sent waits meanwhile, sealed for this person and address, in the page that asks: nothing typed is
    lost or shown, and what is proven is done as it was typed. Files cannot wait; such a view asks before its form.
    Stands under the decorator that says who may come."""

    return _guarded(view, _ask)


def fresh_file(view: V) -> V:
    """`fresh` for a file to take away: a browser shows no page in the place of a file, so that the one after the proof
    fetches it and leads back to where it was asked for."""
    return _guarded(view, _ask_before_file)


def _guarded(view: V, ask: Callable[[SignedIn], Response]) -> V:
    view = once(view)  # in here: the proof goes before, and a form that waited is what is done once

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = signed_in()
        if person is None:  # on the way in: the password was typed just now
            return view(*args, **kwargs)
        waiting = (
            request.method == "POST" and "typed" in request.form and bool({"proof", "credential"} & set(request.form))
        )
        if not can_act_unasked(person, clock.now()):
            refused = take_proof(ProofForm(), person, request.full_path) if waiting else ask(person)
            if refused is not None:
                return refused
        if waiting:
            _restore(request.form["typed"])
        return view(*args, **kwargs)

    guarded.__dict__["fresh"] = True
    return guarded  # type: ignore[return-value]  # of the same signature


def take_proof(form: ProofForm, person: SignedIn, action: str) -> Response | None:
    """Check the proof sent to `action`: the session goes on under a new id, or the page asks again."""
    answer = passkey_answer()
    if answer is None and not form.validate_on_submit():
        return show_proof(form, person, action, 422)
    try:
        token = prove_again(resources().vault, person, answer or form.proof.data, browser())
    except (WrongCode, WrongProof) as error:
        form.proof.errors = [error.message]
        return show_proof(form, person, action, 422)
    except (PasskeyRefused, CeremonyOver) as error:
        form.refuse(error)
        return show_proof(form, person, action, 422)
    except TooManyTries as error:
        form.refuse(error)
        response = show_proof(form, person, action, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    change_session(token)
    return None


def _ask(person: SignedIn) -> Response:
    """The page that asks, with what was typed, or with where one was going."""
    if request.method == "GET":
        form = ProofForm(formdata=None, next=request.full_path)
        return show_proof(form, person, url_for("factors.prove"), 200)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    sealed = resources().vault.seal(urlencode(fields).encode(), place=_place())
    form = ProofForm(formdata=None, typed=urlsafe_b64encode(sealed).decode())
    return show_proof(form, person, request.full_path, 422)


def _ask_before_file(person: SignedIn) -> Response:
    form = ProofForm(formdata=None, next=request.full_path, back=on_this_host(request.referrer))
    return show_proof(form, person, url_for("factors.prove"), 200)


def _restore(typed: str) -> None:
    """Let the view read the form that waited as if it had been sent now."""
    try:
        fields = resources().vault.unseal(urlsafe_b64decode(typed), place=_place()).decode()
    except (Unopenable, ValueError):
        raise Conflict("This form was not yours, or for another place. Go back and send it again.") from None
    request.form = ImmutableMultiDict(parse_qsl(fields, keep_blank_values=True))


def _place() -> str:
    return f"web.step_up:{actor().user_id}:{request.full_path}"


def show_proof(form: ProofForm, person: SignedIn, action: str, status: int) -> Response:
    """The page that asks who it is, for the form or page at `action`."""
    standing = get_standing(person.actor.user_id)
    code = demo_code(person.email) if standing.has_app else None
    if not standing.enrolled:
        form.proof.label.text = "Password"
    return page("identity/factors/prove.html", status, form=form, action=action, standing=standing, demo_code=code)
