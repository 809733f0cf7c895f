"""Terms, goals and partners in a browser: while typing, by keyboard alone, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from plans import authoring, workflow
from plans.authoring import Change, row_key
from plans.models import Organisation, Plan, Sector, TermStatus, ThematicArea
from plans.states import Act
from tests.browser.test_pages import DESK, PHONE, TOO_WIDE, _violations, problems
from tests.browser.writing import SEEN, STOPS
from tests.factories import CycleFactory, SdgFactory, SectorFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from accounts.models import User
    from tests.browser.conftest import Open
    from tests.personas import Network

GUILD = "Weavers' Guild"


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A draft without themes and goals, in a network that knows some themes."""
    draft = network.plan("draft")
    themes = {
        name: ThematicAreaFactory.create(name=name, aliases=aliases)
        for name, aliases in {
            "Co-creation": ["Codesign"],
            "Recreation and sports": [],
            "Energy access": [],
            "Education": [],
            "Food systems": [],
            "Governance": [],
        }.items()
    }
    for _number in range(2):
        used = network.plan("approved", cycle=CycleFactory.create())
        authoring.saving.write_choices(
            used, "thematic_areas", {themes["Co-creation"]: "Co-creation"}
        )
    choose(draft, network["member"])
    return draft


def choose(plan: Plan, actor: User, *names: str) -> None:
    """Make these the themes of a plan."""
    terms = [ThematicArea.objects.get(name=name) for name in names]
    authoring.save(plan, {"thematic_areas": Change(terms), "sdgs": Change([])}, actor=actor)


def stored(plan: Plan) -> list[str]:
    """The names of its themes."""
    return [
        term.name for term in authoring.chosen_terms(Plan.objects.get(pk=plan.pk), "thematic_areas")
    ]


def goals(plan: Plan) -> list[int]:
    """The numbers of its goals."""
    return sorted(Plan.objects.get(pk=plan.pk).sdgs.values_list("number", flat=True))


def section(plan: Plan, key: str) -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def make_goals() -> None:
    """The goals that there are besides the sixth, which every plan of the network has."""
    for number in {*range(1, 18)} - {6}:
        name = "Climate action" if number == 13 else f"Aim {number}"
        SdgFactory.create(number=number, name=name)


def opened(page: Page, plan: Plan, key: str = "classification") -> Page:
    """The form of a section."""
    page.goto(section(plan, key))
    return page


def is_saved(page: Page) -> None:
    """Wait until the page says that everything is stored."""
    expect(page.locator("#save-status")).to_contain_text("Saved")


