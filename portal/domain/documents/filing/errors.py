"""What can go wrong with filing."""

from __future__ import annotations

from portal.platform.errors import Conflict


class NamesOthers(Conflict):
    """The document names somebody who is not one of its readers, or has pages of which nobody can tell."""

    code = "names_others"


class NotRead(Conflict):
    """Nobody looked yet whom the document names."""

    code = "not_read"
    message = "The document is long, and is still being read for the names of others. Try again in a minute."


class BatchChanged(Conflict):
    """The batch is not in a state that allows this."""

    code = "batch_changed"
    message = "The batch has changed since you last saw it. Look at it again."


class NothingToPublish(Conflict):
    """No document of the batch is a draft."""

    code = "nothing_to_publish"
    message = "Nothing of the batch is a draft any more: what was filed of it is published, or was taken away."


class NothingToFile(Conflict):
    """No piece of the batch has an account."""

    code = "nothing_to_file"
    message = "No piece has an account yet. Choose one for each piece that is to be filed."
