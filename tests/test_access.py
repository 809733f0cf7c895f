"""Every address × every persona: what they get. An address without a row fails.

And the other half of the promise: what one lab drafts, discusses and who is in it is nowhere to be
found by another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Absence, Invitation, Membership, Reviewer
from plans import (
    authoring,
    collecting,
    keys,
    merging,
    preparing,
    reviewing,
    scheduling,
    splitting,
    watching,
)
from plans.authoring.pictures import as_one_of
from plans.document import ReflectionDocument
from plans.models import (
    Event,
    Notification,
    Openness,
    Organisation,
    Plan,
    Question,
    StageName,
    Topic,
)
from plans.notifications import send_waiting, stop_token
from tests import personas
from tests.factories import WORDS, CycleFactory, MethodFactory, sent_thread
from tests.personas import PERSONAS
from tests.plans.picture_files import jpeg

if TYPE_CHECKING:
    from tests.personas import Network

# What somebody gets in the end, redirects followed: a status, or "in" for the page to sign in on.
# The columns, from left to right: anonymous, member, lead, other_member, other_region_member,
# reviewer, other_reviewer, reviewer_in_lab, network_manager, taxonomy_manager.
#
# "plan_edit draft" is the page of a draft; "plan_start POST" is a form sent there, which nobody
# who is signed out loses: 401 is the page that keeps it.
TABLE = """
home                            | in  200 200 200 200 200 200 200 200 200
lab                             | in  200 200 200 200 200 200 200 200 200
library                         | in  200 200 200 200 200 200 200 200 200
labs                            | in  200 200 200 200 200 200 200 200 200
countries                       | in  200 200 200 200 200 200 200 200 200
country                         | in  200 200 200 200 200 200 200 200 200
country nowhere                 | in  404 404 404 404 404 404 404 404 404
organisations                   | in  200 200 200 200 200 200 200 200 200
organisation                    | in  200 200 200 200 200 200 200 200 200
organisation_called             | in  200 200 200 200 200 200 200 200 200

saved_searches                  | in  200 200 200 200 200 200 200 200 200
saved_search_new                | in  200 200 200 200 200 200 200 200 200
saved_search_new POST           | 401 200 200 200 200 200 200 200 200 200
saved_search                    | in  200 404 404 404 404 404 404 404 404
saved_search_edit               | in  200 404 404 404 404 404 404 404 404
saved_search_edit POST          | 401 200 404 404 404 404 404 404 404 404
saved_search_delete             | in  200 404 404 404 404 404 404 404 404
saved_search_delete POST        | 401 200 404 404 404 404 404 404 404 404
saved_searches_stop             | 200 200 200 200 200 200 200 200 200 200
saved_searches_stop POST        | 200 200 200 200 200 200 200 200 200 200
saved_searches_stop unknown     | 404 404 404 404 404 404 404 404 404 404

collections                     | in  200 200 200 200 200 200 200 200 200
collection_new                  | in  200 200 200 200 200 200 200 200 200
collection_new POST             | 401 200 200 200 200 200 200 200 200 200
collection private              | in  200 404 404 404 404 404 404 404 404
collection shared               | in  200 404 200 404 404 404 404 404 404
collection network              | in  200 200 200 200 200 200 200 200 200
collection_edit private         | in  200 404 404 404 404 404 404 404 404
collection_edit network         | in  200 403 403 403 403 403 403 403 403
collection_edit network POST    | 401 200 403 403 403 403 403 403 403 403
collection_sharing shared       | in  200 404 403 404 404 404 404 404 404
collection_sharing network      | in  200 403 403 403 403 403 403 403 403
collection_sharing network POST | 401 200 403 403 403 403 403 403 403 403
collection_delete private       | in  200 404 404 404 404 404 404 404 404
collection_delete network       | in  200 403 403 403 403 403 403 403 403
collection_delete network POST  | 401 200 403 403 403 403 403 403 403 403
collection_entry private        | in  200 404 404 404 404 404 404 404 404
collection_entry network        | in  200 403 403 403 403 403 403 403 403
collection_entry network POST   | 401 200 403 403 403 403 403 403 403 403
collection_move network:up      | in  405 405 405 405 405 405 405 405 405
collection_move network:up POST | 401 200 403 403 403 403 403 403 403 403
collection_move private:up POST | 401 200 404 404 404 404 404 404 404 404
collection_move network:away POST| 401 404 404 404 404 404 404 404 404 404
collection_export_choose private| in  200 404 404 404 404 404 404 404 404
collection_export_choose network| in  200 200 200 200 200 200 200 200 200
collection_export private:json  | in  200 404 404 404 404 404 404 404 404
collection_export network:json  | in  200 200 200 200 200 200 200 200 200
collection_export network:exe   | in  404 404 404 404 404 404 404 404 404
plan_alike draft                | in  200 200 404 404 404 404 200 200 404
plan_alike submitted            | in  200 200 404 404 200 404 200 200 404
plan_alike approved             | in  200 200 200 200 200 200 200 200 200
plan_collect draft              | in  200 200 404 404 404 404 200 200 404
plan_collect submitted          | in  200 200 404 404 200 404 200 200 404
plan_collect approved           | in  200 200 200 200 200 200 200 200 200
plan_collect draft POST         | 401 200 200 404 404 404 404 200 200 404
plan_collect approved POST      | 401 200 200 200 200 200 200 200 200 200

terms organisations             | in  200 200 200 200 200 200 200 200 200
terms nothing-like-it           | in  404 404 404 404 404 404 404 404 404
terms_near methods              | in  200 200 200 200 200 200 200 200 200
terms_near nothing-like-it      | in  404 404 404 404 404 404 404 404 404
portfolio                       | in  200 200 200 200 200 200 200 200 200
portfolio_compare               | in  200 200 200 200 200 200 200 200 200
portfolio_world                 | 200 200 200 200 200 200 200 200 200 200
portfolio_file goals:svg        | in  200 200 200 200 200 200 200 200 200
portfolio_file countries:png    | in  200 200 200 200 200 200 200 200 200
portfolio_file times:csv        | in  200 200 200 200 200 200 200 200 200
portfolio_file goals:exe        | in  404 404 404 404 404 404 404 404 404
portfolio_file people:csv       | in  404 404 404 404 404 404 404 404 404
queue                           | in  403 403 403 403 200 200 200 200 403
region_overview                 | in  403 403 403 403 200 200 200 200 403
nudge                           | in  403 403 403 403 200 403 403 200 403
nudge POST                      | 401 403 403 403 403 200 403 403 200 403

