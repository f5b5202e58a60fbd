"""Files through the product against the bare store, and a folder of a hundred thousand documents against one of a
hundred."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import UUID

import pikepdf
import psycopg

from benchmarks.browser import Request
from benchmarks.generator import FIRM, known_id
from benchmarks.results import Result
from benchmarks.rounds import Seconds, run_rounds
from benchmarks.stage import Stage
from portal.domain.documents.library.queries.documents import find_document_by_source, list_documents
from portal.domain.documents.library.queries.files import list_versions
from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release, receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentFilter, DocumentType
from portal.domain.documents.library.values.files import Arrival, Release
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.values import Actor, Role
from portal.jobs.documents import check
from portal.platform.file_links import Thing
from portal.platform.ids import new_id
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

MIB = 2**20
LARGE = 20 * MIB
ROUNDS = 60
PAGE = 50
KEY = "documents/benchmark"
SOURCE = "benchmark:blank"
QUOTA = 2**50
FILL = """
INSERT INTO documents.documents (id, firm_id, folder_id, type, title, audience, state, published_at, published_version,
  latest_version, created_at)
SELECT gen_random_uuid(), %(firm)s, %(folder)s, 'report', 'Report ' || n, 'firm', 'published',
  now() - make_interval(secs => n), 1, 1, now() - make_interval(secs => n) FROM generate_series(1, %(many)s) n
"""
VERSIONS = """
INSERT INTO documents.versions (id, firm_id, document_id, number, state, file_key, name, kind, size, digest, checked_at)
SELECT gen_random_uuid(), firm_id, id, 1, 'released', 'documents/' || id, 'report.pdf', 'pdf', 1000, md5(id::text),
  now() FROM documents.documents WHERE folder_id = %(folder)s
"""
REACHES = """
INSERT INTO documents.audiences (document_id, reach, firm_id, published_at)
SELECT id, 'members:' || firm_id, firm_id, published_at FROM documents.documents WHERE folder_id = %(folder)s
"""


def measure(stage: Stage) -> Iterator[Result]:
    """Down, up, and the list, each in rounds of its own."""
    yield from _download(stage)
    yield from _upload(stage)
    yield from _lists(stage)


def _download(stage: Stage) -> Iterator[Result]:
    """A document by its link, whose reader is asked about, against a route that gives the same object of the store and
    asks nobody; and against one that reads a file without comparing it with its digest."""
    content = _blank(Random(20261123).randbytes(LARGE))
    Path(stage.root, "recordings", "file").write_bytes(content)
    reader = stage.visitor("twenty").actor
    with stage.app().app_context():
        document_id, links = _published(content), resources().links

    def down() -> None:
        link = links.link_to(Thing.DOCUMENT, document_id, reader.user_id, reader.session_id, 1)
        _fetch(Request(stage.portal().port, link.removeprefix("https://localhost")), len(content))

    def control(path: str) -> Callable[[], object]:
        return lambda: _fetch(stage.control(path), len(content))

    stored = control(f"/stored?digest={sha256(content).hexdigest()}")
    timings = run_rounds({"product": down, "store": stored, "file": control("/file")}, rounds=ROUNDS)
    for name, aim, unit in (("store", ">=0.7", "× the bare store's pace"), ("file", ">=0", "× a bare file's pace")):
        told = f"{LARGE // MIB} MiB; {timings.told('product', name)}"
        yield Result(f"Download of a large file against a {name}", timings.ratio(name, "product"), aim, unit, told)


def _published(content: bytes) -> UUID:
    """The document of all investors that has this content; it stays for the next run."""
    system, stored = Actor.system(FIRM), resources().store.put(KEY, content, "application/pdf")
    with acting_as(system.tenancy):
        found = find_document_by_source(system, SOURCE)
        if found is None:
            folder = open_root_folder(system, FolderKind.VEHICLE, new_id(), "Benchmark")
            release = Release(stored.key, "file.pdf", "pdf", stored.size, stored.digest, None, ())
            details = DocumentDetails("Report", DocumentType.REPORT, Audience.FIRM)
            found = file_release(system, folder, details, release, source=SOURCE)
            publish_document(system, found, tell=False)
        return found


def _blank(ballast: bytes) -> bytes:
    """A PDF on whose page nothing stands that would have to be looked at."""
    with pikepdf.new() as paper, tempfile.TemporaryFile() as file:
        paper.add_blank_page()
        paper.Root.Ballast = paper.make_stream(ballast)
        paper.save(file, deterministic_id=True)
        file.seek(0)
        return file.read()


def _fetch(request: Request, size: int) -> None:
    assert len(request().body) == size
    request.close()


def _upload(stage: Stage) -> Iterator[Result]:
    """A paper into quarantine with its row, and then with its check, against writing the bytes to the same disk."""
    stage.servers.scratch("uploads")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_uploads"))
    actor, content = Actor.system(FIRM), _paper()
    bare = Path(stage.root, "files", "bare")
    with app.app_context(), acting_as(actor.tenancy):
        folder = open_root_folder(actor, FolderKind.FIRM, None, "Firm")

        def up() -> UUID:
            key = f"documents/{new_id()}"
            size = resources().store.put_unjudged(key, content, "application/pdf")
            details = DocumentDetails("Report", DocumentType.REPORT, Audience.FIRM)
            return receive_document(actor, folder, details, Arrival(key, "r.pdf", size), quota=QUOTA)

        def checked() -> None:
            version = list_versions(actor, up())[0]
            check(Work(new_id(), FIRM, "documents.check", {"version_id": str(version.id)}, 1))

        subjects: dict[str, Callable[[], object]] = {"product": up, "bare": lambda: _write(bare, content)}
        timings = run_rounds(subjects, rounds=ROUNDS)
        told = f"{len(content) / MIB:.0f} MiB; {timings.told('product', 'bare')}"
        yield Result(
            "Upload, check excluded", timings.ratio("bare", "product"), ">=0.7", "× the pace of a bare file", told
        )
        timings = run_rounds({"product": checked, "bare": lambda: _write(bare, content)}, rounds=9, warm_up=1)
        told = f"{len(content) / MIB:.0f} MiB; {timings.told('product', 'bare')}"
        yield Result(
            "Upload, check included", timings.ratio("bare", "product"), ">=0", "× the pace of a bare file", told
        )


def _write(path: Path, content: bytes) -> None:
    """What a store cannot do without: the bytes on the disk, under a name that is there at once or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


