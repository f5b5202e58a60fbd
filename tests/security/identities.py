"""Who attacks: what each sends along, and what each may know."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.access.values import Actor
from tests.security.harvest import Found
from tests.security.scene import Keys, Scene

API = "/api/"
LENT = frozenset({"adalent", "adareader", "benlent", "benreader"})
OWN_FIRM = frozenset({"ada", "adaown", "ben", "benown", "delegate", "shared", "staff", "viewer"}) | LENT
ADA = ("ada", "adaown", "adaself", "adalent", "shared", "delegate", "viewer")  # who viewed is told whom they viewed

IDENTITIES = (
    "anonymous",
    "reader outside",
    "investor",
    "another investor",
    "delegate",
    "associate",
    "manager",
    "compliance",
    "administrator",
    "investor of another firm",
    "manager of another firm",
    "the investor's app everywhere",
    "the investor's browser everywhere",
    "somebody of the staff as the investor",
)


@dataclass(frozen=True)
class Identity:
    """Somebody, with the scopes of canaries that they may read. `person` is None for whoever is not signed in."""

    name: str
    person: Actor | None = None
    keys: Keys | None = None
    scopes: frozenset[str] = frozenset()
    everywhere: str = ""  # the one of the keys that is sent to every address, also where the other is asked for
    cookie: str = ""  # of a browser in which nobody signed in

    def headers(self, path: str) -> dict[str, str]:
        """What goes with a request for `path`: the app's token to the API, the browser's cookie elsewhere."""
        if self.keys is None:
            return {"Cookie": self.cookie} if self.cookie else {}
        kind = self.everywhere or ("bearer" if path.startswith(API) else "cookie")
        return {"Authorization": self.keys.bearer} if kind == "bearer" else {"Cookie": f"sid={self.keys.cookie}"}

    def may_know(self, found: Found) -> bool:
        """Whether the thing with this id is theirs to see: of their firm for staff, about them for others."""
        if self.person is None:
            return False
        if self.person.is_staff:
            return found.firm_id == self.person.firm_id
        return self.person.user_id in found.owners


def identities(scene: Scene) -> dict[str, Identity]:
    """Everybody who tries, by name."""
    staff = scene.staff

    def person(name: str, who: Actor, *scopes: str, everywhere: str = "") -> Identity:
        return Identity(name, who, scene.keys[who], frozenset(scopes), everywhere)

    everybody = [
        Identity("anonymous"),
        Identity("reader outside", scopes=frozenset({"adalent", "adareader"}), cookie=scene.outsiders[0].cookie),
        person("investor", scene.ada, *ADA),
        person("another investor", scene.ben, "ben", "benown", "benself", "benlent", "shared"),
        person("delegate", scene.delegate, "delegate", "ada", "shared"),
        person("associate", staff.associate, *OWN_FIRM),
        person("manager", staff.manager, *OWN_FIRM),
        person("compliance", staff.compliance, *OWN_FIRM),
        person("administrator", staff.administrator, *OWN_FIRM),
        person("investor of another firm", scene.foreign_investor, "foreign", "foreignself"),
        person("manager of another firm", scene.foreign_staff.manager, "foreign"),
        person("the investor's app everywhere", scene.ada, *ADA, everywhere="bearer"),
        person("the investor's browser everywhere", scene.ada, *ADA, everywhere="cookie"),
        Identity(
            "somebody of the staff as the investor", scene.ada, scene.viewing, frozenset(ADA) - {"adaself"}, "cookie"
        ),
    ]
    return {each.name: each for each in everybody}