inbox                           | in  200 200 200 200 200 200 200 200 200
inbox_follow                    | in  200 404 404 404 404 404 404 404 404
inbox_read_all                  | in  405 405 405 405 405 405 405 405 405
inbox_read_all POST             | 401 200 200 200 200 200 200 200 200 200
inbox_settings                  | in  200 200 200 200 200 200 200 200 200
inbox_settings POST             | 401 200 200 200 200 200 200 200 200 200
inbox_stop                      | 200 200 200 200 200 200 200 200 200 200
inbox_stop unknown              | 404 404 404 404 404 404 404 404 404 404

plan_start                      | in  200 200 403 403 403 403 200 200 403
plan_start POST                 | 401 200 200 403 403 403 403 200 200 403

plan draft                      | in  200 200 404 404 404 404 200 200 404
plan submitted                  | in  200 200 404 404 200 404 200 200 404
plan changes_requested          | in  200 200 404 404 200 404 200 200 404
plan approved                   | in  200 200 200 200 200 200 200 200 200
plan withdrawn                  | in  200 200 404 404 404 404 200 200 404
plan archived                   | in  200 200 200 200 200 200 200 200 200

plan_export draft:json          | in  200 200 404 404 404 404 200 200 404
plan_export submitted:csv       | in  200 200 404 404 200 404 200 200 404
plan_export changes_requested:markdown | in  200 200 404 404 200 404 200 200 404
plan_export withdrawn:xlsx      | in  200 200 404 404 404 404 200 200 404
plan_export approved:docx       | in  200 200 200 200 200 200 200 200 200
plan_export archived:pdf        | in  200 200 200 200 200 200 200 200 200
plan_export approved:exe        | in  404 404 404 404 404 404 404 404 404
plans_export json               | in  200 200 200 200 200 200 200 200 200
plans_export exe                | in  404 404 404 404 404 404 404 404 404
plans_export json POST          | 401 200 200 200 200 200 200 200 200 200
files                           | in  200 200 200 200 200 200 200 200 200
file                            | in  200 404 404 404 404 404 404 404 404
file_change remove POST         | 401 200 404 404 404 404 404 404 404 404
file_change dance POST          | 401 404 404 404 404 404 404 404 404 404
plans_export_choose             | in  200 200 200 200 200 200 200 200 200
export_schema                   | 200 200 200 200 200 200 200 200 200 200

plan_reflection draft           | in  200 200 404 404 404 404 200 200 404
plan_reflection submitted       | in  200 200 404 404 403 404 200 200 404
plan_reflection approved        | in  200 200 403 403 403 403 200 200 403
plan_reflection archived        | in  403 403 403 403 403 403 403 403 403
plan_reflection_earlier draft   | in  200 200 404 404 404 404 200 200 404
plan_reflection_earlier submitted | in  200 200 404 404 403 404 200 200 404
plan_reflection_earlier approved | in  200 200 403 403 403 403 200 200 403
plan_reflection_earlier archived | in  403 403 403 403 403 403 403 403 403
plan_reflection approved POST   | 401 200 200 403 403 403 403 200 200 403
plan_reflection submitted POST  | 401 409 409 404 404 403 404 409 409 404

plan_history draft              | in  200 200 404 404 404 404 200 200 404
plan_history submitted          | in  200 200 404 404 200 404 200 200 404
plan_history approved           | in  200 200 403 403 200 403 200 200 403
plan_history withdrawn          | in  200 200 404 404 404 404 200 200 404
plan_history archived           | in  200 200 403 403 200 403 200 200 403

plan_dossier draft              | in  200 200 404 404 404 404 200 200 404
plan_dossier submitted          | in  200 200 404 404 200 404 200 200 404
plan_dossier approved           | in  200 200 403 403 200 403 200 200 403
plan_dossier withdrawn          | in  200 200 404 404 404 404 200 200 404
plan_dossier archived           | in  200 200 403 403 200 403 200 200 403

plan_version draft              | in  404 404 404 404 404 404 404 404 404
plan_version submitted          | in  200 200 404 404 200 404 200 200 404
plan_version approved           | in  200 200 403 403 200 403 200 200 403

plan_written draft              | in  200 200 404 404 404 404 200 200 404
plan_written submitted          | in  200 200 404 404 200 404 200 200 404
plan_written approved           | in  200 200 403 403 200 403 200 200 403
plan_written archived           | in  200 200 403 403 200 403 200 200 403
plan_was draft                  | in  200 200 404 404 404 404 200 200 404
plan_was submitted              | in  200 200 404 404 200 404 200 200 404
plan_was approved               | in  200 200 403 403 200 403 200 200 403
plan_was archived               | in  404 404 403 403 404 403 404 404 403
plan_bring_back draft           | in  200 200 404 404 404 404 200 200 404
plan_bring_back submitted       | in  200 200 404 404 403 404 200 200 404
plan_bring_back approved        | in  200 200 403 403 403 403 200 200 403
plan_bring_back archived        | in  403 403 403 403 403 403 403 403 403
plan_bring_back draft POST      | 401 200 200 404 404 404 404 200 200 404
plan_bring_back submitted POST  | 401 200 200 404 404 403 404 200 200 404
plan_bring_back approved POST   | 401 200 200 403 403 403 403 200 200 403
plan_bring_back archived POST   | 401 403 403 403 403 403 403 403 403 403

plan_copy draft                 | in  200 200 404 404 404 404 200 200 404
plan_copy submitted             | in  200 200 404 404 403 404 200 200 404
plan_copy withdrawn             | in  200 200 404 404 404 404 200 200 404
plan_copy approved              | in  200 200 200 200 403 403 200 200 403
plan_copy archived              | in  200 200 200 200 403 403 200 200 403
plan_copy draft POST            | 401 200 200 404 404 404 404 200 200 404
plan_copy approved POST         | 401 200 200 200 200 403 403 200 200 403

plan_here draft                 | in  405 405 405 405 405 405 405 405 405
plan_here draft POST            | 401 200 200 404 404 404 404 200 200 404
plan_here submitted POST        | 401 200 200 404 404 403 404 200 200 404
plan_here approved POST         | 401 200 200 403 403 403 403 200 200 403
plan_here archived POST         | 401 403 403 403 403 403 403 403 403 403
plan_edit draft                 | in  200 200 404 404 404 404 200 200 404
plan_edit submitted             | in  200 200 404 404 403 404 200 200 404
plan_edit changes_requested     | in  200 200 404 404 403 404 200 200 404
plan_edit approved              | in  200 200 403 403 403 403 200 200 403
plan_edit withdrawn             | in  200 200 404 404 404 404 200 200 404
plan_edit archived              | in  403 403 403 403 403 403 403 403 403

