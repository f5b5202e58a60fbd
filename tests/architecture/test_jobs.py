"""Names of jobs are strings: each one that is enqueued must lead to the function that does it."""

import ast
from collections.abc import Iterator, Mapping, Sequence

import pytest

from portal.jobs.registry import JOBS, resolve
from tests.architecture.source import Source, everything

REGISTRY = "portal/jobs/registry.py"
PLATFORM = "portal/platform/outbox.py"


def strayed(sources: Sequence[Source], jobs: Mapping[str, str]) -> Iterator[str]:
    """Places that enqueue what nobody does, or a name that cannot be read here."""
    for source in sources:
        if not source.under("portal") or not source.is_python or source.path == PLATFORM:
            continue
        constants = dict(_constants(source))
        for call, name in source.calls():
            if name.rsplit(".", 1)[-1] in {"enqueue", "enqueue_many"} and not name.startswith("."):
                first = call.args[0] if call.args else None
                job = first.value if isinstance(first, ast.Constant) else constants.get(getattr(first, "id", ""))
                if job not in jobs:
                    yield source.at(call, f"{job or ast.unparse(call)} is no job")


def _constants(source: Source) -> Iterator[tuple[str, str]]:
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from ((name.id, str(node.value.value)) for name in node.targets if isinstance(name, ast.Name))


def test_what_is_enqueued_can_be_done() -> None:
    found = list(strayed(everything(), JOBS))

    assert not found, "Register the job in portal/jobs/registry.py:\n" + "\n".join(found)


@pytest.mark.parametrize("job", JOBS)
def test_a_registered_job_leads_to_its_function(job: str) -> None:
    assert callable(resolve(job))
    assert JOBS[job].startswith("portal.jobs."), f"{job} lies outside portal/jobs/"


def test_every_job_is_used() -> None:
    elsewhere = (source for source in everything() if source.under("portal") and source.path != REGISTRY)
    used = {text for source in elsewhere if source.is_python for _, text in source.strings()}

    assert set(JOBS) <= used, f"Nothing enqueues {sorted(set(JOBS) - used)}: remove it from the registry."


def test_a_job_nobody_does_is_found() -> None:
    jobs = {"statements.render": "portal.jobs.statements:render"}
    source = Source(
        "portal/domain/people/profiles/services.py",
        'LATER = "mail.send"\nenqueue("statements.render")\nenqueue(LATER)\n'
        'outbox.enqueue_many("lost", [])\nenqueue(x)\nQueue("q").enqueue("portal.jobs.drain")\n',
    )

    found = list(strayed([source], jobs))

    assert [line.rsplit(": ", 1)[1] for line in found] == [
        "mail.send is no job",
        "lost is no job",
        "enqueue(x) is no job",
    ]
