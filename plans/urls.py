"""The addresses of the plans app."""

from django.urls import path

from plans.views import (
    authoring,
    beginning,
    exporting,
    going_back,
    home,
    library,
    others,
    pictures,
    presence,
    reading,
    review,
    terms,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("labs/<slug:slug>/", home.lab, name="lab"),
    path("labs/<slug:slug>/plans/new/", beginning.start, name="plan_start"),
    path("plans/", library.library, name="library"),
    path("plans/export/", exporting.choose, name="plans_export_choose"),
    path("plans/export/schema.json", exporting.schema, name="export_schema"),
    path("plans/export/<slug:form>/", exporting.several, name="plans_export"),
    path("plans/<int:pk>/", reading.plan, name="plan"),
    path("plans/<int:pk>/export/<slug:form>/", exporting.one, name="plan_export"),
    path("plans/<int:pk>/versions/<int:number>/", reading.version, name="plan_version"),
    path("plans/<int:pk>/history/", reading.history, name="plan_history"),
    path("plans/<int:pk>/written/", going_back.written, name="plan_written"),
    path("plans/<int:pk>/written/<int:revision>/", going_back.as_it_was, name="plan_was"),
    path("plans/<int:pk>/bring-back/", going_back.bring_back, name="plan_bring_back"),
    path("plans/<int:pk>/copy/", beginning.copy, name="plan_copy"),
    path("plans/<int:pk>/here/", presence.here, name="plan_here"),
    path("plans/<int:pk>/edit/", authoring.overview, name="plan_edit"),
    path("plans/<int:pk>/edit/<slug:section>/", authoring.section, name="plan_section"),
    path(
        "plans/<int:pk>/edit/<slug:section>/others/<slug:field>/",
        others.others,
        name="plan_others",
    ),
    path(
        "plans/<int:pk>/pictures/<uuid:picture>/<slug:size>/",
        pictures.picture,
        name="plan_picture",
    ),
    path("plans/<int:pk>/pictures/send/", pictures.send, name="plan_picture_send"),
    path("plans/<int:pk>/pictures/send/<uuid:upload>/", pictures.sent, name="plan_picture_sent"),
    path(
        "plans/<int:pk>/pictures/send/<uuid:upload>/<slug:step>/",
        pictures.end,
        name="plan_picture_end",
    ),
    path("plans/<int:pk>/partners/known/", terms.partner_known, name="plan_partner_known"),
    path("plans/<int:pk>/acts/<slug:act>/", review.act, name="plan_act"),
    path("plans/<int:pk>/threads/new/", review.open_thread, name="thread_new"),
    path("threads/<int:pk>/reply/", review.reply, name="thread_reply"),
    path("threads/<int:pk>/<slug:step>/", review.step, name="thread_step"),
    path("terms/<slug:vocabulary>/", terms.terms, name="terms"),
    path("terms/<slug:vocabulary>/near/", terms.near, name="terms_near"),
    path("review/", review.queue, name="queue"),
]