plan_here draft                 | in  405 405 405 405 405 405 405 405 405
plan_here draft POST            | 401 200 200 404 404 404 404 200 200 404
plan_here submitted POST        | 401 200 200 404 404 403 404 200 200 404
plan_here approved POST         | 401 200 200 403 403 403 403 200 200 403
plan_here archived POST         | 401 403 403 403 403 403 403 403 403 403
plan_partner_known draft        | in  200 200 404 404 404 404 200 200 404
plan_partner_known submitted    | in  200 200 404 404 403 404 200 200 404
plan_partner_known approved     | in  200 200 403 403 403 403 200 200 403
plan_partner_known archived     | in  403 403 403 403 403 403 403 403 403
plan_section draft              | in  200 200 404 404 404 404 200 200 404
plan_section submitted          | in  200 200 404 404 403 404 200 200 404
plan_section approved           | in  200 200 403 403 403 403 200 200 403
plan_section archived           | in  403 403 403 403 403 403 403 403 403
plan_section draft POST         | 401 200 200 404 404 404 404 200 200 404
plan_section submitted POST     | 401 409 409 404 404 403 404 409 409 404
plan_section approved POST      | 401 409 409 403 403 403 403 409 409 403

plan_picture draft              | in  200 200 404 404 404 404 200 200 404
plan_picture submitted          | in  200 200 404 404 200 404 200 200 404
plan_picture approved           | in  200 200 200 200 200 200 200 200 200
plan_picture withdrawn          | in  200 200 404 404 404 404 200 200 404
plan_picture_send draft         | 405 405 405 405 405 405 405 405 405 405
plan_picture_send draft POST    | 401 200 200 404 404 404 404 200 200 404
plan_picture_send submitted POST | 401 409 409 404 404 403 404 409 409 404
plan_picture_send approved POST | 401 409 409 403 403 403 403 409 409 403
plan_picture_sent draft         | in  200 404 404 404 404 404 404 404 404
plan_picture_sent draft POST    | 401 404 404 404 404 404 404 404 404 404
plan_picture_end draft:finish   | 405 405 405 405 405 405 405 405 405 405
plan_picture_end draft:finish POST | 401 409 404 404 404 404 404 404 404 404
plan_picture_end draft:stop POST | 401 200 200 404 404 404 404 200 200 404

plan_others draft               | in  200 200 404 404 404 404 200 200 404
plan_others submitted           | in  200 200 404 404 403 404 200 200 404
plan_others approved            | in  200 200 403 403 403 403 200 200 403
plan_others archived            | in  403 403 403 403 403 403 403 403 403

plan_act draft:submit           | in  200 200 404 404 404 404 200 200 404
plan_act draft:withdraw         | in  200 200 404 404 404 404 200 200 404
plan_act draft:approve          | in  403 403 404 404 404 404 403 200 404
plan_act submitted:approve      | in  403 403 404 404 200 404 403 200 404
plan_act submitted:recall       | in  200 200 404 404 403 404 200 200 404
plan_act approved:reopen        | in  403 403 403 403 200 403 403 200 403
plan_act withdrawn:restore      | in  200 200 404 404 404 404 200 200 404
plan_act archived:withdraw      | in  200 200 403 403 403 403 200 200 403
plan_act draft:publish          | in  404 404 404 404 404 404 404 404 404
plan_act draft:submit POST      | 401 200 200 404 404 404 404 200 200 404
plan_act submitted:approve POST | 401 403 403 404 404 200 404 403 200 404
plan_act approved:reopen POST   | 401 403 403 403 403 200 403 403 200 403

plan_review draft               | in  403 403 404 404 404 404 403 200 404
plan_review submitted           | in  403 403 404 404 200 404 403 200 404
plan_review approved            | in  403 403 403 403 200 403 403 200 403
plan_review submitted POST      | 401 403 403 404 404 200 404 403 200 404
plan_review approved POST       | 401 403 403 403 403 200 403 403 200 403
plan_review_discard submitted   | in  403 403 404 404 200 404 403 200 404
plan_review_discard submitted POST | 401 403 403 404 404 200 404 403 200 404
plan_review_sent submitted      | in  200 200 404 404 200 404 200 200 404
plan_review_sent approved       | in  200 200 403 403 200 403 200 200 403
plan_claim submitted            | in  405 405 405 405 405 405 405 405 405
plan_claim submitted POST       | 401 403 403 404 404 200 404 403 200 404
plan_claim approved POST        | 401 403 403 403 403 200 403 403 200 403
plan_next submitted             | in  403 403 404 404 200 404 200 200 404
plan_next approved              | in  403 403 403 403 200 200 200 200 403
plan_previous submitted         | in  403 403 404 404 200 404 200 200 404
plan_previous draft             | in  403 403 404 404 404 404 200 200 404
plan_hand_over submitted        | in  403 403 404 404 200 404 403 200 404
plan_hand_over submitted POST   | 401 403 403 404 404 200 404 403 200 404
plan_people draft               | in  200 200 404 404 404 404 200 200 404
plan_people submitted           | in  200 200 404 404 200 404 200 200 404
plan_people approved            | in  200 200 403 403 200 403 200 200 403
plan_mute submitted             | in  405 405 405 405 405 405 405 405 405
plan_mute submitted POST        | 401 200 200 404 404 200 404 200 200 404
plan_mute approved POST         | 401 200 200 403 403 200 403 200 200 403
draft_keep submitted            | in  405 405 405 405 405 405 405 405 405
draft_keep submitted POST       | 401 200 200 404 404 200 404 200 200 404
draft_keep approved POST        | 401 200 200 403 403 200 403 200 200 403

comment_edit submitted          | in  403 403 404 404 200 404 403 403 404
comment_edit approved           | in  403 403 403 403 200 403 403 403 403
comment_edit submitted POST     | 401 403 403 404 404 200 404 403 403 404
comment_delete submitted        | in  403 403 404 404 200 404 403 403 404
comment_delete submitted POST   | 401 403 403 404 404 200 404 403 403 404
thread_mute submitted           | in  405 405 405 405 405 405 405 405 405
thread_mute submitted POST      | 401 200 200 404 404 200 404 200 200 404
thread_mute approved POST       | 401 200 200 403 403 200 403 200 200 403
thread_new draft                | in  403 403 404 404 404 404 403 200 404
thread_new submitted            | in  403 403 404 404 200 404 403 200 404
thread_new approved             | in  403 403 403 403 200 403 403 200 403
thread_new submitted POST       | 401 403 403 404 404 200 404 403 200 404
thread_reply submitted          | in  200 200 404 404 200 404 200 200 404
thread_reply submitted POST     | 401 200 200 404 404 200 404 200 200 404
thread_reply approved           | in  200 200 403 403 200 403 200 200 403
thread_reply approved POST      | 401 200 200 403 403 200 403 200 200 403
thread_step submitted:address   | in  200 200 404 404 403 404 200 200 404
thread_step submitted:resolve   | in  403 403 404 404 200 404 403 200 404
thread_step submitted:resolve POST | 401 403 403 404 404 200 404 403 200 404
thread_step submitted:address POST | 401 200 200 404 404 403 404 200 200 404
thread_step approved:resolve    | in  403 403 403 403 200 403 403 200 403
suggestion_apply submitted      | in  200 200 404 404 403 404 200 200 404
suggestion_apply approved       | in  200 200 403 403 403 403 200 200 403
suggestion_apply submitted POST | 401 200 200 404 404 403 404 200 200 404
suggestion_decline submitted    | in  200 200 404 404 403 404 200 200 404
suggestion_decline approved     | in  200 200 403 403 403 403 200 200 403
suggestion_decline submitted POST | 401 200 200 404 404 403 404 200 200 404
thread_step submitted:forget    | in  404 404 404 404 404 404 404 404 404

