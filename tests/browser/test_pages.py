"""Bars that hold on every page: nothing for axe to find, light or dark, and no scrolling sideways.

What a page's console complains of is counted by the browser fixture (``conftest.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Lab, User
from plans.models import Cycle, Event, Extension, Notification, Plan, Sdg, ThematicArea, Thread
from plans.sections import SECTIONS
from tests.browser.scene import Scene, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

    from tests.browser.conftest import Open
    from tests.personas import Network

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# Reading style sheets once more by itself, axe would trip over our content security policy.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 120))
    .slice(-3);
}"""


def problems(page: Page, path: str, status: int = 200) -> list[str]:
    """What is wrong with a page: at a desk in light colours, and on a phone in dark ones."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    response = page.goto(path)
    found = [] if response and response.status == status else [f"{path}: {response}"]
    found += [f"{path} (light, wide): {words}" for words in _violations(page)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark")
    found += [f"{path} (dark, narrow): {words}" for words in _violations(page)]
    found += [f"{path} is too wide for a phone: {words}" for words in page.evaluate(TOO_WIDE)]
    return found


def _violations(page: Page) -> list[str]:
    response = Axe().run(page, options=OPTIONS).response
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {_why(node)}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    return "; ".join(check["message"] for check in node["any"] + node["all"] + node["none"])


# -- who opens what --------------------------------------------------------------------------------


def of_anybody(scene: Scene, network: Network) -> list[str]:
    return [
        "/account/login/",
        "/account/password/reset/",
        "/account/signup/",
        reverse("invitation", args=(scene.invitation.key,)),
    ]


def of_a_member(scene: Scene, network: Network) -> list[str]:
    plan = scene.in_talk.pk
    return [
        "/",
        reverse("lab", args=(network.lab.slug,)),
        reverse("plan_start", args=(network.lab.slug,)),
        *written(plan),
        *(
            reverse("plan", args=(one.pk,))
            for one in (scene.in_talk, scene.submitted, scene.approved, scene.withdrawn)
        ),
        reverse("plan_act", args=(plan, "submit")),
        reverse("plan_act", args=(plan, "withdraw")),
        reverse("plan_act", args=(scene.withdrawn.pk, "restore")),
        reverse("plan_history", args=(plan,)),
        reverse("plan_version", args=(plan, 1)),
        reverse("plan_reflection", args=(scene.approved.pk,)),
        reverse("plan_reflection_earlier", args=(scene.approved.pk,)),
        reverse("thread_reply", args=(scene.thread.pk,)),
        reverse("people", args=(network.lab.slug,)),
    ]


def of_somebody_who_begins(scene: Scene, network: Network) -> list[str]:
    """A plan in which nothing is written yet, and the pages about oneself."""
    return [
        "/",
        *written(scene.empty.pk),
        reverse("plan", args=(scene.empty.pk,)),
        reverse("plan_act", args=(scene.empty.pk, "submit")),
        "/plans/",
        "/plans/?q=wels&not_type=big_bet&more=theme",
        "/plans/?q=nothingatall&sdg=6&theme=nonsense",
        "/plans/?q=nothing+like+it",
        reverse("plan", args=(scene.archived.pk,)),
        "/account/profile/",
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/sessions/",
        "/account/logout/",
    ]


def written(plan: int) -> list[str]:
    """The overview of a plan, and its seven sections."""
    sections = [reverse("plan_section", args=(plan, section.key)) for section in SECTIONS]
    return [reverse("plan_edit", args=(plan,)), *sections]


def of_a_lead(scene: Scene, network: Network) -> list[str]:
    people = network.lab.memberships.order_by("pk")
    return [
        reverse("people", args=(network.lab.slug,)),
        reverse("people_remove", args=(network.lab.slug, people[0].pk)),
    ]


def of_a_reviewer(scene: Scene, network: Network) -> list[str]:
    plan = scene.submitted.pk
    return [
        "/",
        "/review/",
        "/review/?state=all",
        "/review/?sdg=17",
        "/review/?state=nonsense",
        reverse("plan", args=(plan,)),
        reverse("plan", args=(scene.in_talk.pk,)),
        reverse("thread_new", args=(plan,)) + "?on=challenge.background",
        reverse("thread_new", args=(scene.in_talk.pk,)) + "?on=plan",
        reverse("plan_act", args=(plan, "request_changes")),
        reverse("plan_act", args=(plan, "approve")),
        reverse("plan_act", args=(scene.approved.pk, "reopen")),
        reverse("plan_version", args=(plan, 1)),
    ]


def of_a_manager(scene: Scene, network: Network) -> list[str]:
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in (Cycle, Extension, Plan, Thread, Event, Notification, Lab, User)
    ]
    return [
        "/",
        "/review/",
        "/people/",
        "/admin/",
        *lists,
        row(scene.in_talk),
        row(network.cycle),
        reverse("admin:plans_cycle_add"),
        reverse("admin:plans_extension_add"),
    ]


def of_a_keeper_of_terms(scene: Scene, network: Network) -> list[str]:
    lists = [
        reverse(f"admin:plans_{model._meta.model_name}_changelist") for model in (Sdg, ThematicArea)
    ]
    return [
        "/",
        "/admin/",
        *lists,
        row(ThematicArea.objects.latest("pk")),
        row(Sdg.objects.latest("pk")),
        reverse("admin:plans_thematicarea_add"),
    ]


def row(of: Model) -> str:
    """The page of a row in the administration."""
    meta = of._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=(of.pk,))


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("anonymous", of_anybody),
        ("member", of_a_member),
        ("other_region_member", of_somebody_who_begins),
        ("lead", of_a_lead),
        ("reviewer", of_a_reviewer),
        ("network_manager", of_a_manager),
        ("taxonomy_manager", of_a_keeper_of_terms),
    ],
)
def test_nothing_is_wrong_with_any_page(
    who: str,
    pages: Callable[[Scene, Network], list[str]],
    network: Network,
    open_browser: Open,
) -> None:
    scene = set_up(network)
    page = open_browser(network.people.get(who))

    found = [problem for path in pages(scene, network) for problem in problems(page, path)]

    assert "\n".join(found) == ""


def test_nothing_is_wrong_with_pages_that_say_no(network: Network, open_browser: Open) -> None:
    plan = network.plan("submitted")
    page = open_browser(network.people["member"])

    assert problems(page, reverse("invitation", args=("no-such-key",)), 404) == []
    assert problems(page, "/no/such/page/", 404) == []
    assert problems(page, "/review/", 403) == []
    assert problems(page, reverse("plan_act", args=(plan.pk, "approve")), 403) == []
