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
)
COPIES = f"""
SELECT v.file_key, v.digest, {PATH} AS path {MINE} AND {PATH} IS NOT NULL ORDER BY d.id
"""
