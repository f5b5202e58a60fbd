"""Where files lie and what they are called."""

from collections.abc import Iterator, Sequence

from tests.architecture.source import Source, rule

NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "misc",
    "shared",
    "lib",
    "core",
    "tools",
    "stuff",
}
AT_THE_TOP = {"portal/__init__.py", "portal/app.py", "portal/settings.py"}


@rule(
    "Add an empty __init__.py: what lies in a folder without one is invisible to the import contracts.",
    bad=[{"portal/web/people/accounts.py": ""}],
    good=[{f"{folder}/__init__.py": "" for folder in ("portal", "portal/web")} | {"portal/web/blueprints.py": ""}],
)
def every_folder_is_a_package(sources: Sequence[Source]) -> Iterator[str]:
    python = [source for source in sources if source.under("portal", "tests") and source.is_python]
    packages = {"/".join(source.parts[:-1]) for source in python if source.parts[-1] == "__init__.py"}
    folders = {"/".join(source.parts[:depth]) for source in python for depth in range(1, len(source.parts))}
    yield from (f"{folder}/ has no __init__.py" for folder in sorted(folders - packages))


@rule(
    "Leave __init__.py empty and import from the module that holds the thing.",
    bad=[
        {"portal/web/__init__.py": "from portal.web.pages import page\n"},
        {"tests/__init__.py": '"""Tests."""\n'},
    ],
    good=[{"portal/web/__init__.py": ""}],
)
def an_init_is_empty(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.parts[-1] == "__init__.py" and source.text.strip():
            yield f"{source.path} is not empty"


@rule(
    "Name it after what it holds: money.py, paging.py, not a drawer for whatever comes.",
    bad=[{"portal/web/utils.py": ""}, {"portal/platform/common/dates.py": ""}, {"tests/helpers.py": ""}],
    good=[{"portal/web/toolkit/forms.py": "", "templates/layout/base.html": ""}],
)
def no_drawers(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        drawers = NAMELESS & {part.removesuffix(".py") for part in source.parts}
        if source.is_python and drawers:
            yield f"{source.path}: {', '.join(sorted(drawers))} says nothing"


@rule(
    "Put it into a feature: portal/domain/<domain>/<feature>/<role>.py.",
    bad=[{"portal/domain/money.py": ""}, {"portal/domain/people/services.py": ""}],
    good=[{"portal/domain/people/__init__.py": "", "portal/domain/people/profiles/services.py": ""}],
)
def a_domain_holds_features_only(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        loose = source.under("portal/domain") and source.feature is None
        if loose and source.is_python and source.parts[-1] != "__init__.py":
            yield f"{source.path} belongs to no feature"


@rule(
    "Beside app.py and settings.py lie floors only: web, api, stream, jobs, cli, printing, domain, platform.",
    bad=[{"portal/models.py": ""}],
    good=[{"portal/app.py": "", "portal/settings.py": ""}],
)
def the_ground_floor_is_clear(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if source.parts[0] == "portal" and len(source.parts) == 2 and source.path not in AT_THE_TOP:
            yield f"{source.path} lies outside the floors"


@rule(
    "Test a page in tests/web/<area>/test_<resource>.py, the mirror of portal/web/<area>/<resource>.py.",
    bad=[{"portal/web/people/accounts.py": "@blueprint.get('/')\ndef index():\n    return ''\n"}],
    good=[
        {
            "portal/web/people/accounts.py": "@blueprint.get('/')\ndef index():\n    return ''\n",
            "tests/web/people/test_accounts.py": "",
        },
        {"portal/web/people/forms.py": "class AccountForm:\n    pass\n"},
    ],
)
def pages_have_mirrored_tests(sources: Sequence[Source]) -> Iterator[str]:
    tests = {source.path for source in sources}
    for source in sources:
        if source.under("portal/web", "portal/api") and source.is_python and _has_routes(source):
            mirror = "/".join(["tests", *source.parts[1:-1], f"test_{source.parts[-1]}"])
            if mirror not in tests:
                yield f"{source.path} has routes and no {mirror}"


def _has_routes(source: Source) -> bool:
    verbs = {"get", "post", "route", "put", "patch", "delete"}
    return any(
        getattr(getattr(decorator, "func", None), "attr", None) in verbs
        for function in source.functions()
        for decorator in function.decorator_list
    )
