"""What can go wrong with an index."""

from __future__ import annotations

from portal.platform.errors import Conflict


class IndexNameTaken(Conflict):
    """Another index of the firm has this name."""

    code = "index_name_taken"
    message = "There is an index of this name already. Replace its values instead, or choose another name."


class IndexUnchanged(Conflict):
    """The file has the values that stand already."""

    code = "index_unchanged"
    message = "This file has the same values as the index has now. There is nothing to replace."
