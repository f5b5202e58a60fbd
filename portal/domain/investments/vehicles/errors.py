"""What can go wrong with vehicles."""

from portal.platform.errors import Conflict


class VehicleNameTaken(Conflict):
    """The firm has a vehicle of this name."""

    code = "vehicle_name_taken"
    message = "There is a vehicle of this name already; give this one a name that tells them apart."
