"""What can stand between a person and what they want to read."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, Invalid


class ViewOnly(Forbidden):
    """The document may be read here and not be taken away."""

    code = "view_only"
    message = "This document can only be read here. Ask the firm if you need a copy."


class NothingToAcknowledge(Conflict):
    """Nobody asks for an acknowledgement of this document."""

    code = "nothing_to_acknowledge"
    message = "This document needs no acknowledgement."


class VersionReplaced(Conflict):
    """What somebody says they have read is not the version that is published now."""

    code = "version_replaced"
    message = "There is a newer version of this document. Read it, and acknowledge that one."


class ArchiveGone(Conflict):
    """The archive cannot be had: it is not ready yet, was deleted, or nothing could be put into it."""

    code = "archive_gone"
    message = "This archive is not there to download. Choose the documents again to have a new one made."


class ArchiveOutdated(Conflict):
    """Something in the archive is no longer the person's to take."""

    code = "archive_outdated"
    message = "Something in this archive is no longer open to you, so it cannot be downloaded. Have a new one made."


class NothingChosen(Invalid):
    """An archive of nothing, or of more than one may hold."""

    code = "nothing_chosen"
    message = "Choose between 1 and 500 documents."


class PageNotShown(Conflict):
    """A page that drawing fails on: damaged, or beyond what drawing may take."""

    code = "page_not_shown"
    message = "This page cannot be shown here. Download the document to read it, or ask the firm."


class CopyNotMade(Conflict):
    """A copy with marks that is too long, or of pages that cannot be drawn."""

    code = "copy_not_made"
    message = "No copy can be made of this document: it is long, or has pages that cannot be drawn. Read it here."


class NotReading(Conflict):
    """A program asked for a file ahead of its reader, and was given none."""

    code = "not_reading"
    message = "Open the document here and download it from its page."