def _paper() -> bytes:
    """A PDF of a picture that does not get smaller."""
    with pikepdf.new() as paper, tempfile.TemporaryFile() as file:
        side = 1300
        picture = paper.make_stream(secrets.token_bytes(LARGE // (side * 3) * side * 3))
        picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": side})
        picture.update({"/Height": LARGE // (side * 3), "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        page = paper.add_blank_page()
        name = page.add_resource(picture, pikepdf.Name.XObject)
        page.contents_add(f"q 500 0 0 500 0 0 cm {name} Do Q".encode())
        paper.save(file)
        file.seek(0)
        return file.read()


def _lists(stage: Stage) -> Iterator[Result]:
    """The first page of a folder as staff and as an investor sees it."""
    url = stage.servers.scratch("folders")
    app = stage.app(database_url=stage.servers.postgres.url("portal_web", "scratch_folders"))
    system = Actor.system(FIRM)
    with app.app_context():
        with acting_as(system.tenancy):
            small = open_root_folder(system, FolderKind.FIRM, None, "Firm")
            large = open_root_folder(system, FolderKind.VEHICLE, new_id(), "Fund")
        with psycopg.connect(url, autocommit=True) as connection:
            for folder, many in ((small, 100), (large, 100_000)):
                for statement in (FILL, VERSIONS, REACHES):
                    connection.execute(statement, {"firm": FIRM, "folder": folder, "many": many})
            connection.execute("VACUUM ANALYZE documents.documents, documents.versions, documents.audiences")
        investor = Actor(FIRM, known_id("user", "twenty"), frozenset({Role.INVESTOR}))
        for name, actor in (("staff", system), ("an investor", investor)):
            timings = run_rounds(
                {"100,000": lambda actor=actor: _list(actor, large), "100": lambda actor=actor: _list(actor, small)},
                rounds=stage.rounds,
            )
            told = timings.told("100,000", "100")
            yield Result(
                f"Folder of 100,000 documents, for {name}", timings.ratio("100,000", "100"), "<=1.3", "× of 100", told
            )


def _list(actor: Actor, folder: UUID) -> Seconds:
    with acting_as(actor.tenancy):
        began = time.perf_counter()
        found = list_documents(actor, DocumentFilter(folder_id=folder), most=PAGE)
        seconds = Seconds(time.perf_counter() - began)
    assert len(found) == PAGE, len(found)
    return seconds
