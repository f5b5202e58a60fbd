"""Why a file cannot be read at all; what is wrong inside a readable file is a Problem, not an error."""

from __future__ import annotations

from portal.platform.errors import Invalid


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
