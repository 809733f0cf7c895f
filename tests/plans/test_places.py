"""Pages of countries, labs and partner organisations tell of everybody's plans only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from plans import authoring, merging, places, workflow
from plans.models import Organisation
from plans.states import Act
from tests.factories import CycleFactory

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan
    from tests.personas import Network

SECRET = "Zebrafish union"


def browser(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def with_partner(network: Network, name: str, state: str) -> Plan:
    """A plan of the lab with a second partner, brought into a state."""
    plan = network.plan("draft", title=f"With {name}", cycle=CycleFactory.create())
    member = network["member"]
    authoring.add_row(
        plan,
        "partners",
        actor=member,
        name=name,
        sector=plan.partners.all()[0].sector,
        description="They help.",
        is_new=False,
    )
    for act, who in ((Act.SUBMIT, "member"), (Act.APPROVE, "reviewer")):
        if state != "draft":
            plan = workflow.move(plan, act, actor=network[who], note="Well.")
        if plan.state == state:
            break
    return type(plan).objects.get(pk=plan.pk)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_partner_of_a_plan_that_is_not_everybodys_is_nowhere(
    network: Network, state: str
) -> None:
    with_partner(network, SECRET, state)
    network.plan("approved", cycle=CycleFactory.create())
    client = browser(network["other_member"])
    country = network.lab.countries.all()[0]
    pages = [
        reverse("organisations"),
        f"{reverse('organisations')}?q=zebra",
        f"{reverse('organisation_called')}?name={SECRET}",
        reverse("country", args=(country.pk,)),
        reverse("lab", args=(network.lab.slug,)),
        *(reverse("organisation", args=(one.pk,)) for one in Organisation.objects.all()),
    ]

    told = [client.get(page, follow=True).content.decode() for page in pages]

    assert [f"With {SECRET}" in page for page in told] == [False] * len(pages)
    # What was typed stands in the search box; nothing else says the name.
    assert [SECRET in page.replace(f'value="{SECRET}"', "") for page in told] == [False] * len(
        pages
    )


def test_an_organisation_tells_its_names_sectors_labs_and_years(network: Network) -> None:
    plan = with_partner(network, "Rivers' union", "approved")
    found = Organisation.objects.get(name="Rivers' union")

    page = browser(network["other_member"]).get(reverse("organisation", args=(found.pk,)))

    context = page.context
    assert [(one["called"], one["number"]) for one in context["sectors"]] == [("Farmers", 1)]
    assert [(one["key"], one["number"]) for one in context["labs"]] == [("wells", 1)]
    assert [(one["called"], one["number"]) for one in context["years"]] == [(plan.cycle.year, 1)]
    assert [one.pk for one in context["page"]] == [plan.pk]


def test_a_merged_organisation_leads_to_the_living_one_by_key_and_by_name(
    network: Network,
) -> None:
    with_partner(network, "Rivers' union", "approved")
    with_partner(network, "Union of rivers", "approved")
    gone, kept = (
        Organisation.objects.get(name=name) for name in ("Rivers' union", "Union of rivers")
    )
    merging.merge([gone], kept, actor=network["taxonomy_manager"])
    client = browser(network["other_member"])

    by_key = client.get(reverse("organisation", args=(gone.pk,)))
    by_name = client.get(reverse("organisation_called"), {"name": "RIVERS UNION"})

    assert by_key["Location"] == by_name["Location"] == reverse("organisation", args=(kept.pk,))
    page = client.get(by_key["Location"])
    assert page.context["names"] == ["Rivers' union"]
    assert page.context["page"].paginator.count == 2


@pytest.mark.parametrize("words", ["RÍVERS", "rivers'  un", "nion"])
def test_an_organisation_is_found_by_part_of_a_name_however_it_is_typed(
    network: Network, words: str
) -> None:
    with_partner(network, "Rivers' union", "approved")

    found = places.organisations(network["other_member"], words)

    assert [(one.name, one.number) for one in found] == [("Rivers' union", 1)]


def test_a_lab_is_found_by_a_country_it_works_in(network: Network) -> None:
    country = network.far_lab.countries.all()[0]

    assert list(places.labs(network["member"], country.name.upper())) == [network.far_lab]


def test_a_country_in_small_letters_is_the_same_country(network: Network) -> None:
    country = network.lab.countries.all()[0]

    answer = browser(network["member"]).get(f"/countries/{country.pk.lower()}/")

    assert answer["Location"] == f"/countries/{country.pk}/"


@pytest.mark.parametrize("page", ["countries", "labs", "organisations"])
@pytest.mark.parametrize("words", ["\x00", "%", "'", "x" * 5000, "لا", "–"])
def test_whatever_is_searched_for_is_answered(network: Network, page: str, words: str) -> None:
    answer = browser(network["member"]).get(reverse(page), {"q": words, "page": "-3"})

    assert answer.status_code == 200
