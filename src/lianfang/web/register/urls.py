"""The register and the pages of its matters."""

from django.urls import path

from lianfang.web.register import views

urlpatterns = [
    path("register/", views.whole, name="register"),
    path("register/risks/", views.risks, name="risks"),
    path("register/coverage/", views.coverage, name="coverage"),
    path("register/<int:row>/", views.traced, name="row"),
    path("refusals/<path:matter>/", views.refusals, name="refusals"),
    path("matters/<path:matter>/", views.matter, name="matter"),
]