api_begin                       | 200 200 200 200 200 200 200 200 200 200
access_keys                     | in  200 200 200 200 200 200 200 200 200
access_keys POST                | 401 200 200 200 200 200 200 200 200 200
access_key_revoke               | in  200 404 404 404 404 404 404 404 404
access_key_revoke POST          | 401 200 404 404 404 404 404 404 404 404
api:openapi                     | 200 200 200 200 200 200 200 200 200 200
api:nowhere                     | 404 404 404 404 404 404 404 404 404 404
api:plans                       | 401 401 401 401 401 401 401 401 401 401
api:plan approved               | 401 401 401 401 401 401 401 401 401 401
api:plan draft                  | 401 401 401 401 401 401 401 401 401 401
api:reflection archived         | 401 401 401 401 401 401 401 401 401 401
api:terms methods               | 401 401 401 401 401 401 401 401 401 401
api:portfolio                   | 401 401 401 401 401 401 401 401 401 401
api:regions                     | 401 401 401 401 401 401 401 401 401 401
api:countries                   | 401 401 401 401 401 401 401 401 401 401
api:labs                        | 401 401 401 401 401 401 401 401 401 401
api:cycles                      | 401 401 401 401 401 401 401 401 401 401

profile                         | in  200 200 200 200 200 200 200 200 200
absences                        | in  403 403 403 403 200 200 200 200 403
unsent                          | in  200 200 200 200 200 200 200 200 200
unsent POST                     | 401 200 200 200 200 200 200 200 200 200
absences POST                   | 401 403 403 403 403 200 200 200 200 403
absence_end                     | in  405 405 405 405 405 405 405 405 405
absence_end POST                | 401 404 404 404 404 200 404 404 200 404
signed_in_again                 | in  200 200 200 200 200 200 200 200 200
my_people                       | in  200 200 200 200 200 200 200 200 200
people                          | in  200 200 404 404 404 404 200 200 404
people POST                     | 401 403 200 404 404 404 404 403 200 404
people_role                     | 405 405 405 405 405 405 405 405 405 405
people_role POST                | 401 403 200 404 404 404 404 403 200 404
people_remove                   | in  403 200 404 404 404 404 403 200 404
people_remove POST              | 401 403 200 404 404 404 404 403 200 404
people_resend                   | 405 405 405 405 405 405 405 405 405 405
people_resend POST              | 401 403 200 404 404 404 404 403 200 404
people_cancel                   | 405 405 405 405 405 405 405 405 405 405
people_cancel POST              | 401 403 200 404 404 404 404 403 200 404
invitation                      | 200 403 403 403 403 403 403 403 403 403
invitation unknown              | 404 404 404 404 404 404 404 404 404 404

account_login                   | in  200 200 200 200 200 200 200 200 200
account_logout                  | in  200 200 200 200 200 200 200 200 200
account_signup                  | 200 200 200 200 200 200 200 200 200 200
account_inactive                | 200 200 200 200 200 200 200 200 200 200
account_reauthenticate          | in  200 200 200 200 200 200 200 200 200
account_email                   | in  200 200 200 200 200 200 200 200 200
account_email_verification_sent | 200 200 200 200 200 200 200 200 200 200
account_confirm_email           | 200 200 200 200 200 200 200 200 200 200
account_change_password         | in  200 200 200 200 200 200 200 200 200
account_set_password            | in  200 200 200 200 200 200 200 200 200
account_reset_password          | 200 200 200 200 200 200 200 200 200 200
account_reset_password_done     | 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key | 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done | 200 200 200 200 200 200 200 200 200 200
account_confirm_login_code      | in  200 200 200 200 200 200 200 200 200
mfa_index                       | in  200 200 200 200 200 200 200 200 200
mfa_authenticate                | in  200 200 200 200 200 200 200 200 200
mfa_reauthenticate              | in  200 200 200 200 200 200 200 200 200
mfa_activate_totp               | in  200 200 200 200 200 200 200 200 200
mfa_deactivate_totp             | in  404 404 404 404 404 404 404 404 404
mfa_view_recovery_codes         | in  404 404 404 404 404 404 404 404 404
mfa_generate_recovery_codes     | in  200 200 200 200 200 200 200 200 200
mfa_download_recovery_codes     | in  404 404 404 404 404 404 404 404 404
mfa_list_webauthn               | in  200 200 200 200 200 200 200 200 200
mfa_add_webauthn                | in  200 200 200 200 200 200 200 200 200
mfa_reauthenticate_webauthn     | in  200 200 200 200 200 200 200 200 200
mfa_remove_webauthn             | in  200 200 200 200 200 200 200 200 200
mfa_edit_webauthn               | in  200 200 200 200 200 200 200 200 200
mfa_login_webauthn              | in  200 200 200 200 200 200 200 200 200
usersessions_list               | in  200 200 200 200 200 200 200 200 200

admin:index                     | in  403 403 403 403 403 403 403 200 200
admin:login                     | in  403 403 403 403 403 403 403 200 200
admin:logout                    | in  403 403 403 403 403 403 403 405 405
admin:password_change           | in  403 403 403 403 403 403 403 200 200
admin:password_change_done      | in  403 403 403 403 403 403 403 200 200
admin:autocomplete              | in  403 403 403 403 403 403 403 403 403
admin:jsi18n                    | in  403 403 403 403 403 403 403 200 200
admin:view_on_site              | in  403 403 403 403 403 403 403 404 404
admin:app_list                  | in  403 403 403 403 403 403 403 200 200

