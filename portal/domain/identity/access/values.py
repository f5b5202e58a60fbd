"""Roles, permissions, and the actor that every service is called with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.platform.tenancy import DatabaseRole, Tenancy


class Role(StrEnum):
    """What a person is to the firm; one may hold several."""

    INVESTOR = "investor"
    DELEGATE = "delegate"
    ASSOCIATE = "associate"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset(Role) - {Role.INVESTOR, Role.DELEGATE}


class Permission(StrEnum):
    """The coarse gate of a page or operation; a policy judges the thing itself."""

    SEE_OWN_PORTFOLIO = "see_own_portfolio"
    SHARE_ACCOUNTS = "share_accounts"
    SEE_ALL_PORTFOLIOS = "see_all_portfolios"
    END_DELEGATIONS = "end_delegations"
    VIEW_AS_INVESTOR = "view_as_investor"
    EDIT_VEHICLES = "edit_vehicles"
    EDIT_ACCOUNTS = "edit_accounts"
    EDIT_PEOPLE = "edit_people"
    APPROVE_PEOPLE = "approve_people"
    INVITE_PEOPLE = "invite_people"
    APPROVE_PAYMENTS = "approve_payments"
    REVEAL_DETAILS = "reveal_details"
    PREPARE_IMPORTS = "prepare_imports"
    PREPARE_STATEMENTS = "prepare_statements"
    PUBLISH_STATEMENTS = "publish_statements"
    SEE_JOBS = "see_jobs"
    RERUN_JOBS = "rerun_jobs"
    SEE_AUDIT = "see_audit"
    REVIEW_ACCESS = "review_access"
    ATTEST_ACCESS = "attest_access"
    HANDLE_PRIVACY = "handle_privacy"
    SEE_DOCUMENTS = "see_documents"
    SEND_PAPERS = "send_papers"
    SEE_ALL_DOCUMENTS = "see_all_documents"
    EDIT_DOCUMENTS = "edit_documents"
    PUBLISH_DOCUMENTS = "publish_documents"
    MANAGE_RETENTION = "manage_retention"
    INVEST = "invest"
    EDIT_OFFERINGS = "edit_offerings"
    APPROVE_OFFERINGS = "approve_offerings"
    VERIFY_INVESTORS = "verify_investors"
    PREPARE_MONEY = "prepare_money"
    APPROVE_MONEY = "approve_money"


_P = Permission
READ_ALL = frozenset({_P.SEE_ALL_PORTFOLIOS, _P.SEE_ALL_DOCUMENTS, _P.SEE_JOBS})
PREPARE = READ_ALL | {
    _P.PREPARE_IMPORTS, _P.PREPARE_STATEMENTS, _P.EDIT_ACCOUNTS, _P.EDIT_VEHICLES, _P.INVITE_PEOPLE, _P.RERUN_JOBS,
    _P.EDIT_DOCUMENTS, _P.EDIT_OFFERINGS, _P.PREPARE_MONEY,
}  # fmt: skip

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.INVESTOR: frozenset({_P.SEE_OWN_PORTFOLIO, _P.SHARE_ACCOUNTS, _P.SEE_DOCUMENTS, _P.SEND_PAPERS, _P.INVEST}),
    Role.DELEGATE: frozenset({_P.SEE_OWN_PORTFOLIO, _P.SEE_DOCUMENTS, _P.SEND_PAPERS}),
    Role.ASSOCIATE: PREPARE,
    Role.MANAGER: PREPARE
    | {
        _P.PUBLISH_STATEMENTS,
        _P.PUBLISH_DOCUMENTS,
        _P.APPROVE_OFFERINGS,
        _P.APPROVE_MONEY,
        _P.APPROVE_PAYMENTS,
        _P.REVEAL_DETAILS,
        _P.VIEW_AS_INVESTOR,
        _P.END_DELEGATIONS,
        _P.REVIEW_ACCESS,
        _P.ATTEST_ACCESS,
    },
    Role.COMPLIANCE: READ_ALL
    | {
        _P.APPROVE_PEOPLE,
        _P.VERIFY_INVESTORS,
        _P.SEE_AUDIT,
        _P.APPROVE_PAYMENTS,
        _P.REVEAL_DETAILS,
        _P.VIEW_AS_INVESTOR,
        _P.END_DELEGATIONS,
        _P.REVIEW_ACCESS,
        _P.HANDLE_PRIVACY,
        _P.PUBLISH_DOCUMENTS,
        _P.MANAGE_RETENTION,
    },
    Role.AUDITOR: READ_ALL | {_P.SEE_AUDIT, _P.REVIEW_ACCESS},
    Role.ADMINISTRATOR: frozenset(
        {
            _P.EDIT_PEOPLE,
            _P.INVITE_PEOPLE,
            _P.APPROVE_PEOPLE,
            _P.SEE_AUDIT,
            _P.SEE_JOBS,
            _P.RERUN_JOBS,
            _P.HANDLE_PRIVACY,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of a firm through a session, or the firm's own machinery (no user)."""

    firm_id: UUID
    user_id: UUID | None
    roles: frozenset[Role]
    name: str = ""
    session_id: UUID | None = None
    read_only: bool = False

    @classmethod
    def system(cls, firm_id: UUID) -> Actor:
        """The firm's machinery: a job, a command, the import of a demo."""
        return cls(firm_id, None, frozenset())

    @property
    def is_staff(self) -> bool:
        """Whether the actor works for the firm (or is its machinery)."""
        return self.user_id is None or bool(self.roles & STAFF_ROLES)

    @property
    def tenancy(self) -> Tenancy:
        """What the database is told about this actor."""
        if self.user_id is None:
            return Tenancy(DatabaseRole.SYSTEM, self.firm_id)
        role = DatabaseRole.STAFF if self.is_staff else DatabaseRole.INVESTOR
        return Tenancy(role, self.firm_id, self.user_id, self.read_only)
