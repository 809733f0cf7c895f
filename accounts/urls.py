"""Addresses of people: invitations, a lab's people, one's own profile."""

from django.urls import path

from accounts.views import absences, accept, people, profile

urlpatterns = [
    path("account/profile/", profile.profile, name="profile"),
    path("account/email/", profile.email, name="account_email"),
    path("account/away/", absences.absences, name="absences"),
    path("account/away/<int:pk>/end/", absences.end, name="absence_end"),
    path("account/signed-in/", profile.signed_in_again, name="signed_in_again"),
    path("invitation/<str:key>/", accept.accept, name="invitation"),
    path("people/", people.my_people, name="my_people"),
    path("labs/<slug:slug>/people/", people.people, name="people"),
    path("labs/<slug:slug>/people/<int:pk>/role/", people.role, name="people_role"),
    path("labs/<slug:slug>/people/<int:pk>/remove/", people.remove, name="people_remove"),
    path("labs/<slug:slug>/invitations/<int:pk>/resend/", people.resend, name="people_resend"),
    path("labs/<slug:slug>/invitations/<int:pk>/cancel/", people.cancel, name="people_cancel"),
]