admin:plans_thematicarea_proposals| in  403 403 403 403 403 403 403 200 200
admin:plans_thematicarea_duplicates| in  403 403 403 403 403 403 403 200 200
admin:plans_thematicarea_bulk   | in  403 403 403 403 403 403 403 200 200
admin:plans_thematicarea_codebook| in  403 403 403 403 403 403 403 200 200
admin:plans_datasource_proposals| in  403 403 403 403 403 403 403 200 200
admin:plans_datasource_duplicates| in  403 403 403 403 403 403 403 200 200
admin:plans_datasource_bulk     | in  403 403 403 403 403 403 403 200 200
admin:plans_datasource_codebook | in  403 403 403 403 403 403 403 200 200
admin:plans_method_proposals    | in  403 403 403 403 403 403 403 200 200
admin:plans_method_duplicates   | in  403 403 403 403 403 403 403 200 200
admin:plans_method_bulk         | in  403 403 403 403 403 403 403 200 200
admin:plans_method_codebook     | in  403 403 403 403 403 403 403 200 200
admin:plans_sector_proposals    | in  403 403 403 403 403 403 403 200 200
admin:plans_sector_duplicates   | in  403 403 403 403 403 403 403 200 200
admin:plans_sector_bulk         | in  403 403 403 403 403 403 403 200 200
admin:plans_sector_codebook     | in  403 403 403 403 403 403 403 200 200
admin:plans_organisation_proposals| in  403 403 403 403 403 403 403 200 200
admin:plans_organisation_duplicates| in  403 403 403 403 403 403 403 200 200
admin:plans_organisation_bulk   | in  403 403 403 403 403 403 403 200 200
admin:plans_organisation_codebook| in  403 403 403 403 403 403 403 200 200
admin:plans_sdg_codebook        | in  403 403 403 403 403 403 403 200 200
admin:plans_stagename_codebook  | in  403 403 403 403 403 403 403 200 200
admin:plans_archive_bring_in    | in  403 403 403 403 403 403 403 200 403
admin:plans_archive_report      | in  403 403 403 403 403 403 403 404 403
admin:plans_reflection_link     | in  403 403 403 403 403 403 403 200 403
"""

# The pages of the administration by table: list, add, history, delete, change; first for network
# managers, then for taxonomy managers. "lost" is Django's way to say that there is no such row.
# Nobody else gets beyond the door.
ADMIN = """
accounts_invitation                | 200 200 200 403 200 | 403 403 403 403 403
accounts_user                      | 200 403 200 403 200 | 403 403 403 403 403
accounts_membership                | 200 200 200 200 200 | 403 403 403 403 403
accounts_reviewer                  | 200 200 200 200 200 | 403 403 403 403 403
accounts_region                    | 200 200 200 200 200 | 403 403 403 403 403
accounts_country                   | 200 200 200 200 200 | 403 403 403 403 403
accounts_lab                       | 200 200 200 200 200 | 403 403 403 403 403
auth_group                         | 403 403 403 403 403 | 403 403 403 403 403

plans_cycle                        | 200 200 200 200 200 | 403 403 403 403 403
plans_extension                    | 200 200 200 403 200 | 403 403 403 403 403
plans_accesskey                    | 200 403 200 403 200 | 403 403 403 403 403
plans_archivepage                  | 200 403 200 403 200 | 403 403 403 403 403
plans_reflection                   | 200 403 200 403 200 | 403 403 403 403 403
plans_event                        | 200 403 200 403 200 | 403 403 403 403 403
plans_notification                 | 200 403 200 403 200 | 403 403 403 403 403
plans_plan                         | 200 403 200 403 200 | 403 403 lost 403 403
plans_question                     | 200 403 200 403 200 | 403 403 403 403 403
plans_thread                       | 200 403 200 403 200 | 403 403 403 403 403
plans_comment                      | 200 403 200 403 200 | 403 403 403 403 403
plans_review                       | 200 403 200 403 200 | 403 403 403 403 403
plans_version                      | 200 403 200 403 200 | 403 403 403 403 403

plans_thematicarea                 | 200 200 200 200 200 | 200 200 200 403 200
plans_datasource                   | 200 200 200 200 200 | 200 200 200 403 200
plans_method                       | 200 200 200 200 200 | 200 200 200 403 200
plans_sector                       | 200 200 200 200 200 | 200 200 200 403 200
plans_organisation                 | 200 200 200 200 200 | 200 200 200 403 200
plans_merge                        | 200 403 200 403 200 | 200 403 200 403 200
plans_split                        | 200 403 200 403 200 | 200 403 200 403 200
plans_sdg                          | 200 403 200 403 200 | 200 403 200 403 200
plans_stagename                    | 200 403 200 403 200 | 200 403 200 403 200

account_emailaddress               | 403 403 403 403 403 | 403 403 403 403 403
mfa_authenticator                  | 403 403 lost 403 403 | 403 403 lost 403 403
usersessions_usersession           | 403 403 lost 403 403 | 403 403 lost 403 403
django_tasks_database_dbtaskresult | 403 403 403 403 403 | 403 403 403 403 403
"""


def rows(table: str) -> dict[str, list[str]]:
    """A table as what stands left of the bar, and the outcomes right of it."""
    answer = {}
    for line in table.splitlines():
        if line.strip():
            name, _bar, outcomes = line.partition("|")
            answer[name.strip()] = outcomes.replace("|", " ").split()
    return answer


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every address there is, by its name."""

    def walk(parts: list[Any], space: str) -> Iterator[tuple[str, URLPattern]]:
        for part in parts:
            if isinstance(part, URLPattern):
                yield f"{space}{part.name or part.pattern}", part
            else:
                inner = f"{part.namespace}:" if part.namespace else ""
                yield from walk(part.url_patterns, space + inner)

    return walk(get_resolver().url_patterns, "")


UNNAMED = {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}
"""Django's own: the old form of a row's address, which leads to the new one, and every other
address below /admin/, which is nowhere."""

MODELS = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
UNREAD = ("account_logout", "admin:logout", "invitation")
"""Pages that are not looked through: two sign out, and one is of an address for that address."""

PAGES = ("changelist", "add", "history", "delete", "change")


@pytest.fixture(scope="module")
def built(kept: None) -> World:
    """The world as it is before a test, with its secrets, made once."""
    world = World(personas.build())
    world.secrets = secrets_of(world)
    return world


@pytest.fixture
def world(built: World, db: None) -> World:
    """The network with a plan in every state, threads, and an open invitation.

    What a test writes to the database is undone after it; what it does to these copies stays there.
    """
    return deepcopy(built)


