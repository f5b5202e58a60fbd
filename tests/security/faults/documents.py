"""Faults that would open the library, a data room or an envelope to somebody else, or keep open what was closed."""

from __future__ import annotations

from tests.security.faults.fault import Fault

DOCUMENTS = "portal/domain/documents"
ROOMS = "migrations/versions/0034_rooms.py"
LINKS = "portal/web/operations/files.py"
OF_LIBRARY = "tests/domain/documents/library/test_visibility.py::"
OF_ROOMS = "tests/domain/documents/rooms/test_access.py::"
OF_LINKS = "tests/web/operations/test_files.py::"
OF_TROUBLE = "tests/cli/test_files_in_trouble.py::"
OF_SHARES = "tests/web/documents/test_outside_reading.py::"

READERS = (
    Fault(
        "documents for whoever is of the firm, as far as the page cares",
        f"{DOCUMENTS}/library/queries/visibility.py",
        'return f"{IN_FORCE} AND EXISTS (SELECT FROM documents.audiences a WHERE a.document_id = d.id AND {REACHED})"',
        "return IN_FORCE",
        (f"{OF_LIBRARY}test_staff_who_see_no_library_open_no_paper_of_others",),
    ),
    Fault(
        "documents for whoever is of the firm, as far as the database cares",
        "migrations/versions/0024_library.py",
        '    " AND EXISTS (SELECT FROM documents.audiences a WHERE a.document_id = id)"\n',
        "",
        ("tests/security/test_row_security.py::test_no_role_reads_what_is_not_its_own",),
    ),
    Fault(
        "papers of any kind for a delegate who was given one kind",
        ROOMS,
        "unnest(people.my_accounts_for(scope)) account_id)",
        "unnest(people.my_accounts_for('anything')) account_id)",
        (f"{OF_LIBRARY}test_a_delegate_sees_the_types_they_were_given",),
    ),
    Fault(
        "papers for some roles that all staff see",
        f"{DOCUMENTS}/library/queries/visibility.py",
        'WHOLE_FIRM + " AND (d.roles IS NULL OR d.roles && %(roles)s)"',
        "WHOLE_FIRM",
        (f"{OF_LIBRARY}test_a_paper_for_some_roles_is_hidden_from_other_staff",),
    ),
    Fault(
        "a paper that stays with whom it was taken from",
        f"{DOCUMENTS}/library/services/audiences.py",
        "WHERE firm_id = %(firm)s AND document_id = %(document)s AND reach = %(reach)s",
        "WHERE firm_id = %(firm)s AND document_id = %(document)s AND reach = %(reach)s AND until IS NOT NULL",
        (f"{OF_LIBRARY}test_a_paper_given_to_a_person_is_taken_back",),
    ),
    Fault(
        "whom a paper was for before, and who still reads it",
        f"{DOCUMENTS}/library/services/audiences.py",
        "    execute(REPLACE, document=document_id, reach=reach)\n",
        "",
        (f"{OF_LIBRARY}test_another_audience_takes_the_place_of_the_first",),
    ),
    Fault(
        "what can only be read here, and is given away",
        f"{DOCUMENTS}/reading/policies.py",
        "    return not view_only or can(actor, Permission.EDIT_DOCUMENTS)\n",
        "    return not view_only or not can(actor, Permission.EDIT_DOCUMENTS)\n",
        ("tests/web/documents/test_downloads.py::test_what_can_only_be_read_here_is_given_to_no_reader",),
    ),
    Fault(
        "names of others that stop no document",
        f"{DOCUMENTS}/filing/services/recipients.py",
        "    if problem:\n        raise NamesOthers(problem)\n",
        "    if problem is None:\n        raise NamesOthers(problem)\n",
        ("tests/domain/documents/filing/test_recipients.py::test_another_investor_in_it_stops_a_document",),
    ),
)
LED = (
    Fault(
        "links to files that nobody signed",
        "portal/platform/file_links.py",
        "self._signer.loads(token)",
        "self._signer.loads_unsafe(token)[1]",
        ("tests/platform/test_file_links.py::test_a_changed_or_foreign_token_opens_nothing",),
    ),
    Fault(
        "links to files that open for another than they were given to",
        LINKS,
        "    if person is None or person.user_id != link.user_id:\n",
        "    if person is None:\n",
        (f"{OF_LINKS}test_a_link_opens_for_whom_it_was_given_alone",),
    ),
    Fault(
        "links to files that outlive the session they were given in",
        "portal/domain/identity/sessions/queries.py",
        "OF_ANY_KIND = GOOD.format(by=",
        "OF_ANY_KIND = GOOD.replace('s.revoked_at IS NULL AND ', '').format(by=",
        (f"{OF_LINKS}test_a_link_to_a_document_ends_with_what_opened_it",),
    ),
    Fault(
        "links to files that outlive a role",
        LINKS,
        "    if permissions and not any(can(person, permission) for permission in permissions):\n",
        "    if permissions and person.user_id is None:\n",
        (f"{OF_LINKS}test_a_link_to_a_document_ends_with_what_opened_it",),
    ),
    Fault(
        "links to whatever version is there by then",
        LINKS,
        "number=link.version",
        "number=None",
        (f"{OF_LINKS}test_a_link_to_a_document_ends_with_what_opened_it",),
    ),
    Fault(
        "archives of what was closed since",
        f"{DOCUMENTS}/reading/queries/archives.py",
        "    if closed:\n        raise ArchiveOutdated\n",
        "    if closed is None:\n        raise ArchiveOutdated\n",
        (f"{OF_LINKS}test_so_do_links_to_archives_and_exports",),
    ),
)
OTHERS = (
    Fault(
        "shares that were taken back and open",
        f"{DOCUMENTS}/sharing/queries.py",
        "s.id = %(share)s AND s.revoked_at IS NULL AND s.until",
        "s.id = %(share)s AND s.until",
        (f"{OF_SHARES}test_taken_back_every_way_is_closed_at_once",),
    ),
    Fault(
        "shares without an end",
        f"{DOCUMENTS}/sharing/queries.py",
        "s.revoked_at IS NULL AND s.until > %(now)s\n",
        "s.revoked_at IS NULL\n",
        (f"{OF_SHARES}test_archived_or_over_it_is_closed_too",),
    ),
    Fault(
        "data rooms whose agreement nobody needs to sign",
        ROOMS,
        "r.nda_version IS NULL OR EXISTS (",
        "true OR EXISTS (",
        (f"{OF_ROOMS}test_before_signing_only_name_and_inviter_are_known",),
    ),
    Fault(
        "signers who are asked all at once",
        f"{DOCUMENTS}/signing/rules/progress.py",
        "lambda each: each.turn == turn and each.state is SignerState.WAITING",
        "lambda each: each.turn >= turn and each.state is SignerState.WAITING",
        (
            "tests/domain/documents/signing/rules/test_progress.py"
            "::test_those_of_one_turn_are_asked_together_and_the_next_when_all_have_signed",
        ),
    ),
    Fault(
        "signatures under something else than was shown",
        f"{DOCUMENTS}/signing/services/signing.py",
        "    shown = _check_shown(held, fields, signing)\n",
        "    shown = signing.shown\n",
        ("tests/domain/documents/signing/test_services.py::test_nobody_signs_twice_or_something_else_than_was_shown",),
    ),
)
LEFT = (
    Fault(
        "finished files that a worker who died leaves behind",
        "portal/jobs/signing.py",
        'store.put(f"documents/{work.id}", printed.content',
        'store.put(f"documents/{work.lease}.{work.id}", printed.content',
        (f"{OF_TROUBLE}test_whatever_happens_to_the_store_or_the_worker_work_ends_whole",),
    ),
    Fault(
        "a check that gives a file up because the store is away",
        "portal/jobs/documents.py",
        "        except ObjectMissing:\n",
        "        except Exception:\n",
        (f"{OF_TROUBLE}test_whatever_happens_to_the_store_or_the_worker_work_ends_whole",),
    ),
)
LIBRARY = (*LEFT, *READERS, *LED, *OTHERS)
