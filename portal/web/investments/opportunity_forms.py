"""What staff enter of an opportunity."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.documents.rooms.queries.rooms import list_rooms
from portal.domain.documents.rooms.values.rooms import RoomState
from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import Exemption
from portal.domain.investments.opportunities.values.opportunities import (
    OfferedTo,
    Opportunity,
    OpportunityDescription,
)
from portal.web.investments.offering_names import OFFERED_TO
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.offering_words import EXEMPTIONS
from portal.web.toolkit.vehicle_field import VehicleField


class OpportunityForm(Form):
    """An opportunity; its amounts are in the vehicle's currency."""

    vehicle = VehicleField()
    name = StringField("Name", [InputRequired("Give the opportunity a name."), Length(max=200)])
    exemption = SelectField("Exemption", choices=choices_of(EXEMPTIONS))
    audience = SelectField("Offered to", choices=choices_of(OFFERED_TO))
    target = AmountField("Target", [InputRequired("Enter how much is to be raised.")])
    minimum = AmountField("Minimum", [InputRequired("Enter the least that an account invests.")])
    maximum = AmountField("Maximum", [Optional()])
    cap = AmountField("Cap", [Optional()])
    jurisdictions = StringField("Countries", [Length(max=1_000)])
    summary = TextAreaField("What it is", [Length(max=10_000)])
    room = SelectField("Data room", default="")

    def offer(self, actor: Actor, room_id: UUID | None = None) -> OpportunityForm:
        """Let one of the firm's vehicles be chosen, and one of its data rooms: `room_id`, closed or not, or another."""
        self.vehicle.offer(actor)
        rooms = {str(each.id): each.details.name for each in list_rooms(actor) if each.state is not RoomState.CLOSED}
        kept = {} if room_id is None else {str(room_id): "The room it had, which is closed"}
        self.room.choices = choices_of({"": "None"} | kept | rooms)
        return self

    def description(self) -> OpportunityDescription:
        """What was entered, as the domain takes it."""
        countries = self.jurisdictions.data.replace(",", " ").upper().split() if self.jurisdictions.data else []
        return OpportunityDescription(
            vehicle_id=UUID(self.vehicle.data),
            name=self.name.data,
            exemption=Exemption(self.exemption.data),
            target=self.target.data or Decimal(0),
            minimum=self.minimum.data or Decimal(0),
            maximum=self.maximum.data,
            cap=self.cap.data,
            audience=OfferedTo(self.audience.data),
            jurisdictions=tuple(countries),
            summary=self.summary.data or "",
            room_id=UUID(self.room.data) if self.room.data else None,
        )

    @classmethod
    def filled_from(cls, opportunity: Opportunity) -> OpportunityForm:
        """The form with what stands."""
        amounts = {
            name: None if amount is None else Decimal(f"{amount:.2f}")
            for name in ("target", "minimum", "maximum", "cap")
            for amount in [getattr(opportunity, name)]
        }
        return cls(
            formdata=None,
            vehicle=str(opportunity.vehicle_id),
            name=opportunity.name,
            exemption=opportunity.exemption.value,
            audience=opportunity.audience.value,
            jurisdictions=", ".join(opportunity.jurisdictions),
            summary=opportunity.summary,
            room=str(opportunity.room_id or ""),
            **amounts,
        )