class World:
    """Plans by state, and where every row of the table leads."""

    secrets: dict[str, set[str]]
    """Unmistakable words by what they are part of, once they have been put there."""

    def __init__(self, network: Network) -> None:
        self.network = network
        reviewer = network["reviewer"]
        self.plans = {
            state: network.plan(state, title=f"A {state} plan", cycle=CycleFactory.create())
            for state in ("draft", "submitted", "changes_requested", "approved", "withdrawn")
        }
        self.plans["archived"] = network.plan("archived")
        brought = authoring.Arrived(
            network.lab,
            network.cycle,
            "reflection.md",
            "# Zq",
            reflection=ReflectionDocument(title="What we learned", insights=("Ask first.",)),
        )
        found = authoring.bring_in(brought, actor=network["network_manager"]).reflection
        assert found is not None
        self.reflection = found
        self.threads = {
            state: sent_thread(
                self.plans[state], "plan", "Who pays?", actor=reviewer, must_fix=False
            )
            for state in ("submitted", "approved")
        }
        self.proposals = {
            state: sent_thread(
                self.plans[state],
                "challenge.background",
                "Plainer?",
                actor=reviewer,
                must_fix=False,
                instead="It is dry.",
            )
            for state in ("submitted", "approved")
        }
        self.illustrate()
        self.collect()
        manager = network["network_manager"]
        until = network.cycle.closes_at + dt.timedelta(days=1)
        scheduling.extend(network.lab, network.cycle, until=until, actor=manager)
        merging.merge([MethodFactory.create()], MethodFactory.create(), actor=manager)
        one, *others = (MethodFactory.create() for _method in range(3))
        splitting.split(one, others, actor=manager)
        Question.objects.create(section="title", field="title", label="Title")
        StageName.objects.create(stage="test")
        EmailAddress.objects.create(user=network.people["member"], email="m@example.org")
        send_waiting.enqueue()
        self.invitation = Invitation.objects.create(
            email="new@example.org", lab=network.lab, invited_by=network["lead"]
        )
        self.notice = Notification.objects.filter(
            recipient=network.people["member"], event__plan=self.plans["approved"]
        )[0]
        self.membership = Membership.objects.get(user=network.people["reviewer_in_lab"])
        self.key = keys.make("A map", ["plans"], dt.timedelta(days=9), actor=network["member"]).key
        later = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=30)
        self.absence = Absence.objects.create(
            reviewer=Reviewer.objects.get(user=network.people["reviewer"]),
            stand_in=network.people["other_reviewer"],
            begins_at=later,
            ends_at=later + dt.timedelta(days=1),
        )
        self.look_up()

    def look_up(self) -> None:
        """The numbers that addresses need besides: looked up once, not for every address."""
        self.country = self.network.lab.countries.all()[0].pk
        self.organisation = Organisation.objects.order_by("pk")[0].pk
        self.comments = {state: one.comments.all()[0].pk for state, one in self.threads.items()}
        self.entries = {way: one.entries.all()[0].pk for way, one in self.collections.items()}
        self.reviews = {
            state: plan.reviews.filter(closed_at__isnull=False).values_list("pk", flat=True).first()
            for state, plan in self.plans.items()
        }

    def collect(self) -> None:
        """A collection for each way to share one, with an approved plan in it; a saved search."""
        member = self.network["member"]
        self.search = watching.keep("q=wells", "Wells", "daily", actor=member)
        asked = preparing.ask("json", "json", "", actor=member, of=1)
        self.file = preparing.take(asked.pk) or asked
        preparing.finish(self.file, b"{}", "json", [self.plans["approved"].pk], [])
        self.collections = {way: collecting.make(way, actor=member) for way in Openness.values}
        for way, one in self.collections.items():
            collecting.add(one, self.plans["approved"], actor=member)
            collecting.open_to(one, way, actor=member)
        address = self.network.people["other_member"].email
        collecting.share(self.collections["shared"], address, actor=member)

    def illustrate(self) -> None:
        """A picture in every plan, and another one on its way to the draft."""
        member, draft = self.network["member"], self.plans["draft"]
        self.item = draft.evidence.order_by("position")[0]
        given = authoring.give_picture(draft, self.item.pk, jpeg(), actor=member)
        assert given.picture is not None
        self.pictures = {
            state: as_one_of(plan, given.picture, actor=member)
            for state, plan in self.plans.items()
        }
        self.upload = authoring.begin_sending(draft, self.item.pk, 100, "", actor=member)

    def address(self, name: str, which: str) -> str:
        """The address of a row of the table."""
        state, _colon, act = which.partition(":")
        plan, thread = self.plans.get(state), self.threads.get(state)
        comment = self.comments.get(state)
        slug = self.network.lab.slug
        collection, entry = self.collections.get(state), self.entries.get(state)
        given: dict[str, tuple[Any, ...]] = {
            "lab": (slug,),
            "country": (which or self.country,),
            "organisation": (self.organisation,),
            **dict.fromkeys(
                ("saved_search", "saved_search_edit", "saved_search_delete"), (self.search.pk,)
            ),
            "saved_searches_stop": (which or watching.stop_token(self.network.people["member"]),),
            "collection_entry": (collection and collection.pk, collection and entry),
            "collection_move": (collection and collection.pk, collection and entry, act),
            "collection_export": (collection and collection.pk, act),
            "terms": (which,),
            "terms_near": (which,),
            "plan_start": (slug,),
            "plan_version": (plan and plan.pk, 1),
            "plan_was": (plan and plan.pk, 1),
            "plan_section": (plan and plan.pk, "challenge"),
            "plan_others": (plan and plan.pk, "challenge", "background"),
            "plan_act": (plan and plan.pk, act),
            "plan_picture": (plan and plan.pk, plan and self.pictures[state].pk, "large"),
            "plan_picture_sent": (plan and plan.pk, self.upload.pk),
            "plan_picture_end": (plan and plan.pk, self.upload.pk, act),
            "nudge": (slug, self.network.cycle.slug),
            "inbox_follow": (self.notice.pk,),
            "inbox_stop": (which or stop_token(self.network.people["member"], Topic.TALK),),
            "plan_review_sent": (plan and plan.pk, self.reviews.get(state)),
            "draft_keep": (plan and plan.pk,),
            "comment_edit": (comment,),
            "comment_delete": (comment,),
            "thread_mute": (thread and thread.pk,),
            "thread_reply": (thread and thread.pk,),
            "thread_step": (thread and thread.pk, act),
            "suggestion_apply": (thread and self.proposals[state].pk,),
            "suggestion_decline": (thread and self.proposals[state].pk,),
            "people": (slug,),
            "people_role": (slug, self.membership.pk),
            "people_remove": (slug, self.membership.pk),
            "people_resend": (slug, self.invitation.pk),
            "people_cancel": (slug, self.invitation.pk),
            "invitation": (which or self.invitation.key,),
            "absence_end": (self.absence.pk,),
            "access_key_revoke": (self.key.pk,),
            "api:plan": (plan and plan.pk,),
            "api:reflection": (plan and plan.pk,),
            "api:terms": (which,),
            "account_confirm_email": ("nonsense",),
            "account_reset_password_from_key": ("1", "nonsense"),
            "mfa_remove_webauthn": (1,),
            "mfa_edit_webauthn": (1,),
            "plan_export": (plan and plan.pk, act),
            "plans_export": (which,),
            "file": (self.file.pk,),
            "file_change": (self.file.pk, which),
            "portfolio_file": (state, act),
            "admin:plans_archive_report": (1,),
            "admin:plans_reflection_link": (self.reflection.pk,),
            "admin:view_on_site": (1, 1),
            "admin:app_list": ("plans",),
        }
        if name == "plan_bring_back" and plan:
            return reverse(name, args=(plan.pk,)) + "?place=challenge&revision=0"
        if name not in given and collection:
            return reverse(name, args=(collection.pk,))
        if name not in given and name.startswith(("plan_", "plan", "thread_")) and plan:
            return reverse(name, args=(plan.pk,))
        return reverse(name, args=given.get(name, ()))

    def sent(self, name: str) -> dict[str, str]:
        """What a form of that page holds."""
        return {
            "plan_section": {"background": "Changed."},
            "plan_here": {"section": "challenge", "since": "0"},
            "plan_act": {"note": "A reason."},
            "plan_picture_send": {"row": str(self.item.pk), "size": "100"},
            "plan_copy": {"sections": "challenge", "cycle": str(self.network.cycle.pk)},
            "plan_bring_back": {"place": "challenge.background", "revision": "0", "seen": "1"},
            "thread_new": {"on": "plan", "text": "Say more."},
            "thread_reply": {"text": "Since 2021."},
            "suggestion_decline": {"reason": "It is wet."},
            "plan_collect": {"collection": "new", "name": "Wells to read"},
            "saved_search_new": {"name": "All", "how_often": "weekly"},
            "saved_search_edit": {"name": "All wells", "how_often": "never"},
            "collection_new": {"name": "Wells to read"},
            "collection_edit": {"name": "Wells to read"},
            "collection_sharing": {"do": "share", "reader": "new@example.org"},
            "collection_entry": {"note": "Because."},
            "nudge": {"text": "Two weeks are left."},
            "inbox_settings": dict.fromkeys(Topic.values, "daily"),
            "plan_review": {"decision": "approved", "summary": "Well thought out."},
            "plan_hand_over": {"note": "I am away."},
            "draft_keep": {"at": "new:plan", "text": "And wh"},
            "comment_edit": {"text": "Who pays for it?"},
            "people": {"email": "another@example.org", "role": "member"},
            "people_role": {"role": "lead"},
            "access_keys": {"name": "A site", "scopes": "plans", "lasts": "30"},
        }.get(name, {})


