"""Addresses: a list a subject."""

from __future__ import annotations

from django.urls import include, path

SUBJECTS = ("shell", "desk", "case", "register", "overview", "alerts", "evidence", "style")

urlpatterns = [
    path("api/v1/", include("lianfang.api.urls")),
    *(path("", include(f"lianfang.web.{subject}.urls")) for subject in SUBJECTS),
]

handler400 = "lianfang.web.shell.errors.bad_request"
handler403 = "lianfang.web.shell.errors.denied"
handler404 = "lianfang.web.shell.errors.missing"
handler500 = "lianfang.web.shell.errors.broken"
