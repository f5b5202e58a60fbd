"""The portfolio page as one writes it with an ORM: tables as classes, figures summed in Python from what the
relationships bring, amounts through the locale library. No row security, no charts, no derivations: what it does less
is in its favour."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import pyxirr
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Blueprint, render_template_string, request
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

blueprint = Blueprint("idiomatic", __name__)
ZERO = Decimal(0)


class Table(DeclarativeBase):
    """Parent of the classes below."""


class User(Table):
    """A person."""

    __tablename__ = "users"
    __table_args__ = ({"schema": "identity"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    memberships: Mapped[list[Membership]] = relationship(back_populates="user")


class SignIn(Table):
    """A session."""

    __tablename__ = "sessions"
    __table_args__ = ({"schema": "identity"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Account(Table):
    """The legal holder."""

    __tablename__ = "investor_accounts"
    __table_args__ = ({"schema": "people"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    holdings: Mapped[list[Holding]] = relationship(back_populates="account")


class Membership(Table):
    """Who acts for whom."""

    __tablename__ = "account_members"
    __table_args__ = ({"schema": "people"},)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    user: Mapped[User] = relationship(back_populates="memberships")
    account: Mapped[Account] = relationship()


class Vehicle(Table):
    """A fund."""

    __tablename__ = "vehicles"
    __table_args__ = ({"schema": "investments"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    strategy: Mapped[str | None]


class Holding(Table):
    """An account's part in a fund; its figures are what its journals come to."""

    __tablename__ = "holdings"
    __table_args__ = ({"schema": "investments"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey(Vehicle.id))
    currency: Mapped[str]
    account: Mapped[Account] = relationship(back_populates="holdings")
    vehicle: Mapped[Vehicle] = relationship()
    journals: Mapped[list[Journal]] = relationship(order_by="Journal.effective_on")

    def total(self, *kinds: str) -> Decimal:
        """The sum of the journals of these kinds."""
        return sum((each.amount for each in self.journals if each.kind in kinds), ZERO)

    @property
    def unfunded(self) -> Decimal:
        """What may still be called."""
        return sum((each.unfunded_effect for each in self.journals), ZERO)

    @property
    def nav(self) -> Decimal:
        """The last valuation rolled forward."""
        worth = ZERO
        for each in self.journals:
            if each.kind == "valuation":
                worth = each.stated_nav or ZERO
            elif each.kind != "commitment":
                worth += each.amount if each.kind == "contribution" else -each.amount
        return worth

    @property
    def flows(self) -> list[tuple[date, Decimal]]:
        """Cash by day, the NAV last."""
        signs = {"contribution": -1, "distribution": 1}
        cash = [(each.effective_on, signs[each.kind] * each.amount) for each in self.journals if each.kind in signs]
        return [*cash, (self.journals[-1].effective_on, self.nav)]


class Journal(Table):
    """What happened."""

    __tablename__ = "journals"
    __table_args__ = ({"schema": "investments"},)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    holding_id: Mapped[UUID] = mapped_column(ForeignKey(Holding.id))
    kind: Mapped[str]
    amount: Mapped[Decimal]
    unfunded_effect: Mapped[Decimal]
    stated_nav: Mapped[Decimal | None]
    effective_on: Mapped[date]


PAGE = """<!doctype html><title>Portfolio</title><h1>{{ user.name }}</h1>
<table>{% for row in rows %}<tr><td>{{ row.vehicle }}</td><td>{{ row.strategy }}</td>
{% for cell in row.cells %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>
<p>{{ total }}</p>"""


@blueprint.get("/idiomatic/<loading>")
def portfolio(loading: str) -> str:
    """The page; `joined` has the relationships loaded along, `lazy` when they are touched."""
    token = hashlib.sha256(request.cookies["__Host-sid"].encode()).digest()
    with Session(_engine()) as session:
        user = session.scalars(select(SignIn).where(SignIn.token_hash == token)).one().user
        holdings = list(_joined(session, user) if loading == "joined" else _lazy(user))
        rows = [_row(each) for each in holdings]
        total = format_currency(sum((each.nav for each in holdings), ZERO), "USD", locale="en_US")
        return render_template_string(PAGE, user=user, rows=rows, total=total)


def _joined(session: Session, user: User) -> Iterator[Holding]:
    found = session.scalars(
        select(Holding)
        .join(Membership, Membership.account_id == Holding.account_id)
        .where(Membership.user_id == user.id)
        .options(joinedload(Holding.account), joinedload(Holding.vehicle), joinedload(Holding.journals))
    )
    yield from found.unique()


def _lazy(user: User) -> Iterator[Holding]:
    for membership in user.memberships:
        yield from membership.account.holdings


def _row(holding: Holding) -> dict[str, Any]:
    paid_in, paid_out, nav = holding.total("contribution"), holding.total("distribution"), holding.nav
    committed = holding.total("commitment")
    dates, amounts = zip(*holding.flows, strict=True)
    money = (committed, holding.unfunded, paid_in, paid_out, nav)
    ratios = (paid_out / paid_in, nav / paid_in, (paid_out + nav) / paid_in, paid_in / committed)
    return {
        "vehicle": holding.vehicle.name,
        "strategy": holding.vehicle.strategy,
        "cells": [
            *(format_currency(amount, holding.currency, locale="en_US") for amount in money),
            *(format_decimal(ratio, "0.00", locale="en_US") for ratio in ratios),
            format_percent(pyxirr.xirr(dates, amounts) or 0, "0.00%", locale="en_US"),
        ],
    }


@cache
def _engine() -> Any:
    return create_engine(os.environ["BENCH_ADMIN_URL"])
