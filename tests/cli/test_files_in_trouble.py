"""Files while workers are killed between object and row, the store is away and its disk full: nothing is half there,
nothing is lost, everything is done in the end, and `portal check-files` says what was left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.documents.filing.queries.batches import get_batch
from portal.domain.documents.filing.services.batches import finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.services.reviewing import confirm_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.services.receiving import receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentFilter, DocumentType
from portal.domain.documents.library.values.files import Arrival, VersionState
from portal.domain.documents.reading.queries.archives import get_archive
from portal.domain.documents.reading.rules.archives import MANIFEST, README
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.documents.signing.queries.envelopes import get_envelope
from portal.domain.identity.access.values import Actor, Role
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.storage.files import FileStore
from portal.platform.tenancy import acting_as
from portal.settings import Settings
from tests.cli.conftest import check_all, claimed_keys, end_leases
from tests.cli.file_trouble import ENDED
from tests.factories.documents import make_folder
from tests.factories.filing import paper
from tests.factories.identity import make_user
from tests.factories.investments import make_account
from tests.factories.reading import make_paper
from tests.factories.signing import make_envelope, sign
from tests.factories.web import sign_in
from tests.platform.screening.pdf_files import clean_pdf
from tests.servers import as_login

ROOT = Path(__file__).parents[2]
PATIENCE = 150  # seconds in which something has to get done, however busy the machine is
OWN = ["Call 1", "Call 2"]
UNTOUCHED = {"upload": "received", "archive": "collecting", "envelope": "signed", "batch": "filing"}
DONE = {"upload": "released", "archive": "ready", "envelope": "finished", "batch": "filed"}
OF_FILES = "('documents.check', 'reading.collect_archive', 'signing.finish', 'documents.file_batch')"
FAILURES = f"SELECT state, failures, last_error FROM platform.outbox WHERE job IN {OF_FILES} ORDER BY job"


@dataclass(frozen=True)
class Desk:
    """What somebody has under way: a file to be checked, an archive to be made, an envelope that all have signed, and a
    batch to be filed and published."""

    manager: Actor
    investor: Actor
    upload: UUID
    archive: UUID
    envelope: UUID
    batch: UUID

    def stands(self) -> dict[str, str]:
        """How far each is."""
        with acting_as(self.investor.tenancy):
            archive = get_archive(self.investor, self.archive)
        with acting_as(self.manager.tenancy):
            return {
                "upload": get_document(self.manager, self.upload).versions[0].state.value,
                "archive": archive.state.value,
                "envelope": get_envelope(self.manager, self.envelope).state.value,
                "batch": get_batch(self.manager, self.batch).state.value,
            }

    def seen(self) -> list[str]:
        """What the investor is shown."""
        with acting_as(self.investor.tenancy):
            return sorted(each.title for each in list_documents(self.investor, DocumentFilter()))


@pytest.fixture
def desk(files: FileStore, firm: tuple[UUID, str]) -> Desk:
    firm_id, system = firm[0], Actor.system(firm[0])
    investor, manager = (
        make_user(firm_id, f"{uuid4().hex}@example.com", role) for role in (Role.INVESTOR, Role.MANAGER)
    )
    account = make_account(firm_id, "Lane Family Trust", investor)
    make_account(firm_id, "Harbour Point LP")
    papers = [make_paper(account, firm_id, title) for title in OWN]
    envelope = make_envelope(manager, (investor, 1))
    content, folder = paper("K-1\nLane Family Trust", "K-1\nHarbour Point LP"), make_folder(firm_id)
    with acting_as(manager.tenancy):
        details = BatchDetails(DocumentType.TAX_FORM, "K-1 {period}, {account}", "2025")
        batch = start_batch(manager, details, name="k1s.pdf", size=len(content))
        keep_part(manager, batch, 0, content)
        finish_receiving(manager, batch)
    drain()
    size = files.put_unjudged("documents/raw", clean_pdf("Report"), "application/pdf")
    with acting_as(manager.tenancy):
        confirm_batch(manager, batch, publish=True)
    with acting_as(system.tenancy):
        report = DocumentDetails("Report", DocumentType.REPORT, Audience.FIRM)
        upload = receive_document(system, folder, report, Arrival("documents/raw", "r.pdf", size), quota=10_000_000)
    with acting_as(investor.tenancy):
        archive = request_archive(investor, papers)
    sign(investor, envelope)
    return Desk(manager, investor, upload, archive, envelope, batch)


@pytest.fixture
def worker(files: FileStore) -> Iterator[subprocess.Popen[str]]:
    """A worker that has the trouble it is told to have."""
    command = [sys.executable, "-m", "tests.cli.file_trouble"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(60)


def work_in(worker: subprocess.Popen[str], firm_id: UUID, *trouble: str) -> int:
    """Have the worker do what is due in this trouble; how it ended."""
    end_leases(firm_id)
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(" ".join(trouble) + "\n")
    worker.stdin.flush()
    line = next(line for line in worker.stdout if line.startswith(ENDED))
    db.end_reading()
    return int(line.split()[1])


def test_whatever_happens_to_the_store_or_the_worker_work_ends_whole(
    files: FileStore, firm: tuple[UUID, str], desk: Desk, worker: subprocess.Popen[str]
) -> None:
    before = [each.key for each in files.list_objects()]
    for trouble, told in (("away", "missing"), ("full", "File too large")):
        assert work_in(worker, firm[0], trouble) == 0
        if trouble == "away":
            files.root.with_name("away").rename(files.root)
        assert (desk.stands(), desk.seen()) == (UNTOUCHED, OWN)
        assert [each.key for each in files.list_objects()] == before
        with acting_as(Actor.system(firm[0]).tenancy):
            rows = db.fetch_all(FAILURES)
        assert [row.state for row in rows] == ["ready"] * 4
        assert all(told in row.last_error or "does not" in row.last_error for row in rows), rows
        assert check_all(firm[1]) == []

    kills = 0
    while work_in(worker, firm[0], "killed") == -signal.SIGKILL:
        kills += 1
        now = desk.stands()
        assert all(now[each] in {UNTOUCHED[each], DONE[each]} for each in now), now
        finished = (now["envelope"] == DONE["envelope"]) + (now["batch"] == DONE["batch"])
        assert len(desk.seen()) == len(OWN) + finished, "all of a batch or nothing"
        assert set(claimed_keys(firm[0])) <= {each.key for each in files.list_objects()}
        assert check_all(firm[1], "--read") == []
    assert kills == 5, "at the checked copy, the archive, the finished file and each piece of the batch"

    end_leases(firm[0])
    drain()
    assert desk.stands() == DONE
    assert len(desk.seen()) == len(OWN) + 2
    assert sorted(set(claimed_keys(firm[0]))) == [each.key for each in files.list_objects()], "nothing is left behind"
    with acting_as(desk.investor.tenancy):
        archive = get_archive(desk.investor, desk.archive)
    assert archive.file_key
    names = zipfile.ZipFile(io.BytesIO(files.get(archive.file_key, archive.digest))).namelist()
    assert len({*names} - {MANIFEST, README}) == len(names) - 2 == len(OWN)


def test_a_page_whose_drawing_was_killed_is_an_orphan_that_is_told_and_removed(
    committed_app: Flask, files: FileStore, firm: tuple[UUID, str], worker: subprocess.Popen[str]
) -> None:
    investor = make_user(firm[0], f"{uuid4().hex}@example.com", Role.INVESTOR)
    document = make_paper(make_account(firm[0], "Lane Family Trust", investor), firm[0], pages=1)
    client = sign_in(committed_app.test_client(), investor)
    cookie, path = client.get_cookie("sid"), f"/documents/pages/{document}/1/1"
    assert cookie
    assert work_in(worker, firm[0], "killed", path, cookie.value) == -signal.SIGKILL
    (orphan,) = {each.key for each in files.list_objects()} - set(claimed_keys(firm[0]))
    assert orphan.startswith("documents/pages/")
    assert check_all("in no row") == [], "its row may be on its way"
    assert client.get(path).mimetype == "image/webp", "drawn anew"
    for days, there in ((2, True), (31, False)):
        old = time.time() - days * 86_400
        os.utime(files.path(orphan), (old, old))
        (told,) = check_all("in no row")
        assert orphan in told
        assert files.exists(orphan) is there
    assert client.get(path).mimetype == "image/webp"


def test_a_worker_as_it_is_started_checks_what_was_sent(
    files: FileStore, firm: tuple[UUID, str], postgres_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program itself, which judges in processes of its own below a fork of its own."""
    monkeypatch.setenv("DATABASE_URL", as_login(postgres_url, "portal_worker"))
    system, folder = Actor.system(firm[0]), make_folder(firm[0])
    size = files.put_unjudged("documents/raw", clean_pdf("Report", pages=2), "application/pdf")
    with acting_as(system.tenancy):
        report = DocumentDetails("Report", DocumentType.REPORT, Audience.FIRM)
        document = receive_document(system, folder, report, Arrival("documents/raw", "r.pdf", size), quota=10_000_000)
    with subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, start_new_session=True) as process:
        try:
            end = time.monotonic() + PATIENCE
            while True:
                db.end_reading()
                with acting_as(system.tenancy):
                    (version,) = get_document(system, document).versions
                if version.state is not VersionState.RECEIVED:
                    break
                assert process.poll() is None
                assert time.monotonic() < end, "not checked"
                time.sleep(0.1)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    assert (version.state, version.pages, version.kind) == (VersionState.RELEASED, 2, "pdf")
    assert version.file_key
    assert files.get(version.file_key, version.digest).startswith(b"%PDF")
