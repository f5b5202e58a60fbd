"""Why a file cannot be read at all, and what an import refuses. What is wrong inside a readable file is a Problem."""

from __future__ import annotations

from portal.platform.errors import Conflict, Invalid


class UnreadableFile(Invalid):
    """The file cannot be turned into a table; the message says why and what to do."""

    code = "unreadable_file"


class EmptyFile(UnreadableFile):
    """There are no rows to import."""

    code = "empty_file"


class MissingHeader(UnreadableFile):
    """The first row holds values where the names of the columns belong."""

    code = "missing_header"


class FileTooLarge(UnreadableFile):
    """The file, or what it unpacks to, is over a limit."""

    code = "file_too_large"


class EncryptedFile(UnreadableFile):
    """The file opens only with a password."""

    code = "encrypted_file"


class WrongFileType(UnreadableFile):
    """The content is not what the name says, or a kind of file that is not read here."""

    code = "wrong_file_type"


class DamagedFile(UnreadableFile):
    """The content breaks off or contradicts itself."""

    code = "damaged_file"


class FormulaWithoutResult(UnreadableFile):
    """A cell holds a formula whose result was never stored in the file."""

    code = "formula_without_result"


class UnknownOwner(Invalid):
    """Nobody of the firm has the e-mail address given for the owner of new accounts."""

    code = "unknown_owner"


class ImportBusy(Conflict):
    """A job is at it, or it has gone on since the page was shown."""

    code = "import_busy"
    message = "This import has gone on since you last saw it. Look at it again."


class ImportStopped(Conflict):
    """Somebody stopped the import while a job was at it; what the job did is taken back."""

    code = "import_stopped"
    message = "The import was stopped. Nothing was posted."


class PositionBuiltUpon(Conflict):
    """A later position was posted as the difference to this one."""

    code = "position_built_upon"
