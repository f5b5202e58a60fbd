"""The field by which staff say which vehicle, however many the firm has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import SelectField, ValidationError
from wtforms.widgets import Select, TextInput

from portal.domain.identity.access.values import Actor
from portal.domain.investments.vehicles.queries import find_vehicle_names, find_vehicles, list_vehicles
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform.ids import name_key

MOST = 100


class VehicleField(SelectField):  # type: ignore[misc]  # wtforms is not typed
    """One of the firm's vehicles: chosen from a list as long as that is short, else written by its name. Of several
    that have what was written in their names one is chosen then. `data` is the vehicle's id as text, empty for none."""

    data: str | None
    reader: Actor

    def __init__(self, label: str = "Vehicle", *, none: str = "", **more: Any) -> None:
        """`none` is what having none is called, where that may be chosen."""
        super().__init__(label, choices=[], validate_choice=False, **more)
        self.none = none

    def offer(self, actor: Actor) -> None:
        """Let one of the vehicles be chosen that the actor may see."""
        self.reader = actor
        listed = list_vehicles(actor, most=MOST + 1)
        if len(listed) <= MOST:
            self._list(listed, self.none)
        else:
            self.widget, self.type = TextInput(), "VehicleField"
            self.description = "Write its name, or a part of it."

    def find_id(self) -> UUID | None:
        """The id that was chosen; None for none, and as long as there is only a name."""
        try:
            return UUID(self.data or "")
        except ValueError:
            return None

    def pre_validate(self, _form: object) -> None:
        """Take what was chosen or written for the one vehicle that is meant."""
        text = (self.data or "").strip()
        if not text and self.none:
            return
        self.data = str(self._meant(text)) if text else ""
        if not text:
            raise ValidationError("Choose a vehicle.")

    def _meant(self, text: str) -> UUID:
        chosen = self.find_id()
        if chosen is not None:
            if chosen not in find_vehicle_names(self.reader, [chosen]):
                raise ValidationError("There is no such vehicle. Choose another one.")
            return chosen
        exact = find_vehicles(self.reader, [text]).get(name_key(text))
        if exact is not None:
            return exact.id
        found = list_vehicles(self.reader, search=text, most=MOST + 1)
        if not found:
            raise ValidationError("No vehicle has this in its name. Write it, or a part of it, as under Vehicles.")
        if len(found) > MOST:
            raise ValidationError(f"More than {MOST} vehicles have this in their names. Write more of the name.")
        self._list(found, "–")
        self.data = ""
        raise ValidationError("Choose the vehicle: this is only a part of its name.")

    def _list(self, vehicles: Sequence[Vehicle], none: str) -> None:
        """Offer these in a list, after none of them where that has a name."""
        self.widget, self.type, self.description = Select(), "SelectField", ""
        self.choices = [("", none)] * bool(none) + [
            (str(each.id), f"{each.name} ({each.currency})") for each in vehicles
        ]

    def _value(self) -> str:
        """What the field for the name shows."""
        chosen = self.find_id()
        return self.data or "" if chosen is None else find_vehicle_names(self.reader, [chosen]).get(chosen, "")
