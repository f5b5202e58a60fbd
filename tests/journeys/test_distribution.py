"""A distribution through four tiers: prepared, approved by two, and read by whom it pays with how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal.domain.identity.access.values import Actor, Role
from tests.conftest import World
from tests.factories.distributions import post, request_of
from tests.factories.funds import Fund, make_fund
from tests.factories.identity import found_firm, make_user
from tests.factories.web import sign_in
from tests.web.browser import WATCH, accessibility_findings, served, violations

NAMES = ("investor", "another_investor", "associate", "manager")
ROLES = (Role.INVESTOR, Role.INVESTOR, Role.ASSOCIATE, Role.MANAGER)


def open_books(world: World) -> tuple[Fund, Actor]:
    """A fund of a firm of its own, with a year behind it, and its first investor."""
    firm = found_firm("four-tiers", "Four Tiers Capital")
    ada, ben, associate, manager = (
        make_user(firm, f"{name}@tiers.example.com", role) for name, role in zip(NAMES, ROLES, strict=True)
    )
    people = replace(world, firm_id=firm, investor=ada, another_investor=ben, associate=associate, manager=manager)
    fund = make_fund(people)
    for account, amount in ((fund.lane, "600"), (fund.ortiz, "400")):
        fund.history(("commitment", "2025-01-01", "1000"), ("contribution", "2025-01-01", amount), account=account)
    return fund, ada


def prepare_and_send(page: Page, fund: Fund) -> UUID:
    """The associate enters it, sees every tier and account, and sends it for approval."""
    page.goto(f"/investments/distributions/new?vehicle={fund.vehicle}")
    page.get_by_label("Payment day").fill("2026-01-01")
    page.get_by_label("Amount", exact=True).first.fill("2,000")
    page.get_by_role("button", name="See what follows").click()
    for tier in ("Return of contributions", "Preferred return", "Catch-up", "Carry split"):
        expect(page.get_by_role("row", name=tier).first).to_be_visible()
    expect(page.get_by_role("row", name="Lane Trust")).to_contain_text("1,080.00")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("0 of 2 have approved it")).to_be_visible()
    return UUID(page.url.rpartition("/")[2])


def test_four_tiers_approved_by_two(committed_app: Flask, browser: Browser, world: World) -> None:
    with committed_app.app_context():
        fund, investor = open_books(world)
    with served(committed_app) as url:

        @contextmanager
        def at_a_browser(person: Actor) -> Iterator[Page]:
            cookie = sign_in(committed_app.test_client(), person).get_cookie("sid")
            assert cookie
            context = browser.new_context(base_url=url)
            context.add_init_script(WATCH)
            context.add_cookies([{"name": "sid", "value": cookie.value, "url": url}])
            page = context.new_page()
            yield page
            assert accessibility_findings(page) == []
            assert violations(page) == []
            context.close()

        with at_a_browser(fund.maker) as page:
            found = prepare_and_send(page, fund)
        with committed_app.app_context():
            request = request_of(fund.maker, found)
        for approver, told in zip(fund.approvers, ("Others have to approve it too", "Approved, and done"), strict=True):
            with at_a_browser(approver) as page:
                page.goto(f"/approvals/{request.id}")
                expect(page.get_by_text("USD 2,000.00").first).to_be_visible()
                page.get_by_role("button", name="Approve").click()
                expect(page.get_by_text(told)).to_be_visible()
        with committed_app.app_context():
            assert post(fund.maker.firm_id, found)
        with at_a_browser(investor) as page:
            page.goto("/investments/distributions")
            page.get_by_role("link", name="D1, Harbour I").click()
            page.get_by_role("link", name="Lane Trust").click()
            expect(page.get_by_role("heading", name="By tier")).to_be_visible()
            expect(page.get_by_role("row", name="Carry split")).to_contain_text("432.00")
            expect(page.get_by_role("link", name="Distribution notice D1")).to_be_visible()