def visitor(network: Network, persona: str) -> Client:
    """A browser in which that persona is signed in."""
    client = Client()
    if persona != "anonymous":
        client.force_login(network.people[persona])
    return client


def ask(client: Client, address: str, sent: dict[str, str] | None = None) -> Any:
    """The answer to which an address leads in the end; whatever was written is undone."""
    mark = transaction.savepoint()
    if sent is None:
        response = client.get(address, follow=True)
    else:
        response = client.post(address, sent, follow=True)
    transaction.savepoint_rollback(mark)
    return response


def outcome(response: Any, address: str) -> str:
    """What somebody got who asked for that address."""
    arrived = response.request["PATH_INFO"]
    if response.status_code == 200 and arrived == reverse("account_login"):
        return "in"
    if arrived == reverse("admin:index") and address not in (arrived, reverse("admin:login")):
        return "lost"
    return str(response.status_code)


def administered(world: World) -> Iterator[tuple[str, str, str]]:
    """Every page of every table of the administration: the table, the page, its address."""
    for model in admin.site._registry:
        meta = model._meta
        row = model._default_manager.order_by("pk").first()
        name = f"{meta.app_label}_{meta.model_name}"
        for page in PAGES:
            args = () if page in ("changelist", "add") else (row.pk if row else 1,)
            yield name, page, reverse(f"admin:{name}_{page}", args=args)


def test_every_address_has_a_row() -> None:
    named = {name.split()[0] for name in rows(TABLE)}
    administered = {f"admin:{model}_{page}" for model in MODELS for page in PAGES}

    assert {name for name, _pattern in patterns()} == (
        named | administered | UNNAMED | {"admin:auth_user_password_change"}
    )
    assert set(rows(ADMIN)) == set(MODELS)


# -- nothing of one lab at another -----------------------------------------------------------------

HIDDEN = ("draft", "submitted", "changes_requested", "withdrawn")
SAID = ("threads", "not sent", "among reviewers")
HIDDEN_FROM: dict[str, tuple[str, ...]] = {
    "anonymous": (*HIDDEN, "approved", "archived", "people", *SAID),
    "other_member": (*HIDDEN, "people", *SAID),
    "other_region_member": (*HIDDEN, "people", *SAID),
    "other_reviewer": (*HIDDEN, "people", *SAID),
    "taxonomy_manager": (*HIDDEN, "people", *SAID),
    "member": ("not sent", "among reviewers"),
    "lead": ("not sent", "among reviewers"),
    "reviewer_in_lab": ("not sent", "among reviewers"),
    "network_manager": ("not sent",),
    "reviewer": ("draft", "withdrawn"),
}
"""The secrets that are not for each."""


def secrets_of(world: World) -> dict[str, set[str]]:
    """Put unmistakable words everywhere, and answer them by what they are part of."""
    secrets: dict[str, set[str]] = {}
    for state, plan in world.plans.items():
        texts = {name: f"Zq7 {state} {name} Xw9" for name in [*WORDS, "title"]}
        this = Plan.objects.filter(pk=plan.pk)
        # The text of an approved plan stays as it is, so it is not approved for a moment.
        this.update(state="changes_requested" if state == "approved" else state, **texts)
        changed = {
            f"Zq7 {state} partner Xw9": plan.partners.update(name=f"Zq7 {state} partner Xw9"),
            f"Zq7 {state} item Xw9": plan.evidence.update(text=f"Zq7 {state} item Xw9"),
            f"Zq7 {state} question Xw9": plan.learning_questions.update(
                question=f"Zq7 {state} question Xw9"
            ),
        }
        this.update(state=state)
        secrets[state] = {*texts.values(), *(words for words, count in changed.items() if count)}
    member, reviewer = world.network["member"], world.network["reviewer"]
    secrets["threads"] = {"Zq7 comment Xw9", "Zq7 reply Xw9", "Zq7 note Xw9"}
    for thread in world.threads.values():
        reviewing.reply(thread, "Zq7 reply Xw9", actor=member)
    reviewing.open_thread(world.plans["approved"], "plan", "Zq7 comment Xw9", actor=reviewer)
    secrets["not sent"] = {"Zq7 pending Xw9", "Zq7 answer Xw9", "Zq7 summary Xw9", "Zq7 typed Xw9"}
    secrets["not sent"].add("Zq7proposedXw9")
    submitted, thread = world.plans["submitted"], world.threads["submitted"]
    reviewing.open_thread(submitted, "plan", "Zq7 pending Xw9", actor=reviewer)
    reviewing.open_thread(
        submitted, "challenge.background", "", actor=reviewer, instead="Zq7proposedXw9"
    )
    reviewing.reply(thread, "Zq7 answer Xw9", actor=reviewer)
    reviewing.keep(submitted, actor=reviewer, summary="Zq7 summary Xw9", marks={})
    reviewing.keep_draft(submitted, "new:challenge", "Zq7 typed Xw9", actor=reviewer)
    secrets["among reviewers"] = {"Zq7 among Xw9"}
    reviewing.open_thread(submitted, "plan", "Zq7 among Xw9", actor=reviewer, for_reviewers=True)
    Event.objects.bulk_create(
        [
            Event(
                kind="approve",
                plan=plan,
                lab=plan.lab,
                cycle=plan.cycle,
                actor=reviewer,
                acted_as="reviewer",
                note="Zq7 note Xw9",
            )
            for plan in world.plans.values()
        ]
    )
    people = ("member", "lead", "reviewer_in_lab", "reviewer")
    secrets["people"] = {
        words
        for name in people
        for person in [world.network.people[name]]
        for words in (person.name, person.email)
    } | {world.invitation.email}
    return secrets


