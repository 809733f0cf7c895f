"""A network in the middle of its work: something on every page, also what is long and unbroken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts import invitations
from plans import authoring, reviewing, workflow
from plans.document import PlanDocument
from plans.importers import seeds
from plans.models import Plan
from plans.states import Act, ChallengeType
from tests.factories import sent_thread
from tests.plans.picture_files import jpeg

if TYPE_CHECKING:
    from accounts.models import Invitation
    from plans.models import Thread
    from tests.personas import Network

LONG_TITLE = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellen am Fluss"
LONG_ADDRESS = "https://example.org/" + "a-long-way-down/" * 12


@dataclass
class Scene:
    """Plans of the network's first lab, one in each state, and what is said about them."""

    empty: Plan
    in_talk: Plan
    submitted: Plan
    approved: Plan
    archived: Plan
    withdrawn: Plan
    thread: Thread
    invitation: Invitation


def set_up(network: Network) -> Scene:
    """Build it through the same actions that pages use."""
    seeds.load()
    member, reviewer = network["member"], network["reviewer"]
    approved = network.plan("approved", title="Wells that answered")
    withdrawn = network.plan("withdrawn", title="Wells that were given up")
    archived = network.plan("archived", title="Wells of long ago")
    submitted = network.plan("submitted", title=LONG_TITLE)
    in_talk = workflow.start(
        network.lab, network.cycle, actor=member, challenge_type=ChallengeType.BIG_BET
    )
    authoring.fill(in_talk, _longer(submitted.document), actor=member)
    _illustrate(in_talk, network)
    in_talk = workflow.move(in_talk, Act.SUBMIT, actor=member)
    thread = _talk(in_talk, network)
    in_talk = workflow.move(in_talk, Act.REQUEST_CHANGES, actor=reviewer, note="Say more.")
    reviewing.reply(thread, "We asked the association.", actor=network["member"])
    in_addressed = in_talk.threads.get(place="challenge.background")
    reviewing.address(in_addressed, actor=network["lead"], text="It was four years.")
    sent_thread(submitted, "plan", "A good plan.", actor=reviewer, must_fix=False)
    return Scene(
        empty=workflow.start(network.far_lab, network.cycle, actor=network["other_region_member"]),
        in_talk=in_talk,
        submitted=submitted,
        approved=approved,
        archived=archived,
        withdrawn=withdrawn,
        thread=thread,
        invitation=invitations.invite(
            "new.colleague@example.org", lab=network.lab, actor=network["lead"]
        ),
    )


def _illustrate(plan: Plan, network: Network) -> None:
    """A picture among the evidence, with words as long as people write them."""
    member = network["member"]
    row = authoring.add_row(
        plan,
        "evidence",
        actor=member,
        kind="quantitative",
        form="picture",
        alternative=f"Four wells, of which three are dry. {LONG_TITLE}",
        caption=f"Measured in March: {LONG_ADDRESS}",
    )
    authoring.give_picture(plan, row.pk, jpeg(), actor=member)


def _longer(document: PlanDocument) -> PlanDocument:
    """The same for another plan, with more rows, and with words and addresses that do not break."""
    told = document.model_dump(mode="json")
    for rows in ("evidence", "partners", "learning_questions"):
        for row in told[rows]:
            del row["id"]  # they are rows of another plan
    told["challenge_type"] = ChallengeType.BIG_BET
    told["background"] += f"\n\nSee {LONG_ADDRESS} and {'m' * 120}."
    told["evidence"].append({"kind": "quantitative", "form": "link", "address": LONG_ADDRESS})
    told["partners"] += [
        {"name": "Women’s council", "sector": "Farmers", "description": "Keys.", "is_new": False},
        {"name": LONG_TITLE, "sector": "Farmers", "description": "Numbers.", "is_new": True},
    ]
    told["learning_questions"].append(
        {"question": "And then?", "stages": ["grow"], "usage": "Talks.", "data_gap": "All."}
    )
    return PlanDocument.model_validate(told)


def _talk(plan: Plan, network: Network) -> Thread:
    """Threads on every kind of place; answers the one on the second partner."""
    reviewer = network["reviewer"]
    partner = plan.rows("partners").order_by("position")[1]
    question = plan.rows("learning_questions").order_by("position")[0]
    places = ("plan", "challenge", "challenge.background", f"learning_questions/{question.pk}")
    for place in places:
        sent_thread(plan, place, f"A word on {LONG_TITLE}.", actor=reviewer)
    resolved = plan.threads.get(place="challenge")
    reviewing.resolve(resolved, actor=reviewer, text="Answered by telephone.")
    return sent_thread(plan, f"partners/{partner.pk}", "Who pays the council?", actor=reviewer)
