"""The key that signs access tokens is changed while people work, in every process, and no request fails."""

from __future__ import annotations

import threading
import time
from collections import Counter
from uuid import uuid4

import httpx
import jwt
import pytest
from click.testing import CliRunner

from portal.cli.keys import keys
from portal.domain.identity.access.values import Role
from portal.platform.resources import resources
from tests.factories.identity import PASSWORD, found_firm, make_user
from tests.security.serving import Served

PEOPLE, ROTATIONS, PATIENCE = 3, 3, 120
PORTFOLIO, AUTH = "/api/v1/investments/portfolio", "/api/v1/auth"


class Traffic:
    """Apps that get tokens from one process and use them in the other, until told to stop."""

    def __init__(self, urls: tuple[str, str], emails: list[str]) -> None:
        self.statuses, self.kids, self._stop = Counter[tuple[str, int]](), set[str](), threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(urls, email)) for email in emails]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> None:
        """Wait until tokens were given and used again."""
        before, end = self.statuses["new", 200], time.monotonic() + PATIENCE
        while self.statuses["new", 200] < before + 3 * PEOPLE:
            assert time.monotonic() < end, self.statuses
            time.sleep(0.05)

    def _work(self, urls: tuple[str, str], email: str) -> None:
        giving, using = (httpx.Client(base_url=url, timeout=60) for url in urls)
        pair = giving.post(f"{AUTH}/login", json={"email": email, "password": PASSWORD}).json()
        first = pair["access_token"]
        while not self._stop.is_set():
            answer = giving.post(f"{AUTH}/refresh", json={"refresh_token": pair["refresh_token"]})
            self.statuses["refresh", answer.status_code] += 1
            pair = answer.json()
            giving, using = using, giving
            self._use("new", giving, pair["access_token"])
            self._use("first", giving, first)
            self.kids.add(jwt.get_unverified_header(pair["access_token"])["kid"])

    def _use(self, which: str, web: httpx.Client, token: str) -> None:
        answer = web.get(PORTFOLIO, headers={"Authorization": f"Bearer {token}"})
        self.statuses[which, answer.status_code] += 1


@pytest.mark.slow
def test_keys_change_under_traffic_and_no_request_fails(webs: Served) -> None:
    with webs.app.app_context():
        firm_id, emails = found_firm(f"signed-{uuid4().hex[:12]}", "Signed Capital"), []
        for _ in range(PEOPLE):
            emails.append(f"{uuid4().hex}@example.com")
            make_user(firm_id, emails[-1], Role.INVESTOR)
        run = CliRunner(env={"SIGNING_KEY_FILE": str(resources().settings.signing_key_file)})
    with Traffic(webs.urls, emails) as traffic:
        traffic.go_on()
        for _ in range(ROTATIONS):
            assert run.invoke(keys, ["rotate", "signing"]).exit_code == 0
            traffic.go_on()
    assert set(traffic.statuses) == {("refresh", 200), ("new", 200), ("first", 200)}, traffic.statuses
    assert len(traffic.kids) == ROTATIONS + 1
    for url in webs.urls:
        published = {each["kid"] for each in httpx.get(f"{url}{AUTH}/jwks.json").json()["keys"]}
        assert traffic.kids <= published
    print(f"\n{ROTATIONS} rotations, {sum(traffic.statuses.values())} requests, none failed")
