"""The addresses of the plans app."""

from django.urls import path

from plans.views import (
    acts,
    authoring,
    going_back,
    home,
    inbox,
    library,
    reading,
    regions,
    review,
    threads,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("labs/<slug:slug>/", home.lab, name="lab"),
    path("labs/<slug:slug>/plans/new/", authoring.start, name="plan_start"),
    path("plans/", library.library, name="library"),
    path("plans/<int:pk>/", reading.plan, name="plan"),
    path("plans/<int:pk>/versions/<int:number>/", reading.version, name="plan_version"),
    path("plans/<int:pk>/history/", reading.history, name="plan_history"),
    path("plans/<int:pk>/written/", going_back.written, name="plan_written"),
    path("plans/<int:pk>/written/<int:revision>/", going_back.as_it_was, name="plan_was"),
    path("plans/<int:pk>/bring-back/", going_back.bring_back, name="plan_bring_back"),
    path("plans/<int:pk>/edit/", authoring.overview, name="plan_edit"),
    path("plans/<int:pk>/edit/<slug:section>/", authoring.section, name="plan_section"),
    path("plans/<int:pk>/acts/<slug:act>/", acts.act, name="plan_act"),
    path("plans/<int:pk>/threads/new/", threads.open_thread, name="thread_new"),
    path("plans/<int:pk>/mute/", inbox.mute_plan, name="plan_mute"),
    path("threads/<int:pk>/mute/", inbox.mute_thread, name="thread_mute"),
    path("threads/<int:pk>/reply/", threads.reply, name="thread_reply"),
    path("threads/<int:pk>/<slug:step>/", threads.step, name="thread_step"),
    path("review/", review.queue, name="queue"),
    path("review/region/", regions.overview, name="region_overview"),
    path("review/region/<slug:slug>/<slug:cycle>/", regions.nudge, name="nudge"),
    path("plans/<int:pk>/claim/", regions.claim, name="plan_claim"),
    path("plans/<int:pk>/hand-over/", regions.hand_over, name="plan_hand_over"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/settings/", inbox.settings, name="inbox_settings"),
    path("inbox/stop/<str:token>/", inbox.stop, name="inbox_stop"),
    path("inbox/<int:pk>/", inbox.follow, name="inbox_follow"),
]
