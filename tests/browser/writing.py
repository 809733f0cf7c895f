"""A plan written from the sign-in to its submission, by whatever hand: mouse, finger or keyboard.

The journey says what is done; a hand says how.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from accounts.models import Lab, User
from plans.importers import seeds
from plans.models import Plan
from tests.factories import CycleFactory, member_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE = "Kiosks that open when people are home"
WORDS = {
    "challenge_statement": "The kiosks close before people come home.",
    "background": "Four years ago the trucks stopped.\n\nNobody asked why.",
    "value_proposition": "We know the drivers and the keepers.",
    "summary": "Water kiosks with other hours, for people who work.",
}
PARTNERS = ["Women’s council of Khoroo 24", "Water supply company of the capital"]
QUESTION = "Do people come later when the kiosk is open later?"
SEEN = """() => {
  const here = document.activeElement;
  if (here === document.body) return "";  // past the end: the next press begins at the top
  const marked = [here, ...(here.labels ?? [])].flatMap((one) => [one, ...one.children]);
  const seen = marked.map((one) => getComputedStyle(one)).some(
    (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none",
  );
  return seen ? "" : here.outerHTML.slice(0, 300);
}"""
"""What has the focus without being seen to: neither it nor the words beside it are outlined."""
IS_BEHIND = """one => {
  const place = one.compareDocumentPosition(document.activeElement);
  return Boolean(place & Node.DOCUMENT_POSITION_FOLLOWING);
}"""
"""Whether what has the focus comes after it."""
STOPS = 150
"""So many presses of Tab are enough to get anywhere on a page."""


def a_member() -> User:
    """Somebody of a lab whose cycle is open, on a network with seeds; nobody has written yet."""
    seeds.load()
    CycleFactory.create()
    return member_of(Lab.objects.get(slug="mongolia"), "Mira Member")


# -- hands -----------------------------------------------------------------------------------------


class Hand:
    """Does things with a mouse; the others do them otherwise."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        """A button or a link."""
        what.click()

    def write(self, box: Locator, words: str) -> None:
        """Words into an empty box."""
        box.fill(words)

    def tick(self, box: Locator) -> None:
        """A box or one of several."""
        box.check()

    def choose(self, chosen: Locator, words: str) -> None:
        """One of a list, by its words."""
        chosen.select_option(label=words)


class Thumb(Hand):
    """Touches, and types on the keyboard that then comes out."""

    def press(self, what: Locator) -> None:
        """Touch it."""
        what.tap()

    def write(self, box: Locator, words: str) -> None:
        """Touch the box, then type."""
        box.tap()
        expect(box).to_be_focused()
        self.page.keyboard.insert_text(words)

    def tick(self, box: Locator) -> None:
        """Touch the words beside it: they are larger."""
        box.page.locator(f"label[for='{box.get_attribute('id')}']").tap()
        expect(box).to_be_checked()


class Keys(Hand):
    """Nothing but a keyboard: Tab to everything, and see at each stop where one is."""

    def press(self, what: Locator) -> None:
        """Tab to it, then Enter."""
        self._tab_to(what)
        self.page.keyboard.press("Enter")

    def write(self, box: Locator, words: str) -> None:
        """Tab to the box, then type."""
        self._tab_to(box)
        self.page.keyboard.insert_text(words)

    def tick(self, box: Locator) -> None:
        """Tab to it, or to the group it is in; Space ticks, arrows go on in a group."""
        if box.get_attribute("type") == "radio":
            self._tab_to(box.page.locator(f"[name='{box.get_attribute('name')}']"))
            for _press in self._go_on(box, "ArrowDown"):
                pass
        else:
            self._tab_to(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def choose(self, chosen: Locator, words: str) -> None:
        """Tab to the list, then down to the words."""
        self._tab_to(chosen)
        for _press in range(STOPS):
            if chosen.evaluate("list => list.selectedOptions[0].label") == words:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words} is not in the list")

    def _tab_to(self, what: Locator) -> None:
        """Press Tab until that is reached, backwards if it lies behind.

        What cannot be seen to have the focus is a failure.
        """
        what.first.wait_for()
        key = "Shift+Tab" if what.first.evaluate(IS_BEHIND) else "Tab"
        for unseen in self._go_on(what, key):
            if unseen:
                raise AssertionError(f"It cannot be seen to have the focus: {unseen}")

    def _go_on(self, what: Locator, key: str) -> Iterator[str]:
        """Press a key until that has the focus; of each stop what shows no focus, or nothing."""
        look = f"all => [all.includes(document.activeElement), ({SEEN})()]"
        is_there, _seen = what.evaluate_all(look)
        for _press in range(STOPS):
            if is_there:
                return
            self.page.keyboard.press(key)
            is_there, unseen = what.evaluate_all(look)
            yield unseen
        raise AssertionError(f"{what} was not reached with {key}")


# -- the journey -----------------------------------------------------------------------------------


def writes_a_plan(hand: Hand, user: User) -> Plan:
    """Sign in, start a plan, write every section of it and hand it in; the plan as it is then."""
    signs_in(hand, user)
    starts(hand)
    writes_the_title(hand)
    writes_the_challenge(hand)
    brings_evidence(hand)
    classifies(hand)
    names_partners(hand)
    asks_a_question(hand)
    looks_ahead(hand)
    return hands_in(hand)


def signs_in(hand: Hand, user: User) -> None:
    page = hand.page
    page.goto("/")
    hand.write(page.get_by_label("E-mail address"), user.email)
    hand.write(page.get_by_label("Password"), "open sesame")
    hand.press(page.get_by_role("button", name="Sign in", exact=True))
    is_at(page, "Hello, Mira")


def is_at(page: Page, title: str) -> None:
    """Wait for the page of that title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def starts(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="Start a plan").first)
    is_at(page, "Start a plan")
    hand.write(page.get_by_label("Title"), TITLE)
    hand.tick(page.get_by_label("Exploratory"))
    hand.press(page.get_by_role("button", name="Start writing"))