def pages(world: World) -> list[str]:
    """Every address that can be asked for, searches for what nobody should find as well."""
    named = [row.split() for row in rows(TABLE) if "POST" not in row]
    return [
        *(
            world.address(name, rest[0] if rest else "")
            for name, *rest in named
            if name not in UNREAD
        ),
        *(address for _name, _page, address in administered(world)),
        *searches(world),
    ]


def searches(world: World) -> list[str]:
    """Searches for what nobody should find."""
    return [
        *(reverse("library") + f"?{key}=Zq7" for key in ("q", "search", "lab", "page", "text")),
        *(
            reverse("library") + f"?q={words}&more=theme"
            for words in ("Zq8", "Zq7+draft", "Xw9", "%22Zq7+draft%22", "-nothing")
        ),
        *(reverse("queue") + f"?{key}=Zq7" for key in ("q", "search", "lab")),
        *(f"{reverse('library')}?lab={world.network.lab.pk}&state={state}" for state in HIDDEN),
    ]


def text_of(response: Any) -> str:
    """All that came back, as a person could read it: headers, and where it led on the way.

    Of an archive, all that is in it.
    """
    body = b"".join(response) if response.streaming else response.content
    if response["Content-Type"] == "application/zip":
        packed = ZipFile(BytesIO(body))
        body = b"".join(packed.read(name) for name in packed.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    on_the_way = " ".join(address for address, _status in getattr(response, "redirect_chain", ()))
    return unescape(body.decode(errors="replace")) + headers + on_the_way


def leaked(world: World, persona: str, read: dict[str, str]) -> set[tuple[str, str]]:
    """Which secrets that persona has read, and where, that are not for them."""
    found = {
        (address, secret)
        for address, text in read.items()
        for part in HIDDEN_FROM[persona]
        for secret in world.secrets[part]
        if secret in text
    }
    if persona == "other_reviewer":  # Reviewers choose who stands in for them among each other.
        found -= {(reverse("absences"), name) for name in ("Rosa Reviewer", "Rita Both")}
    # Who shares a collection is named on it.
    return found - {(one.get_absolute_url(), "Mira Member") for one in world.collections.values()}


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_gets_what_the_table_says_and_nothing_that_is_not_for_them(
    world: World, persona: str
) -> None:
    column = PERSONAS.index(persona)
    client = visitor(world.network, persona)

    found, read = {}, {}
    for row in rows(TABLE):
        name, *rest = row.split()
        sent = world.sent(name) if "POST" in rest else None
        address = world.address(name, next((word for word in rest if word != "POST"), ""))
        if name == "account_logout":
            client.get(reverse(name))
        answer = ask(client, address, sent)
        found[row] = outcome(answer, address)
        if sent is None and name not in UNREAD:
            read[address] = text_of(answer)
    read |= {address: text_of(client.get(address)) for address in searches(world)}

    expected = {row: outcomes[column] for row, outcomes in rows(TABLE).items()}
    assert {row: got for row, got in found.items() if got != expected[row]} == {}
    assert leaked(world, persona, read) == set()


@pytest.mark.parametrize("persona", ["network_manager", "taxonomy_manager"])
def test_what_administrators_get(world: World, persona: str) -> None:
    client = visitor(world.network, persona)
    found: dict[str, list[str]] = {}
    read = {}
    for name, _page, address in administered(world):
        answer = ask(client, address)
        found.setdefault(name, []).append(outcome(answer, address))
        read[address] = text_of(answer)

    half = slice(0, 5) if persona == "network_manager" else slice(5, 10)
    expected = {name: outcomes[half] for name, outcomes in rows(ADMIN).items()}
    assert {name: got for name, got in found.items() if got != expected[name]} == {}
    assert leaked(world, persona, read) == set()


@pytest.mark.parametrize(
    "persona", [name for name in PERSONAS if name not in ("network_manager", "taxonomy_manager")]
)
def test_everybody_else_is_sent_to_the_door_of_the_administration(
    world: World, persona: str
) -> None:
    client = visitor(world.network, persona)
    door = reverse("admin:login")
    addresses = [address for _name, _page, address in administered(world)]
    addresses += [reverse("admin:auth_user_password_change", args=(1,)), "/admin/nowhere/"]

    answers = {address: client.get(address) for address in addresses}

    locations = {answer.headers.get("Location", "") for answer in answers.values()}
    assert {location.partition("?")[0] for location in locations} == {door}
    read = {address: text_of(answer) for address, answer in answers.items()}
    assert leaked(world, persona, read) == set()


@pytest.mark.parametrize("persona", ["network_manager", "taxonomy_manager"])
def test_administrators_do_not_set_passwords(world: World, persona: str) -> None:
    client = visitor(world.network, persona)
    for name in ("member", "network_manager"):
        pk = world.network.people[name].pk
        address = reverse("admin:auth_user_password_change", args=(pk,))
        assert outcome(ask(client, address), address) == "403"


def test_the_words_that_are_looked_for_can_be_found(world: World) -> None:
    missing = set().union(*world.secrets.values())
    for persona in ("member", "reviewer", "network_manager"):
        client = visitor(world.network, persona)
        for address in pages(world) if missing else ():
            text = text_of(client.get(address))
            missing -= {secret for secret in missing if secret in text}
            if not missing:
                break

    assert missing == set()


def test_nobody_of_another_lab_is_told_of_anything(world: World) -> None:
    assert set(Notification.objects.values_list("recipient__name", flat=True)) == {
        "Mira Member",
        "Leo Lead",
        "Rita Both",
        "Rosa Reviewer",
    }
