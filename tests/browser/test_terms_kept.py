"""The day of who keeps the vocabularies: proposals by keyboard, a merge, a split, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring, splitting, taxonomies, workflow
from plans.authoring import Change
from plans.models import Merge, PlanThematicArea, Split, ThematicArea
from plans.states import Act
from tests.browser.test_pages import DESK as WIDE
from tests.browser.test_pages import PHONE, TOO_WIDE, _violations, problems
from tests.factories import CycleFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

PROPOSALS = 25
DESK = "/admin/plans/thematicarea/proposals/"
FOUND = "/admin/plans/thematicarea/duplicates/"
BULK = "/admin/plans/thematicarea/bulk/"
LIST = "/admin/plans/thematicarea/"

FILE = """name,other_spellings,place,status
Fresh,,1,
Stale,,,retired
¿?,,,
Energy,Agua,,
Wind,,soon,
Sun,,,merged
Moon,,99999999,
"""


def themes(*names: str) -> list[ThematicArea]:
    """Themes of these names."""
    return [ThematicAreaFactory.create(name=name) for name in names]


def propose(network: Network, names: list[str]) -> None:
    """Proposals of a lab, five on each plan that it has handed in."""
    member = network["member"]
    for first in range(0, len(names), 5):
        cycle = CycleFactory.create()
        plan = network.plan(title=f"Plan {first}", cycle=cycle)
        new = [
            taxonomies.find_or_propose(ThematicArea, name, actor=member, plan=plan)
            for name in names[first : first + 5]
        ]
        authoring.save(plan, {"thematic_areas": Change(new)}, actor=member)
        workflow.move(plan, Act.SUBMIT, actor=member)


def standing() -> dict[str, list[str]]:
    """The names of the themes, by where they stand."""
    found: dict[str, list[str]] = {}
    for name, status in ThematicArea.objects.order_by("pk").values_list("name", "status"):
        found.setdefault(status, []).append(name)
    return found


def wait_for(page: Page, name: str) -> None:
    """Until the proposal of this name has the focus, and the keys work."""
    expect(page.locator(".proposal:focus h2")).to_have_text(name)
    page.wait_for_load_state()


def test_twenty_five_proposals_are_handled_by_keyboard(
    network: Network, open_browser: Open
) -> None:
    names = [f"Term {number:02}" for number in range(PROPOSALS)]
    names[5:10] = [f"Watter {number}" for number in range(5)]
    themes("Water")
    propose(network, names)
    page = open_browser(network["taxonomy_manager"])
    page.goto(DESK)
    page.get_by_text("By keyboard").press("Enter")
    page.get_by_role("link", name="Go to the first proposal").press("Enter")
    keys = page.keyboard

    for name in names[:4]:  # accepted
        wait_for(page, name)
        keys.press("a")
    wait_for(page, "Term 04")
    keys.press("n")  # renamed
    keys.type("Better name")
    keys.press("Enter")
    expect(page.get_by_text("“Better name” is in use now.")).to_be_visible()
    for name in names[5:9]:  # merged into the term near to it, after a look
        wait_for(page, name)
        keys.press("1")
        expect(page.get_by_text("1 plan changes.")).to_be_visible()
        keys.press("Enter")
    wait_for(page, "Watter 4")
    keys.press("r")  # refused, with a word
    keys.type("a, n, x and r are letters here.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("“Watter 4” was refused.")).to_be_visible()
    wait_for(page, "Term 10")
    for _number in range(5):  # chosen, and decided at once
        keys.press("x")
        keys.press("j")
    keys.press("k")
    wait_for(page, "Term 14")
    page.get_by_role("button", name="Accept them").press("Enter")
    expect(page.get_by_text("5 terms are in use now.")).to_be_visible()
    page.get_by_role("link", name="Choose all on this page").press("Enter")
    page.get_by_label("Why they are refused").fill("Too narrow.")
    page.get_by_role("button", name="Refuse them").press("Enter")
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()

    stands = standing()
    assert stands["in_use"] == ["Water", *names[:4], "Better name", *names[10:15]]
    assert stands["merged"] == names[5:9]
    assert stands["refused"] == ["Watter 4", *names[15:]]
    # A plan that had two of the merged ones has the term once; the refused stay where they were.
    assert PlanThematicArea.objects.filter(term__status="refused").count() == 11
    assert PlanThematicArea.objects.filter(term__name="Water").count() == 1


def test_a_group_is_merged_after_a_preview_and_undone(network: Network, open_browser: Open) -> None:
    one, two = themes("Digital service", "Digital services")
    plan = network.plan("approved", title="Forms online")
    PlanThematicArea.objects.filter(plan=plan).update(term=two)
    page = open_browser(network["taxonomy_manager"])
    page.goto(FOUND)

    page.get_by_label("“Digital service” stays").check()
    page.get_by_role("button", name="Show what merging would change").click()
    expect(page.get_by_text("Forms online")).to_be_visible()
    assert Merge.objects.count() == 0
    page.get_by_role("button", name="Merge 1 term into “Digital service”").click()
    expect(page.get_by_text("No two terms look like one.")).to_be_visible()
    two.refresh_from_db()
    assert two.merged_into == one
    page.get_by_role("link", name="See it, or undo it").click()
    page.get_by_role("button", name="Undo").click()
    page.locator("input[name=confirm]").click()
    expect(page.get_by_text("Undone:")).to_be_visible()
    two.refresh_from_db()
    assert two.merged_into is None


def test_a_glued_term_is_split_and_what_is_not_the_same_is_remembered(
    network: Network, open_browser: Open
) -> None:
    themes("Energy, trade", "Energy", "Trade", "Digital service", "Digital services")
    page = open_browser(network["taxonomy_manager"], javascript=False)
    page.goto(FOUND)

    page.get_by_role("button", name="Not the same").click()
    expect(page.get_by_text("Remembered:")).to_be_visible()
    expect(page.get_by_text("No two terms look like one.")).to_be_visible()
    page.get_by_role("button", name="Show what splitting would change").click()
    page.get_by_role("button", name="Split it").click()
    expect(page.get_by_text("“Energy, trade” → “Energy”, “Trade”").first).to_be_visible()
    assert standing()["retired"] == ["Energy, trade"]
    assert Split.objects.get().by == network["taxonomy_manager"]


def test_a_file_with_five_bad_rows_changes_nothing_and_corrected_it_does(
    network: Network, open_browser: Open
) -> None:
    themes("Stale")
    ThematicAreaFactory.create(name="Water", aliases=["Agua"])
    page = open_browser(network["taxonomy_manager"])
    page.goto(LIST)
    page.get_by_role("link", name="CSV and XLSX").click()

    def send(text: str) -> None:
        file: Any = {"name": "terms.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("CSV (UTF-8) or XLSX").set_input_files(files=[file])
        page.get_by_role("button", name="Show what it would change").click()

    send(FILE)
    expect(page.get_by_text("5 rows have errors, so nothing was changed.")).to_be_visible()
    wrong = page.locator(".bulk__rows").first.locator("tbody tr")
    assert [row.split("\t")[0] for row in wrong.all_inner_texts()] == ["4", "5", "6", "7", "8"]
    expect(page.get_by_role("button", name="Change them all")).to_have_count(0)
    assert sorted(standing()["in_use"]) == ["Stale", "Water"]
    page.get_by_role("link", name="Send another file").click()
    send("".join(FILE.splitlines(keepends=True)[:3]))
    page.get_by_role("button", name="Change them all").click()
    expect(page.get_by_text("1 term was added. 1 term was changed.")).to_be_visible()
    assert standing() == {"in_use": ["Water", "Fresh"], "retired": ["Stale"]}


def test_the_pages_pass_axe_and_fit_a_phone(network: Network, open_browser: Open) -> None:
    themes("Energy, trade", "Energy", "Trade", "Digital service", "Digital services", "Water")
    propose(network, ["Watter", "x" * 60, "Fog nets"])
    page = open_browser(network["taxonomy_manager"])
    theme = ThematicArea.objects.get(name="Digital service")
    paths = [DESK, FOUND, BULK, LIST, f"{LIST}codebook/"]
    paths += [reverse("admin:plans_thematicarea_change", args=(theme.pk,))]

    found = [problem for path in paths for problem in problems(page, path)]
    page.goto(FOUND)
    page.get_by_role("button", name="Show what merging would change").first.click()
    found += both_ways(page)
    page.goto(FOUND)
    page.get_by_role("button", name="Show what splitting would change").click()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += _violations(page) + page.evaluate(TOO_WIDE)
    page.get_by_role("button", name="Name other parts").click()
    found += _violations(page) + page.evaluate(TOO_WIDE)
    page.goto(BULK)
    file: Any = {"name": "terms.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.get_by_label("CSV (UTF-8) or XLSX").set_input_files(files=[file])
    page.get_by_role("button", name="Show what it would change").click()
    found += _violations(page) + page.evaluate(TOO_WIDE)

    parts = themes("Wind")
    record = splitting.split(
        ThematicArea.objects.get(name="Energy, trade"),
        [ThematicArea.objects.get(name="Energy"), *parts],
        actor=network["taxonomy_manager"],
    )
    page.goto(reverse("admin:plans_split_change", args=(record.pk,)))
    found += both_ways(page)
    page.get_by_role("button", name="Undo").click()
    found += both_ways(page)
    page.goto(LIST)
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option("put_in_group")
    page.locator(".actions button").first.click()
    expect(page.get_by_role("heading", name="Put into a group")).to_be_visible()
    found += both_ways(page)

    assert found == []


def both_ways(page: Page) -> list[str]:
    """What is wrong with the page that is open: on a phone, then at a desk."""
    found: list[str] = []
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += _violations(page) + page.evaluate(TOO_WIDE)
    return found
