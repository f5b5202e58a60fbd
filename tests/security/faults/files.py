"""Faults that would give wrong files out, or throw right ones away."""

from __future__ import annotations

from tests.security.faults.fault import Fault

STORAGE = "portal/platform/storage"
OF_STORAGE = "tests/platform/storage"

FILES = (
    Fault(
        "files that were changed and are given out",
        f"{STORAGE}/digests.py",
        "    if found != digest:\n",
        "    if not digest:\n",
        ("tests/web/toolkit/test_sending.py::test_a_small_file_that_was_changed_is_not_given_out",),
    ),
    Fault(
        "uploads that serve another key than theirs",
        f"{STORAGE}/interface.py",
        "    if not upload_id or upload != upload_name(key, upload_id):\n",
        "    if not upload_id:\n",
        (f"{OF_STORAGE}/test_uploads.py::test_an_upload_serves_no_other_key",),
    ),
    Fault(
        "files that are thrown away on the word of a database that was set back",
        f"{STORAGE}/sweeping.py",
        "len(due) > likely or len(due) > found.claimed.total()",
        "len(due) > MOST_TOLD",
        (f"{OF_STORAGE}/test_sweeping.py::test_a_database_that_knows_too_little_removes_nothing",),
    ),
)
