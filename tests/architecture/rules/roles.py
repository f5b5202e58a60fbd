"""What the files of a feature hold, and how it is called."""

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Function, Source, decorators, dotted, rule

READING = ("find_", "get_", "list_", "count_", "exists_", "visible_")
KINDS = {"NotFound", "Forbidden", "Conflict", "Invalid", "Unauthenticated", "Limited"}
DOCUMENTED = {"services", "queries", "rules", "policies"}
SERVICE = "portal/domain/people/profiles/services.py"
QUERY = "portal/domain/people/profiles/queries.py"
VALUES = "portal/domain/people/profiles/values.py"
SIGNALS = "portal/domain/people/profiles/signals.py"
POLICY = "portal/domain/people/profiles/policies.py"
ERRORS = "portal/domain/people/profiles/errors.py"
AT_THE_GATE = "def sign_in(email):\n    _prove(email)\n\ndef _prove(email):\n    with acting_as(GATE):\n        pass\n"
DONE = "@transactional\ndef {}(actor):\n    '''Do it.'''\n"


@rule(
    "Decorate the use case with @transactional (portal/platform/db.py), or make it private. One that enters"
    " several tenancies itself (acting_as) has a transaction in each.",
    bad=[
        {SERVICE: "def open_account(actor):\n    pass\n"},
        {SERVICE: "@cached\ndef open_account(actor):\n    _write(actor)\n\ndef _write(actor):\n    pass\n"},
    ],
    good=[
        {SERVICE: "@db.transactional\ndef open_account(actor):\n    pass\n\ndef _write():\n    pass\n"},
        {SERVICE: AT_THE_GATE},
    ],
)
def services_are_transactional(sources: Sequence[Source]) -> Iterator[str]:
    for source in _in_role(sources, "services"):
        tenancies = _entering_tenancies(source)
        for function in source.public_functions():
            if "transactional" not in decorators(function) and function.name not in tenancies:
                yield source.at(function, f"{function.name} has no transaction")