def writes_the_title(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Title")
    hand.choose(page.get_by_label("Country"), "Mongolia")
    hand.choose(page.get_by_label("Focal point"), "Mira Member")
    goes_on(hand)


def goes_on(hand: Hand) -> None:
    hand.press(hand.page.get_by_role("button", name="Save and go on"))


def writes_the_challenge(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Challenge")
    for name, words in WORDS.items():
        hand.write(page.locator(f"#id_{name}"), words)
    goes_on(hand)


def brings_evidence(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Evidence")
    hand.press(page.get_by_role("button", name="Add an item of evidence"))
    item = page.get_by_role("group", name="Item of evidence 1")
    hand.tick(item.get_by_label("Quantitative"))
    hand.tick(item.get_by_role("radio", name="Text"))
    hand.write(item.get_by_role("textbox", name="Text"), "514 people were counted in March 2026.")
    goes_on(hand)


def classifies(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Classification")
    hand.tick(page.get_by_role("checkbox", name="Clean water and sanitation"))
    adds_a_term(hand, "Thematic areas", "Access to information")
    goes_on(hand)


def adds_a_term(hand: Hand, vocabulary: str, words: str) -> None:
    group = hand.page.get_by_role("group", name=vocabulary)
    hand.write(group.get_by_label(f"Add to “{vocabulary}”"), words)
    hand.press(group.get_by_role("button", name="Add", exact=True))
    expect(group.get_by_role("checkbox", name=words)).to_be_checked()


def names_partners(hand: Hand) -> None:
    """Two; the second is the more important, and is moved up."""
    page = hand.page
    is_at(page, "Partners")
    for place, name in enumerate(PARTNERS, start=1):
        hand.press(page.get_by_role("button", name="Add a partner"))
        partner = page.get_by_role("group", name=f"Partner {place}")
        hand.write(partner.get_by_label("Name", exact=True), name)
        hand.choose(partner.get_by_label("Sector"), "Civil society")
        hand.write(partner.get_by_label("The collaboration"), "They keep the keys.")
        hand.tick(partner.get_by_label("No", exact=True))
    hand.press(page.get_by_role("button", name=re.compile(r"^Up\s*: Partner 2$")))
    expect(page.get_by_label("Name", exact=True).first).to_have_value(PARTNERS[1])
    goes_on(hand)


def asks_a_question(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Learning")
    hand.press(page.get_by_role("button", name="Add a learning question"))
    row = page.get_by_role("group", name="Learning question 1")
    hand.write(row.get_by_label("Learning question"), QUESTION)
    hand.tick(row.get_by_label("Explore"))
    hand.write(row.get_by_label("How the methods will be used"), "We stand there and count.")
    hand.write(row.get_by_label("Data gaps filled"), "Who comes after six.")
    hand.tick(page.get_by_role("checkbox", name="Art of hosting"))
    adds_a_term(hand, "Data sources", "App data")
    goes_on(hand)


def looks_ahead(hand: Hand) -> None:
    page = hand.page
    is_at(page, "Closing")
    hand.write(page.get_by_label("Early leads to grow"), "The ministry asked twice.")
    hand.press(page.get_by_role("button", name="Save and see the overview"))


def hands_in(hand: Hand) -> Plan:
    page = hand.page
    is_at(page, TITLE)
    expect(page.get_by_text("Nothing is missing. Read the plan once more")).to_be_visible()
    hand.press(page.get_by_role("link", name="Submit for review"))
    is_at(page, "Submit for review")
    hand.press(page.get_by_role("button", name="Submit for review"))
    expect(page.locator(".page-header .state")).to_have_text("Submitted")
    return Plan.objects.get(title=TITLE)


def all_is_there(plan: Plan) -> None:
    """What was written is what was handed in, word for word."""
    assert plan.state == "submitted"
    assert {name: getattr(plan, name) for name in WORDS} == WORDS
    assert [partner.name for partner in plan.rows("partners")] == PARTNERS[::-1]
    assert [row.question for row in plan.rows("learning_questions")] == [QUESTION]
    document = plan.document
    assert (document.sdgs, document.thematic_areas) == ((6,), ("Access to information",))
    assert (document.methods, document.data_sources) == (("Art of hosting",), ("App data",))
