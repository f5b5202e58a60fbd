"""The statements that collect the documents of a person."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

# For an account of theirs, or given to them by name, and to be seen now; drafts are nobody's yet. What is for all who
# hold a vehicle, or for the whole firm, is not about anybody, and in their list for as long as it is for them.
MINE = """
FROM documents.documents d
JOIN documents.versions v ON v.document_id = d.id AND v.number = d.published_version AND v.state = 'released'
LEFT JOIN people.investor_accounts a ON a.id = d.account_id AND a.id = ANY(%(accounts)s)
LEFT JOIN investments.vehicles f ON f.id = d.vehicle_id AND a.id IS NOT NULL
WHERE d.firm_id = %(firm)s AND d.state = 'published' AND COALESCE(d.expires_at, 'infinity') > now()
  AND ((d.audience = 'account' AND a.id IS NOT NULL) OR EXISTS (SELECT FROM documents.audiences g
    WHERE g.document_id = d.id AND g.reach = 'person:' || %(user)s AND COALESCE(g.until, 'infinity') > now()))
"""
# Statements lie in the archive once, and what is only to be read leaves the portal in nobody's archive.
PATH = """CASE WHEN NOT d.view_only AND COALESCE(d.source, '') NOT LIKE 'statement:%%'
  THEN 'documents/' || d.id || '.' || v.kind END"""
DOCUMENTS = (
    Question.of(
        "documents/documents",
        "Documents that were published to these accounts, or given to you; their files lie beside this list.",
        f"""SELECT d.id, d.title, d.type, d.period, a.name AS account, f.name AS vehicle, d.published_at,
          v.number AS version, v.name, v.digest AS sha256, v.uploaded_by = %(user)s AS by_you, {PATH} AS copy
        {MINE} ORDER BY d.published_at, d.id""",
        id="number of the document",
        title="its title",
        type="what it is",
        period="what it is for: a year, quarter or month",
        account="the account it is for",
        vehicle="the vehicle it is about",
        published_at=f"when it was published, {MOMENT}",
        version="version",
        name="what the file is called",
        sha256="digest of the file (SHA-256)",
        by_you="whether you sent it",
        copy="the file in this archive; none for statements, which lie with the investments, and for what is only read",
    ),
    Question.of(
        "documents/papers",
        "Papers that you sent to the firm, or that were sent for accounts that you alone act for.",
        """SELECT p.id, a.name AS account, p.type, p.name, p.size AS bytes, p.user_id = %(user)s AS by_you,
          CASE WHEN p.user_id = %(user)s THEN p.note END AS note, p.sent_at, p.state,
          CASE WHEN p.user_id = %(user)s THEN p.comment END AS comment, p.decided_at
        FROM documents.papers p JOIN people.investor_accounts a ON a.id = p.account_id
        WHERE p.firm_id = %(firm)s AND (p.user_id = %(user)s OR p.account_id = ANY(%(alone)s))
        ORDER BY p.sent_at, p.id""",
        id="number of the paper",
        account="the account it was sent for",
        type="what it is",
        name="what the file was called",
        bytes="size in bytes",
        by_you="whether you sent it",
        note="what you wrote beside it",
        sent_at=f"when it was sent, {MOMENT}",
        state="sent, accepted, or returned",
        comment="what the firm answered",
        decided_at=f"when it was accepted or returned, {MOMENT}",
    ),
    Question.of(
        "documents/archives",
        "Archives of documents that you had put together, document by document.",
        """SELECT r.requested_at, r.ready_at, r.expires_at, r.state, r.file_size AS bytes, i.document_id, i.path,
          i.left_out
        FROM documents.archives r LEFT JOIN documents.archive_items i ON i.archive_id = r.id
        WHERE r.firm_id = %(firm)s AND r.user_id = %(user)s ORDER BY r.requested_at, r.id, i.path, i.document_id""",
        requested_at=f"when you asked, {MOMENT}",
        ready_at=f"when it was ready, {MOMENT}",
        expires_at=f"when it goes, {MOMENT}",
        state="where the archive stands",
        bytes="its size in bytes",
        document_id="number of a document that you chose",
        path="what it is called in the archive",
        left_out="why it is not in there",
    ),
    Question.of(
        "documents/uploads",
        "Files of yours on their way; they become documents, or are forgotten within a day.",
        """SELECT name, size AS bytes, received, created_at, finished_at FROM documents.uploads
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY created_at, id""",
        name="what the file is called",
        bytes="size in bytes",
        received="bytes that have arrived",
        created_at=f"begun, {MOMENT}",
        finished_at=f"whole, {MOMENT}",
    ),
    Question.of(
        "documents/shares",
        "Documents that you gave to readers outside, or took from them; who they are is theirs.",
        """SELECT document_id, created_by IS NOT DISTINCT FROM %(user)s AS given_by_you,
          revoked_by IS NOT DISTINCT FROM %(user)s AS taken_by_you,
          CASE WHEN created_by = %(user)s THEN note END AS note, view_only, until, created_at, revoked_at
        FROM documents.shares WHERE firm_id = %(firm)s AND (created_by = %(user)s OR revoked_by = %(user)s)
        ORDER BY created_at, id""",
        document_id="number of the document",
        given_by_you="whether you gave it",
        taken_by_you="whether you took it back",
        note="what you wrote beside it",
        view_only="whether it could only be read in the portal",
        until=f"to be read until, {MOMENT}",
        created_at=f"given, {MOMENT}",
        revoked_at=f"taken back, {MOMENT}",
    ),
)
COPIES = f"""
SELECT v.file_key, v.digest, {PATH} AS path {MINE} AND {PATH} IS NOT NULL ORDER BY d.id
"""
