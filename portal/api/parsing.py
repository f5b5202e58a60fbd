"""From a request to checked values: one problem that names every field which is wrong, never the value it held."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, LiteralString, TypeVar
from uuid import UUID

from flask import request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from portal.platform import clock
from portal.platform.errors import Invalid, NotFound
from portal.platform.pagination import decode_cursor

M = TypeVar("M", bound=BaseModel)
MULTIPART = "multipart/form-data"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
OFFSET = re.compile(r"0|[1-9][0-9]{0,11}")
COUNT = re.compile(r"[1-9][0-9]?|100")
IDENTITY = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:  # a day before the first there is, in UTC
        raise ValueError from None


class UnknownCursor(NotFound):
    """There is no page at this cursor: it was not made by us, or for another list."""

    code = "unknown_cursor"
    message = "There is no page at this cursor; leave it out to start anew."


def written_as(form: re.Pattern[str], read: Callable[[str], Any], message: LiteralString) -> PlainValidator:
    """Take texts written in one way: pydantic alone would read a date from `0` and a number from `1_0`."""

    def check(value: object) -> Any:
        try:
            if isinstance(value, str) and form.fullmatch(value):
                return read(value)
        except ValueError:
            pass
        raise PydanticCustomError("form", message)

    return PlainValidator(check)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_nul(schema: dict[str, Any]) -> None:
    """Texts hold any character but one; see `_keepable`."""
    for field in schema.get("properties", {}).values():
        for text in (field, field.get("items", {})):
            if text.get("type") == "string" and not {"pattern", "format", "enum"} & text.keys():
                text["pattern"] = r"^[^\x00]*$"


def _no_null(schema: dict[str, Any]) -> None:
    """A parameter can be left out; there is no way to send null in an address."""
    _no_nul(schema)
    for parameter in schema.get("properties", {}).values():
        if parameter.get("default", "") is None:
            del parameter["default"]


_DAY = written_as(DAY, date.fromisoformat, "Write a date as YYYY-MM-DD.")
_IDENTITY = written_as(IDENTITY, UUID, "This is not an id.")
_COUNT = written_as(COUNT, int, "Write a whole number from 1 to 100.")
_MOMENT = written_as(MOMENT, _moment, "Write a moment as YYYY-MM-DDTHH:MM:SSZ, or with its offset from UTC.")
_OFFSET = written_as(OFFSET, int, "Write a whole number from 0.")
_FLAG = written_as(re.compile("true|false"), lambda text: text == "true", "Write true or false.")


def _is_file(value: object) -> FileStorage:
    if isinstance(value, FileStorage):
        return value
    raise PydanticCustomError("file", "Send a file, with its name.")


Day = Annotated[date, _DAY, WithJsonSchema({"type": "string", "format": "date"})]
OptionalDay = Annotated[date | None, _DAY, WithJsonSchema({"type": "string", "format": "date"})]
OptionalIdentity = Annotated[UUID | None, _IDENTITY, WithJsonSchema({"type": "string", "format": "uuid"})]
Moment = Annotated[datetime, _MOMENT, WithJsonSchema({"type": "string", "format": "date-time"})]
OptionalMoment = Annotated[datetime | None, _MOMENT, WithJsonSchema({"type": "string", "format": "date-time"})]
Offset = Annotated[int, _OFFSET, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 10**12 - 1})]
Flag = Annotated[bool, _FLAG, WithJsonSchema({"type": "string", "enum": ["true", "false"]})]
SentFile = Annotated[
    FileStorage | None, PlainValidator(_is_file), WithJsonSchema({"type": "string", "format": "binary"})
]
Limit = Annotated[int, _COUNT, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100})]
Cursor = Annotated[str | None, WithJsonSchema({"type": "string"})]
WHOLE = BeforeValidator(_whole)
Several = BeforeValidator(_as_list)


def _keepable(value: object) -> object:
    """Refuse the one character that the database cannot keep (NUL), at any depth."""
    if isinstance(value, str) and "\0" in value:
        raise PydanticCustomError("nul", "There is a character in it that cannot be kept (NUL).")
    if isinstance(value, list):
        for each in value:
            _keepable(each)
    return value


class Checked(BaseModel):
    """What an app sends."""

    _texts = field_validator("*", mode="before")(_keepable)


class Query(Checked):
    """Parameters of an address. One that is not known is refused: a mistyped `as_of` must not pass as today."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_no_null)


class AsOf(Query):
    """The day that figures are of."""

    as_of: Day = Field(default_factory=clock.today, description="The day the figures are of; today when left out.")


class Paging(Query):
    """Which piece of a list."""

    limit: Limit = Field(default=50, description="How many items at the most.")
    cursor: Cursor = Field(default=None, description="`next` of the page before; left out for the first page.")


class Body(Checked):
    """A JSON body: each value of its own type, no fields that are not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra=_no_nul)


def _of_texts(schema: dict[str, Any]) -> None:
    """All that a form holds is text or a file."""
    _no_null(schema)
    for field in schema.get("properties", {}).values():
        if isinstance(field.get("default"), bool):
            field["default"] = str(field["default"]).lower()


class Form(Checked):
    """Fields and files of a multipart body; those that are not known are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, json_schema_extra=_of_texts)


def read_query(model: type[M]) -> M:
    """The request's query as `model`; Invalid with a message per parameter otherwise."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _invalid(error) from None


def read_body(model: type[M]) -> M:
    """The request's JSON as `model`; BadRequest, UnsupportedMediaType, or Invalid with a message per field."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors(include_input=False)):
            raise BadRequest from None
        raise _invalid(error) from None


def read_form(model: type[M]) -> M:
    """The request's fields and files as `model`; UnsupportedMediaType, or Invalid with a message per field."""
    if request.mimetype != MULTIPART:
        raise UnsupportedMediaType
    lists: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
    given = {name: values[0] if len(values) == 1 else values for name, values in lists}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _invalid(error) from None


def read_cursor(cursor: str | None, *kinds: type) -> Any:
    """The place behind a cursor, a tuple of the given `kinds`, or None without one; UnknownCursor for one that was not
    made by us."""
    try:
        return None if cursor is None else decode_cursor(cursor, *kinds)
    except Invalid:
        raise UnknownCursor from None


def _invalid(error: ValidationError) -> Invalid:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return Invalid(fields={_place(each): each["msg"] for each in found})


def _place(found: ErrorDetails) -> str:
    """`type.0` for the first of several types; `body` for the whole of it."""
    return ".".join(str(part) for part in found["loc"]).replace("\0", "") or "body"
