"""A PDF of a thousand pages, split and matched to the accounts of the firm, then cut, checked and filed: against
pdfium reading the text of the same pages and nothing else."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import psycopg
import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from benchmarks.generator import FIRM
from benchmarks.results import Result
from benchmarks.rounds import Seconds, run_rounds
from benchmarks.stage import Stage
from portal.domain.documents.filing.queries.batches import get_batch
from portal.domain.documents.filing.services.batches import finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.services.filing import file_pieces
from portal.domain.documents.filing.services.reading import read_batch
from portal.domain.documents.filing.services.reviewing import confirm_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.values import Actor, Role
from portal.platform.tenancy import acting_as

PAPERS, PAGES_EACH, ROUNDS = 250, 4, 5
PAGES = PAPERS * PAGES_EACH
SOMEBODY = "SELECT id FROM identity.users WHERE firm_id = %s LIMIT 1"


def measure(stage: Stage) -> Iterator[Result]:
    """Two hundred and fifty papers of four pages, each for another account."""
    url = stage.servers.scratch("filing")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_filing"))
    with ExitStack() as closing:
        connection = closing.enter_context(psycopg.connect(url, autocommit=True))
        (somebody,) = connection.execute(SOMEBODY, (FIRM,)).fetchone() or (None,)
        closing.enter_context(app.app_context())
        filing = _Filing(Actor(FIRM, somebody, frozenset({Role.ASSOCIATE})), _papers())
        timings = run_rounds(
            {"bare": filing.read_bare, "match": filing.match, "file": filing.file}, rounds=ROUNDS, warm_up=1
        )
    for name, words in (("match", "Split and match 1,000 pages"), ("file", "Cut, check and file 1,000 pages")):
        pages = [f"{PAGES * 1000 / timings.milliseconds(each):.0f} pages/s {each}" for each in (name, "bare")]
        told = f"{PAPERS} papers; {', '.join(pages)}; A/A {timings.honesty:.3f}"
        yield Result(words, timings.ratio("bare", name), ">=0", "× pdfium's pace for the text alone", told)


class _Filing:
    """One file, sent again and again."""

    def __init__(self, actor: Actor, content: bytes) -> None:
        self._actor, self._system, self._content = actor, Actor.system(FIRM), content

    def read_bare(self) -> None:
        """The text of each page, by pdfium in this process."""
        with pypdfium2.PdfDocument(self._content) as document:
            for page in document:
                page.get_textpage().get_text_range()

    def match(self) -> Seconds:
        """Seconds from the file in the store to its pieces for review."""
        batch_id = self._send()
        began = time.perf_counter()
        with acting_as(self._system.tenancy):
            read_batch(self._system, batch_id)
        seconds = Seconds(time.perf_counter() - began)
        with acting_as(self._system.tenancy):
            batch = get_batch(self._system, batch_id)
        assert (batch.pieces, batch.matched) == (PAPERS, PAPERS), batch
        return seconds

    def file(self) -> Seconds:
        """Seconds from the confirmed batch to documents in the accounts' folders."""
        batch_id = self._send()
        with acting_as(self._system.tenancy):
            read_batch(self._system, batch_id)
        with acting_as(self._actor.tenancy):
            confirm_batch(self._actor, batch_id, publish=False)
        began, more = time.perf_counter(), True
        while more:
            with tempfile.TemporaryDirectory() as folder, acting_as(self._system.tenancy):
                more = file_pieces(self._system, batch_id, Path(folder))
        return Seconds(time.perf_counter() - began)

    def _send(self) -> UUID:
        with acting_as(self._actor.tenancy):
            details = BatchDetails(DocumentType.TAX_FORM, "K-1, {account}", "2025")
            batch_id = start_batch(self._actor, details, name="k1s.pdf", size=len(self._content))
            keep_part(self._actor, batch_id, 0, self._content)
            finish_receiving(self._actor, batch_id)
        return batch_id


def _papers() -> bytes:
    """Tax forms as an administrator sends them: one file, each form's first page with its account's name."""
    kept = io.BytesIO()
    canvas = Canvas(kept, invariant=True)
    for number in range(1, PAPERS + 1):
        for page in range(1, PAGES_EACH + 1):
            canvas.drawString(72, 780, f"Schedule K-1, Account {number}" if page == 1 else "Schedule K-1, continued")
            for line in range(40):
                canvas.drawString(72, 750 - 16 * line, f"Line {line}: ordinary business income of the year 1,250.00")
            canvas.drawString(280, 40, f"Page {page} of {PAGES_EACH}")
            canvas.showPage()
    canvas.save()
    return kept.getvalue()
