"""The directory of partner organisations: how it fills, what it tells of a partner, and merging."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from plans import acquaintance, authoring, directory, lookup, merging, workflow
from plans.authoring import Change, row_key
from plans.document import PlanDocument
from plans.models import Merge, Organisation, Partner, Plan, Sector, TermStatus
from plans.states import Act
from tests.factories import CycleFactory, SectorFactory
from tests.plans.admin.pages import page

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

GUILD = "Weavers' Guild"
NOBODY = "Nobody in the network has named this partner before."


def a_draft(network: Network, *names: str, who: str = "member") -> Plan:
    """A complete draft in a cycle of its own, with partners that are called so."""
    lab = {"member": network.lab, "other_member": network.other_lab}[who]
    plan = network.plan("draft", lab=lab, cycle=CycleFactory.create(), writer=network[who])
    first = plan.rows("partners").get()
    rename(plan, first.pk, names[0], network[who])
    for name in names[1:]:
        authoring.add_row(
            plan,
            "partners",
            actor=network[who],
            name=name,
            sector=Sector.objects.get(name="Farmers"),
            description="They help.",
            is_new=False,
        )
    return Plan.objects.get(pk=plan.pk)


def rename(plan: Plan, row: Any, name: str, actor: User) -> None:
    """Give a partner another name, as typing it does."""
    authoring.save(plan, {row_key("partners", row, "name"): Change(name)}, actor=actor)


def handed_in(network: Network, *names: str, who: str = "member") -> Plan:
    """The same plan after it was handed in."""
    plan = a_draft(network, *names, who=who)
    return workflow.move(plan, Act.SUBMIT, actor=network[who])


def approved(network: Network, *names: str, who: str = "member") -> Plan:
    """The same plan after it was approved, so that everybody may read it."""
    plan = handed_in(network, *names, who=who)
    return workflow.move(plan, Act.APPROVE, actor=network["reviewer"])


def entered() -> list[str]:
    """Every name in the directory."""
    return sorted(Organisation.objects.values_list("name", flat=True))


def of_partners(plan: Plan) -> list[tuple[str, str | None]]:
    """The partners of a plan, each with the organisation it is in the directory."""
    rows = plan.rows("partners").values_list("name", "organisation__name")
    return [(name, organisation) for name, organisation in rows]


def told(plan: Plan, name: str) -> list[str]:
    """What the network knows of a partner who would be called so in this plan."""
    found = acquaintance.of_name(plan, name)
    return found.sentences if found else []


# -- how it fills ----------------------------------------------------------------------------------


def test_names_are_entered_when_a_plan_is_handed_in_and_never_while_it_is_written(
    network: Network,
) -> None:
    plan = a_draft(network, GUILD, "Bakers")
    entered_while_writing = [name for name in entered() if name in (GUILD, "Bakers")]

    workflow.move(plan, Act.SUBMIT, actor=network["member"])

    assert entered_while_writing == []
    assert {GUILD, "Bakers"} <= set(entered())
    assert of_partners(plan) == [(GUILD, GUILD), ("Bakers", "Bakers")]


def test_a_plan_of_the_archive_enters_its_partners(network: Network) -> None:
    rows = [{"name": GUILD, "description": "Looms."}, {"name": "", "description": "Unnamed."}]
    document = PlanDocument.model_validate(
        {"title": "Looms", "lab": network.lab.name, "partners": rows}
    )

    page = authoring.Arrived(network.lab, network.cycle, "a.md", "# Looms", document)
    plan = authoring.bring_in(page, actor=network["network_manager"]).plan

    assert plan
    assert of_partners(plan) == [(GUILD, GUILD), ("", None)]


def test_one_organisation_is_entered_once_whatever_its_spelling(network: Network) -> None:
    one = handed_in(network, GUILD)
    two = handed_in(network, "WEAVERS GUILD", "weavers’ güild", who="other_member")

    assert of_partners(one) == [(GUILD, GUILD)]
    assert of_partners(two) == [("WEAVERS GUILD", GUILD), ("weavers’ güild", GUILD)]


def test_a_name_that_the_directory_knows_is_followed_while_it_is_typed(network: Network) -> None:
    approved(network, GUILD, who="other_member")
    plan = a_draft(network, "weavers guild")
    row = plan.rows("partners").get()
    before = of_partners(plan)

    rename(plan, row.pk, "Somebody else", network["member"])

    assert [before, of_partners(plan)] == [
        [("weavers guild", GUILD)],
        [("Somebody else", None)],
    ]


def test_who_handed_the_plan_in_is_not_noted_with_the_organisation(network: Network) -> None:
    handed_in(network, GUILD)

    assert Organisation.objects.get(name=GUILD).proposed_by is None


@pytest.mark.parametrize("name", ["!!!", "x" * 201, "\u200b"])
def test_what_no_organisation_can_be_called_stays_a_mere_name(network: Network, name: str) -> None:
    plan = network.plan("draft")
    Partner.objects.filter(plan=plan).update(name=name)
    before = entered()

    directory.enter(plan)

    assert (of_partners(plan), entered()) == ([(name, None)], before)


def test_plans_from_before_there_was_a_directory_are_entered_once(network: Network) -> None:
    plan, draft = handed_in(network, GUILD), a_draft(network, "Bakers")
    Partner.objects.update(organisation=None)
    Organisation.objects.all().delete()

    assert [directory.enter_all(), directory.enter_all()] == [1, 0]
    assert of_partners(plan) == [(GUILD, GUILD)]
    assert of_partners(draft) == [("Bakers", None)]


# -- what it tells ---------------------------------------------------------------------------------


def test_nothing_is_told_of_a_partner_without_a_name(network: Network) -> None:
    plan = network.plan("draft")

    assert [acquaintance.of_name(plan, name) for name in ("", "  ", "\t")] == [None] * 3


def test_a_partner_that_nobody_named_is_new_to_the_network(network: Network) -> None:
    assert told(network.plan("draft"), GUILD) == [NOBODY]


def test_earlier_plans_of_the_lab_are_counted_with_the_latest_cycle(network: Network) -> None:
    plan = network.plan("draft")
    said = []
    for _number in range(3):
        last = handed_in(network, GUILD, "weavers guild")
        said.append(told(plan, "WEAVERS' GUILD"))

    assert [len(sentences) for sentences in said] == [1, 1, 1]
    assert said[0][0].startswith("In 1 earlier plan of this lab, of ")
    assert said[2] == [f"In 3 earlier plans of this lab, the latest of {last.cycle}."]


def test_plans_of_other_labs_are_counted_apart(network: Network) -> None:
    plan = network.plan("draft")
    approved(network, GUILD, who="other_member")
    one = told(plan, GUILD)
    approved(network, GUILD, who="other_member")
    own = handed_in(network, GUILD)

    assert one == ["In 1 plan of another lab."]
    assert told(plan, GUILD) == [
        f"In 1 earlier plan of this lab, of {own.cycle}.",
        "In 2 plans of other labs.",
    ]


def test_the_plan_itself_is_not_counted(network: Network) -> None:
    plan = handed_in(network, GUILD)

    assert told(plan, GUILD) == [NOBODY]
    [known] = acquaintance.of_rows(plan).values()
    assert known.sentences == [NOBODY]


def test_each_row_is_told_of_as_its_name_would_be(network: Network) -> None:
    approved(network, GUILD, who="other_member")
    plan = a_draft(network, "weavers guild", "Bakers")
    authoring.add_row(plan, "partners", actor=network["member"])

    known = acquaintance.of_rows(plan)

    names = {row.name: row.pk for row in plan.rows("partners")}
    assert {name: known[pk].sentences for name, pk in names.items() if pk in known} == {
        "weavers guild": ["In 1 plan of another lab."],
        "Bakers": [NOBODY],
    }
    assert names[""] not in known


# -- nothing of other labs' drafts -----------------------------------------------------------------


@pytest.mark.parametrize("spelling", [GUILD, "weavers guild"])
def test_what_another_lab_only_drafts_is_told_to_nobody(network: Network, spelling: str) -> None:
    a_draft(network, GUILD, who="other_member")
    plan = network.plan("draft")

    assert lookup.near(Organisation, spelling) == []
    assert told(plan, spelling) == [NOBODY]


def test_what_another_lab_is_changing_again_is_told_to_nobody_any_more(network: Network) -> None:
    theirs = approved(network, GUILD, who="other_member")
    plan = network.plan("draft")
    known = [one.term.name for one in lookup.near(Organisation, "weavers")]

    workflow.move(theirs, Act.REOPEN, actor=network["reviewer"], note="A number is wrong.")

    assert known == [GUILD]
    assert lookup.near(Organisation, "weavers") == []
    assert GUILD not in lookup.living(Organisation).values_list("name", flat=True)
    assert told(plan, GUILD) == [NOBODY]


def test_what_another_lab_has_handed_in_is_told_to_nobody_yet(network: Network) -> None:
    handed_in(network, GUILD, who="other_member")

    assert lookup.near(Organisation, "weavers") == []
    assert told(network.plan("draft"), GUILD) == [NOBODY]


def test_an_organisation_that_an_administrator_takes_into_use_is_shown_without_a_plan(
    network: Network,
) -> None:
    Organisation.objects.create(name=GUILD, status=TermStatus.IN_USE)

    assert [(one.term.name, one.uses) for one in lookup.near(Organisation, "weavers")] == [
        (GUILD, 0)
    ]


def test_a_name_typed_into_a_draft_after_it_was_handed_back_is_not_entered(
    network: Network,
) -> None:
    plan = handed_in(network, "Bakers")
    plan = workflow.move(
        plan, Act.REQUEST_CHANGES, actor=network["reviewer"], note="Who else weaves?"
    )
    rename(plan, plan.rows("partners").get().pk, GUILD, network["member"])

    assert GUILD not in entered()
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    assert GUILD in entered()


# -- the sector that goes with a name --------------------------------------------------------------


def test_the_one_sector_that_plans_give_an_organisation_comes_with_it(network: Network) -> None:
    approved(network, "Bakers", GUILD)
    approved(network, "Millers", GUILD, who="other_member")
    farmers = Sector.objects.get(name="Farmers")
    of_one = lookup.near(Organisation, GUILD)[0].sector

    third = approved(network, GUILD)
    third.rows("partners").update(sector=SectorFactory.create())

    assert of_one == farmers.pk
    assert lookup.near(Organisation, GUILD)[0].sector is None


def test_the_sector_in_a_draft_is_not_told(network: Network) -> None:
    approved(network, GUILD)
    draft = a_draft(network, GUILD, who="other_member")
    draft.rows("partners").update(sector=SectorFactory.create())

    assert lookup.near(Organisation, GUILD)[0].sector == Sector.objects.get(name="Farmers").pk


# -- merged organisations --------------------------------------------------------------------------


def test_a_merged_organisation_is_followed(network: Network, taxonomy_manager: User) -> None:
    approved(network, "Guild of Weavers", who="other_member")
    approved(network, GUILD, who="other_member")
    guild, other = (Organisation.objects.get(name=name) for name in (GUILD, "Guild of Weavers"))
    merging.merge([other], guild, actor=taxonomy_manager)
    plan = a_draft(network, "guild of weavers")

    assert of_partners(plan) == [("guild of weavers", GUILD)]
    assert told(plan, "Guild of weavers") == told(plan, GUILD) == ["In 2 plans of other labs."]
    assert [(one.term.name, one.also) for one in lookup.near(Organisation, "guild of")] == [
        (GUILD, "Guild of Weavers")
    ]


def test_merging_in_the_administration_moves_partners_and_undoing_brings_them_back(
    network: Network,
) -> None:
    one, two = handed_in(network, GUILD), handed_in(network, "The Weavers", who="other_member")
    guild, weavers = (Organisation.objects.get(name=name) for name in (GUILD, "The Weavers"))
    client = Client()
    client.force_login(network.people["taxonomy_manager"])
    chosen = {"action": "merge", "_selected_action": [guild.pk, weavers.pk]}
    address = page("organisation")

    asked = client.post(address, chosen)
    shown = client.post(address, chosen | {"into": guild.pk, "preview": "Show what changes"})
    done = client.post(
        address, chosen | {"into": guild.pk, "confirm": "Merge"}, follow=True
    ).content.decode()
    after = of_partners(one) + of_partners(two)
    record = Merge.objects.get()
    undo = {"action": "undo", "_selected_action": record.pk, "confirm": "Undo"}
    undone = client.post(page("merge"), undo, follow=True).content.decode()

    assert [asked.status_code, shown.status_code] == [200, 200]
    assert f"Merged. 1 plan follows “{GUILD}” now." in unescape(done)
    assert after == [(GUILD, GUILD), ("The Weavers", GUILD)]
    assert "Undone:" in undone
    assert of_partners(one) + of_partners(two) == [(GUILD, GUILD), ("The Weavers", "The Weavers")]


# -- the pages -------------------------------------------------------------------------------------


def known(client: Client, plan: Plan, query: dict[str, str]) -> tuple[int, str]:
    """What the sentence beside “new and unusual?” becomes."""
    answer = client.get(reverse("plan_partner_known", args=(plan.pk,)), query)
    return answer.status_code, " ".join(unescape(strip_tags(answer.content.decode())).split())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"3f-name": "weavers guild"}, "In 1 plan of another lab."),
        ({"name": "weavers\x00 guild"}, "In 1 plan of another lab."),
        ({"name": "Bakers"}, NOBODY),
        ({"name": "\x00"}, ""),
        ({"name": ""}, ""),
        ({}, ""),
        ({"q": GUILD}, ""),
        ({"name": "x" * 4000}, NOBODY),
        ({"name": "%%%"}, NOBODY),
    ],
)
def test_the_sentence_is_of_the_name_that_is_sent(
    network: Network, query: dict[str, str], sentence: str
) -> None:
    approved(network, GUILD, who="other_member")
    client = Client()
    client.force_login(network.people["member"])

    assert known(client, network.plan("draft"), query) == (200, sentence)


def test_the_form_tells_of_each_partner_without_a_script(network: Network) -> None:
    approved(network, GUILD, who="other_member")
    plan = a_draft(network, GUILD, "Bakers")
    client = Client()
    client.force_login(network.people["member"])

    answer = client.get(reverse("plan_section", args=(plan.pk, "partners")))

    words = " ".join(unescape(strip_tags(answer.content.decode())).split())
    assert words.index("In 1 plan of another lab.") < words.index(NOBODY)


def test_the_list_of_organisations_says_nothing_of_proposals(network: Network) -> None:
    approved(network, GUILD)
    client = Client()
    client.force_login(network.people["other_region_member"])

    answers = [
        client.get(reverse("terms", args=("organisations",)), query)
        for query in ({}, {"q": "weaver"})
    ]

    texts = [" ".join(unescape(strip_tags(one.content.decode())).split()) for one in answers]
    assert [f"{GUILD} in 1 plan" in text for text in texts] == [True, True]
    assert ["proposed" in text for text in texts] == [False, False]


def test_entering_takes_as_many_statements_for_known_names_as_there_are_steps(
    network: Network,
) -> None:
    plan = handed_in(network, GUILD, "Bakers", "Millers", "Smiths", "Tailors")

    with connection.execute_wrapper(count := Count()):
        directory.enter(plan)

    assert count.number == 4  # savepoint, names, those unknown, release


class Count:
    """How many statements a block sends."""

    number = 0

    def __call__(self, execute: Any, *given: Any) -> Any:
        """Send it, and count."""
        self.number += 1
        return execute(*given)
