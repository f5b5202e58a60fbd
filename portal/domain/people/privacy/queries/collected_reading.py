"""The statements that collect what a person read, and what they confirmed to have read.

A document is named as its file was called in the version that they read, which they know: what it is called today may
not be for them.
"""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

READING = (
    Question.of(
        "documents/readings",
        "Documents that you read, page by page here or as files; a line for each sign-in and way.",
        """SELECT r.id, r.document_id, v.name, v.number AS version, r.way, r.times, r.first_at, r.last_at,
          r.address, r.agent
        FROM documents.reads r JOIN documents.versions v ON v.id = r.version_id
        WHERE r.firm_id = %(firm)s AND r.user_id = %(user)s ORDER BY r.first_at, r.id""",
        id="number of the reading",
        document_id="number of the document",
        name="what its file is called",
        version="version",
        way="viewed (in the portal), downloaded, marked (a copy with your name on it), or archived (in an archive)",
        times="how often",
        first_at=f"first, {MOMENT}",
        last_at=f"last, {MOMENT}",
        address="your network address",
        agent="your browser or app",
    ),
    Question.of(
        "documents/pages-read",
        "The pages that you were shown in these readings.",
        """SELECT p.read_id, p.page, p.times, p.seconds, p.first_at, p.last_at FROM documents.page_views p
        JOIN documents.reads r ON r.id = p.read_id
        WHERE p.firm_id = %(firm)s AND r.user_id = %(user)s ORDER BY r.first_at, p.read_id, p.page""",
        read_id="number of the reading",
        page="page",
        times="how often",
        seconds="how long it was on the screen, in seconds",
        first_at=f"first, {MOMENT}",
        last_at=f"last, {MOMENT}",
    ),
    Question.of(
        "documents/confirmations",
        "Documents of which you said that you have read them, and what proves it.",
        """SELECT k.document_id, v.name, v.number AS version, k.digest AS sha256, k.said, k.said_version, k.at,
          k.address, k.agent
        FROM documents.acknowledgements k JOIN documents.versions v ON v.id = k.version_id
        WHERE k.firm_id = %(firm)s AND k.user_id = %(user)s ORDER BY k.at, k.id""",
        document_id="number of the document",
        name="what its file is called",
        version="version",
        sha256="digest of the file (SHA-256)",
        said="what you said, word for word",
        said_version="version of these words",
        at=MOMENT,
        address="network address you said it from",
        agent="browser or app you said it with",
    ),
)