def saves(page: Page) -> None:
    """Press the button, and wait until everything before it is stored too."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages").first).to_contain_text("Saved.")


def tabs_to(page: Page, element: str) -> None:
    """Press Tab until that is reached, and see at every stop where one is."""
    for _press in range(STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == ""
        if page.evaluate("document.activeElement.id") == element:
            return
    raise AssertionError(f"{element} was not reached")


def limit(page: Page, name: str = "thematic_areas") -> Locator:
    """What is said of how many are chosen."""
    return page.locator(f"#id_{name}_limit")


def said(page: Page, box: Locator) -> Locator:
    """What screen readers are told of the list below an input."""
    return page.locator(f"#{box.get_attribute('aria-controls')} + [role=status]")


def shows(page: Page, *options: str) -> None:
    """Wait until the open list holds these options, in this order."""
    expect(page.locator(".combobox").get_by_role("option")).to_have_text(
        [re.compile(rf"^\s*{re.escape(words)}".replace(r"\ ", r"\s+")) for words in options]
    )


# -- near terms, by keyboard alone -----------------------------------------------------------------


def test_a_term_is_found_gone_to_and_taken_by_keyboard_and_each_step_is_told(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    tabs_to(page, "id_thematic_areas_new")
    box = page.get_by_role("combobox", name="Add to “Thematic areas”")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")

    page.keyboard.type("co creation")
    shows(page, "Co-creation in 2 plans")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(said(page, box)).to_have_text("1 is near. Arrow down goes to it, Enter takes it.")
    expect(page.get_by_role("listbox", name="Near to what is typed")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("co creation")

    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    option = page.get_by_role("option", selected=True)
    expect(option).to_contain_text("Co-creation")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "none")
    expect(box).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Co-creation", exact=True)).to_be_checked()
    expect(said(page, box)).to_have_text("Co-creation was added.")
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    is_saved(page)
    assert stored(plan) == ["Co-creation"]


def test_a_list_that_opens_near_the_edge_of_the_window_is_not_under_the_bar(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"], height=600), plan)
    box = page.get_by_role("combobox")
    box.evaluate("box => scrollBy(0, box.getBoundingClientRect().bottom - innerHeight + 90)")
    box.press_sequentially("creation")
    shows(page, "Co-creation in 2 plans", "Recreation and sports", "Propose “creation” as new")

    opened_list = page.get_by_role("listbox").bounding_box()
    bar = page.locator(".section-bar").bounding_box()
    assert opened_list is not None
    assert bar is not None
    assert opened_list["y"] + opened_list["height"] <= bar["y"] + 1


def test_the_arrow_keys_go_around_and_through_the_input(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    box = page.get_by_role("combobox")
    box.press_sequentially("creation")
    shows(page, "Co-creation in 2 plans", "Recreation and sports", "Propose “creation” as new")

    gone = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        active = box.get_attribute("aria-activedescendant") or ""
        gone.append(active.rpartition("_")[2])

    assert gone == ["0", "1", "2", "", "2", "1"]


def test_another_word_for_it_finds_the_term_and_enter_alone_takes_it(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    box = page.get_by_role("combobox")

    box.press_sequentially("co design")
    shows(page, "Co-creation also called “Codesign” in 2 plans")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_have_text("“co design” was added as “Co-creation”.")
    expect(page.get_by_role("checkbox", name="Co-creation", exact=True)).to_be_checked()
    assert stored(plan) == ["Co-creation"]


def test_a_new_term_is_proposed_after_the_near_ones_were_shown(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    box = page.get_by_role("combobox")

    box.press_sequentially("creation")
    shows(page, "Co-creation in 2 plans", "Recreation and sports", "Propose “creation” as new")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("“creation” was added. It is new:")
    expect(page.get_by_role("checkbox", name="creation", exact=True)).to_be_checked()
    expect(page.locator("#id_thematic_areas .chosen")).to_contain_text("proposed")
    term = ThematicArea.objects.get(name="creation")
    assert (term.status, term.proposed_by) == (TermStatus.PROPOSED, network.people["member"])
    assert stored(plan) == ["creation"]


def test_enter_on_unknown_words_asks_before_anything_is_proposed(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    page.get_by_role("combobox").press_sequentially("creation")
    shows(page, "Co-creation", "Recreation", "Propose")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Perhaps you mean one of these?")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_value("creation")
    assert not ThematicArea.objects.filter(name="creation").exists()
    page.get_by_role("button", name="Use this one : Co-creation").click()

    expect(page.get_by_role("checkbox", name="Co-creation", exact=True)).to_be_checked()
    assert stored(plan) == ["Co-creation"]


def test_a_term_is_taken_with_the_mouse_and_what_is_chosen_already_is_said(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    box = page.get_by_role("combobox")
    box.press_sequentially("educ")
    page.get_by_role("option", name="Education").click()
    expect(page.get_by_role("checkbox", name="Education")).to_be_checked()
    expect(box).to_be_focused()

    box.press_sequentially("educ")

    shows(page, "Education already chosen", "Propose “educ” as new")
    expect(page.get_by_role("option").first).to_have_attribute("aria-disabled", "true")
    is_saved(page)
    assert stored(plan) == ["Education"]


# -- limits ----------------------------------------------------------------------------------------


def test_the_limit_of_five_is_told_before_it_is_hit_and_at_it(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), plan)
    box = page.get_by_role("combobox")
    lines = [limit(page).inner_text()]
    for name in ("Education", "Energy access", "Food systems", "Governance", "Co-creation"):
        box.fill(name)
        expect(page.get_by_role("option").first).to_contain_text(name)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name=name, exact=True)).to_be_checked()
        lines.append(limit(page).inner_text())

    assert lines == [
        "Choose 1 to 5.",
        "1 of 5 chosen. There is room for 4 more.",
        "2 of 5 chosen. There is room for 3 more.",
        "3 of 5 chosen. There is room for 2 more.",
        "4 of 5 chosen. There is room for 1 more.",
        "5 of 5 chosen. To choose another, take one away first.",
    ]
    expect(limit(page)).to_have_attribute("role", "status")
    box.fill("Recreation and sports")
    shows(page, "Recreation and sports")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Recreation and sports")
    expect(page.get_by_role("checkbox", name="Recreation and sports")).to_have_count(0)

    page.get_by_role("checkbox", name="Education").uncheck()
    expect(limit(page)).to_have_text("4 of 5 chosen. There is room for 1 more.")
    box.press("ArrowDown")
    shows(page, "Recreation and sports")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("checkbox", name="Recreation and sports")).to_be_checked()
    saves(page)
    assert stored(plan)[-1] == "Recreation and sports"
    expect(limit(page)).to_have_text("5 of 5 chosen. To choose another, take one away first.")


def test_goals_are_chosen_with_tab_and_space_and_a_sixth_is_not(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    make_goals()
    page = opened(open_browser(network.people["member"]), plan)
    tiles = page.locator(".goal-tile input")
    expect(tiles).to_have_count(17)
    page.get_by_label("Find a goal").focus()

    for number in range(1, 7):
        page.keyboard.press("Tab")
        expect(tiles.nth(number - 1)).to_be_focused()
        page.keyboard.press("Space")

    checked = [tile.is_checked() for tile in tiles.all()]
    assert checked == [True] * 5 + [False] * 12
    expect(limit(page, "sdgs")).to_have_text(
        "5 of 5 chosen. To choose another, take one away first."
    )
    expect(tiles.nth(5)).to_have_attribute("aria-disabled", "true")
    expect(tiles.nth(5)).to_have_accessible_description(
        "5 of 5 chosen. To choose another, take one away first."
    )
    expect(tiles.nth(5)).to_have_css("cursor", "not-allowed")
    expect(page.locator(".goal-tile__chosen:visible")).to_have_count(5)

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(tiles.nth(5)).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Goal 6: Clean water")).to_be_checked()
    saves(page)
    page.reload()

    assert [tile.is_checked() for tile in tiles.all()] == [True] * 4 + [False, True] + [False] * 11
    assert goals(plan) == [1, 2, 3, 4, 6]


def test_goals_are_found_by_their_words_and_chosen_ones_stay_in_sight(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    make_goals()
    page = opened(open_browser(network.people["member"]), plan)
    page.get_by_role("checkbox", name="Goal 4").check()

    page.get_by_label("Find a goal").press_sequentially("climate")

    expect(page.locator(".goal-tile:visible")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Goal 13: Climate action")).to_be_visible()
    expect(page.get_by_text("2 of 17 shown")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".goal-tile:visible")).to_have_count(17)
    saves(page)
    assert goals(plan) == [4]


# -- partners --------------------------------------------------------------------------------------


@pytest.fixture
def with_guild(plan: Plan, network: Network) -> Plan:
    """The draft, in a network in which a plan of another lab with the guild is approved."""
    name_partner(network, "other_member", GUILD)
    rows = plan.rows("partners")
    rows.update(name="", sector=None, is_new=None, organisation=None)
    return plan


def name_partner(network: Network, who: str, name: str) -> None:
    """A plan of that person's lab, with this partner, is approved."""
    lab = network.lab if who == "member" else network.other_lab
    plan = network.plan("draft", lab=lab, writer=network[who], cycle=CycleFactory.create())
    key = row_key("partners", plan.rows("partners").get().pk, "name")
    authoring.save(plan, {key: Change(name)}, actor=network[who])
    plan = workflow.move(plan, Act.SUBMIT, actor=network[who])
    workflow.move(plan, Act.APPROVE, actor=network["reviewer"])


