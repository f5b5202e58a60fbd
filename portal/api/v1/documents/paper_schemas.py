"""What an app sends and is told of papers that investors send to the firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body, Form, OptionalIdentity, SentFile
from portal.api.v1.documents.schemas import TypeName
from portal.domain.documents.library.values.writing import LONGEST_TITLE
from portal.domain.documents.papers.values import LONGEST_NOTE

SendableName = Literal["identification", "tax_form", "subscription", "agreement", "other"]
PaperStateName = Literal["sent", "accepted", "returned"]


class NewPaper(Form):
    """A file for an account: what it is, and a note to the firm. Both file and account are needed."""

    file: SentFile = None
    account: OptionalIdentity = None
    type: SendableName = "other"
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class AcceptedPaper(Body):
    """What a paper is called among the account's documents, and which type it is; the sender's where left out."""

    title: Annotated[str | None, Field(max_length=LONGEST_TITLE)] = None
    type: TypeName | None = None
    period: Annotated[str, Field(max_length=7)] = ""


class RefusedPaper(Body):
    """Why a paper comes back; who sent it reads this."""

    comment: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """A paper. `received` is being checked, `checked` waits for the firm; `message` says why it was `refused` by the
    check, or `returned` by the firm. `document_id` is null until it is one of the account's documents."""

    id: UUID
    account_id: UUID
    account: str
    sender: str
    type: SendableName
    name: str
    note: str
    standing: Literal["received", "checked", "refused", "accepted", "returned"]
    message: str
    document_id: UUID | None
    sent_at: str
    decided_at: str | None


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers: one's own the latest first, for staff those that wait the oldest first."""

    items: list[PaperItem]


@dataclass(frozen=True, slots=True)
class DecidedPaper:
    """An accepted paper; `published` is false where it names somebody else and waits for that to be cleared."""

    document_id: UUID | None
    published: bool
