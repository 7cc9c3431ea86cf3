"""Addresses of the pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from lianfang.web import shell

urlpatterns = [
    path("", shell.workbench, name="desk"),
    path("", include("lianfang.web.case.urls")),
    path("register/", shell.register_page, name="register"),
    path("matters/<path:matter>/", shell.matter, name="matter"),
    path("alerts/", shell.alerts_page, name="alerts"),
    path("evidence/", shell.evidence, name="evidence"),
    path("evidence/entries/<int:entry>/", shell.entry, name="entry"),
    path("login/", shell.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", shell.healthy),
]