@rule(
    "A use case is named once in the product: say what it does to what (issue_capital_call).",
    bad=[
        {
            SERVICE: DONE.format("open_account"),
            "portal/domain/people/houses/services.py": DONE.format("open_account"),
        },
        {SERVICE: DONE.format("authenticate")},
        {SERVICE: DONE.format("list_accounts")},
    ],
    good=[
        {
            SERVICE: DONE.format("open_account"),
            "portal/domain/people/houses/services.py": DONE.format("open_house"),
        }
    ],
)
def services_have_names_of_their_own(sources: Sequence[Source]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for source in _in_role(sources, "services"):
        for function in source.public_functions():
            name, owner = function.name, owners.setdefault(function.name, source.path)
            if owner != source.path:
                yield source.at(function, f"{name} is a use case of {owner} too")
            if "_" not in name:
                yield source.at(function, f"{name} has a verb and no noun")
            if name.startswith(READING):
                yield source.at(function, f"{name} reads: it belongs into queries.py")


@rule(
    "Begin with find_ (may be None), get_ (raises NotFound), list_, count_, exists_ or visible_.",
    bad=[{QUERY: "def accounts_of(actor):\n    pass\n"}, {QUERY: "def load_account(actor):\n    pass\n"}],
    good=[{QUERY: "def list_accounts(actor):\n    pass\n\ndef _row(row):\n    pass\n"}],
)
def queries_say_what_they_answer(sources: Sequence[Source]) -> Iterator[str]:
    for source in _in_role(sources, "queries"):
        for function in source.public_functions():
            if not function.name.startswith(READING):
                yield source.at(function, f"{function.name} does not say what it answers")


@rule(
    "A policy is can_<verb>(actor, thing) -> bool; require_… refuses where it says no.",
    bad=[
        {POLICY: "def allowed(actor):\n    pass\n"},
        {POLICY: "def can_read(actor) -> int:\n    pass\n"},
    ],
    good=[{POLICY: "def can_read(actor) -> bool:\n    pass\n\ndef require_reader(actor) -> None:\n    pass\n"}],
)
def policies_answer_yes_or_no(sources: Sequence[Source]) -> Iterator[str]:
    for source in _in_role(sources, "policies"):
        for function in source.public_functions():
            verb = function.name.split("_")[0]
            if verb not in {"can", "require"}:
                yield source.at(function, f"{function.name} is neither can_… nor require_…")
            elif verb == "can" and dotted(function.returns or ast.Name("None")) != "bool":
                yield source.at(function, f"{function.name} does not return a bool")


@rule(
    "Put the error under NotFound, Forbidden, Conflict or Invalid (platform/errors.py): edges know these.",
    bad=[
        {ERRORS: "class Odd(Exception):\n    pass\n"},
        {ERRORS: "class Odd(DomainError):\n    pass\n"},
    ],
    good=[{ERRORS: "class Taken(Conflict):\n    pass\n\nclass NameTaken(Taken):\n    pass\n"}],
)
def errors_are_of_a_known_kind(sources: Sequence[Source]) -> Iterator[str]:
    for source in _in_role(sources, "errors"):
        known = KINDS | {kind.name for kind in source.classes()}
        imported = {name.rsplit(".", 1)[-1] for _, name in source.imports() if ".errors." in name} - {"DomainError"}
        for kind in source.classes():
            if not {dotted(parent) for parent in kind.bases} & (known | imported):
                yield source.at(kind, f"{kind.name} is of no kind that an edge can show")


@rule(
    "Freeze it: @dataclass(frozen=True, slots=True). A changed value is a new one (dataclasses.replace).",
    bad=[
        {VALUES: "@dataclass\nclass Profile:\n    name: str\n"},
        {SIGNALS: "@dataclass(slots=True)\nclass ProfileOpened:\n    name: str\n"},
    ],
    good=[{VALUES: "@dataclass(frozen=True)\nclass Profile:\n    name: str\n"}],
)
def values_are_frozen(sources: Sequence[Source]) -> Iterator[str]:
    for source in _in_role(sources, "values", "signals"):
        for kind in source.classes():
            for decorator in kind.decorator_list:
                if "dataclass" in dotted(getattr(decorator, "func", decorator)) and "frozen=True" not in ast.unparse(
                    decorator
                ):
                    yield source.at(kind, f"{kind.name} can be changed")


@rule(
    "Say in one sentence what it means; then shapes, units, errors and source where they matter.",
    bad=[
        {SERVICE: "@transactional\ndef open_account(actor):\n    pass\n"},
        {"portal/platform/clock.py": "def now():\n    pass\n"},
        {"portal/platform/cache.py": "class Cache:\n    def get(self):\n        pass\n"},
        {QUERY: "def get_account(actor):\n    '''Account'''\n"},
    ],
    good=[
        {QUERY: "def get_account(actor):\n    '''The account; NotFound where there is none.'''\n"},
        {"portal/web/people/accounts.py": "def index():\n    pass\n"},
    ],
)
def what_others_call_is_explained(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        platform = source.under("portal/platform") and source.is_python
        if not (platform or source.role in DOCUMENTED):
            continue
        methods = source.public_methods() if platform else ()
        for function in [*source.public_functions(), *methods]:
            words = (ast.get_docstring(function) or "").split()
            if len(words) < 2 and not _restates(function):
                yield source.at(function, f"{function.name} is not explained")


def _restates(function: Function) -> bool:
    """Whether a decorator says that the meaning stands elsewhere."""
    return bool({"override", "overload", "setter"} & set(decorators(function)))


def _in_role(sources: Sequence[Source], *roles: str) -> Iterator[Source]:
    return (source for source in sources if source.is_python and source.role in roles)


def _entering_tenancies(source: Source) -> set[str]:
    """The functions that enter tenancies, themselves or through a private function of their module."""
    functions = {node.name: node for node in source.tree.body if isinstance(node, Function)}
    called = {
        name: {dotted(node.func).rsplit(".", 1)[-1] for node in ast.walk(function) if isinstance(node, ast.Call)}
        for name, function in functions.items()
    }
    return {
        name
        for name, direct in called.items()
        if "acting_as" in direct or any("acting_as" in called.get(inner, set()) for inner in direct)
    }