def test_a_partners_name_is_completed_with_its_sector_and_what_the_network_knows_of_it(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    SectorFactory.create(name="Bakers")
    page = opened(open_browser(network.people["member"]), with_guild, "partners")
    name = page.get_by_role("combobox", name="Name")
    known = page.locator(".known")
    expect(known).to_be_empty()

    name.press_sequentially("weavers g")
    shows(page, f"{GUILD} in 1 plan")
    expect(known).to_have_text("Nobody in the network has named this partner before.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(name).to_have_value(GUILD)
    expect(page.get_by_label("Sector")).to_have_value(str(Sector.objects.get(name="Farmers").pk))
    expect(said(page, name)).to_have_text("The name is filled in, and the sector: Farmers.")
    expect(known).to_have_text("In 1 plan of another lab.")
    expect(known).to_have_attribute("role", "status")
    is_saved(page)
    partner = with_guild.rows("partners").get()
    assert (partner.name, partner.organisation) == (GUILD, Organisation.objects.get(name=GUILD))
    assert partner.sector == Sector.objects.get(name="Farmers")


def test_a_sector_that_was_chosen_is_left_alone(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    sector = SectorFactory.create(name="Bakers")
    page = opened(open_browser(network.people["member"]), with_guild, "partners")
    page.get_by_label("Sector").select_option(label="Bakers")

    page.get_by_role("combobox", name="Name").press_sequentially("weav")
    page.get_by_role("option", name=GUILD).click()

    expect(page.get_by_role("combobox", name="Name")).to_have_value(GUILD)
    expect(page.get_by_label("Sector")).to_have_value(str(sector.pk))
    saves(page)
    assert with_guild.rows("partners").get().sector == sector


def test_the_sentence_tells_of_the_labs_own_earlier_plans(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    for _number in range(3):
        name_partner(network, "member", "Bakers of the Square")
    page = opened(open_browser(network.people["member"]), with_guild, "partners")
    name, known = page.get_by_role("combobox", name="Name"), page.locator(".known")

    name.fill("bakers of the square")
    expect(known).to_contain_text("In 3 earlier plans of this lab, the latest of")
    name.fill("")
    expect(known).to_be_empty()
    saves(page)


def test_a_new_row_completes_names_too(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"]), with_guild, "partners")
    page.get_by_role("button", name="Add a partner").click()
    expect(page.locator(".row-card")).to_have_count(2)

    page.get_by_role("combobox", name="Name").nth(1).press_sequentially("weav")

    shows(page, f"{GUILD} in 1 plan")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    saves(page)
    assert [row.name for row in with_guild.rows("partners")] == ["", GUILD]


# -- without scripts -------------------------------------------------------------------------------


def test_without_scripts_buttons_lead_the_same_way(
    plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"], javascript=False), plan)
    box = page.get_by_label("Add to “Thematic areas”")
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(limit(page)).to_have_text("Choose 1 to 5.")
    expect(page.get_by_label("Find a goal")).to_be_hidden()

    box.fill("creation")
    page.get_by_role("button", name="Add", exact=True).click()
    near = page.locator(".near-shown")
    expect(near).to_contain_text(re.compile(r"Co-creation\s+in 2 plans"))
    near.get_by_role("button", name=re.compile("^Use this one: Co-creation$|Co-creation")).click()
    expect(page.get_by_role("checkbox", name="Co-creation", exact=True)).to_be_checked()
    expect(limit(page)).to_have_text("1 of 5 chosen. There is room for 4 more.")

    box.fill("Fog harvesting")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Propose “Fog harvesting” as new").click()
    expect(page.get_by_role("checkbox", name="Fog harvesting", exact=True)).to_be_checked()

    box.fill("energy  ACCESS")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("checkbox", name="Energy access", exact=True)).to_be_checked()
    page.get_by_role("checkbox", name="Co-creation", exact=True).uncheck()
    page.get_by_role("checkbox", name="Goal 6").check()
    saves(page)

    assert sorted(stored(plan)) == ["Energy access", "Fog harvesting"]
    assert goals(plan) == [6]


def test_without_scripts_the_whole_list_is_a_page_and_a_partner_is_known_after_saving(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"], javascript=False), with_guild)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="See them all").click()
    whole = popup.value
    expect(whole.get_by_role("heading", level=1)).to_have_text("Thematic areas")
    whole.get_by_label("Find by name, or by another word for it").fill("codesign")
    whole.get_by_role("button", name="Find").click()
    expect(whole.locator(".term-list li")).to_have_text(
        re.compile(r"Co-creation\s+also called “Codesign”\s+in 2 plans")
    )

    opened(page, with_guild, "partners").get_by_label("Name", exact=True).fill("weavers guild")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".known")).to_have_text("In 1 plan of another lab.")


# -- for everybody ---------------------------------------------------------------------------------


def test_forms_and_lists_of_terms_pass_axe_and_fit_a_phone(
    with_guild: Plan, network: Network, open_browser: Open
) -> None:
    choose(with_guild, network["member"], "Education", "Co-creation")
    page = open_browser(network.people["member"])
    addresses = [
        *(section(with_guild, key) for key in ("classification", "partners", "learning")),
        *(reverse("terms", args=(name,)) for name in ("thematic_areas", "organisations", "sdgs")),
        reverse("terms", args=("thematic_areas",)) + "?q=codesign",
        reverse("terms", args=("thematic_areas",)) + "?q=nothing-like-it",
    ]

    assert [words for address in addresses for words in problems(page, address)] == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_an_open_list_passes_axe_and_fits_a_phone(
    size: ViewportSize, dark: bool, plan: Plan, network: Network, open_browser: Open
) -> None:
    page = opened(open_browser(network.people["member"], dark=dark, **size), plan)
    page.get_by_role("combobox").press_sequentially("creation")
    shows(page, "Co-creation in 2 plans", "Recreation and sports", "Propose “creation” as new")
    page.keyboard.press("ArrowDown")

    assert _violations(page) == []
    assert page.evaluate(TOO_WIDE) == []
