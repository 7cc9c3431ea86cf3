"""The register and the pages of its matters."""

from django.urls import path

from lianfang.web.register import maps, views

urlpatterns = [
    path("register/", views.whole, name="register"),
    path("register/risks/", views.risks, name="risks"),
    path("register/coverage/", views.coverage, name="coverage"),
    path("register/<int:row>/", views.traced, name="row"),
    path("refusals/<path:matter>/", views.refusals, name="refusals"),
    path("register/maps/", maps.all_of, name="maps"),
    path("matters/<path:matter>/map/", maps.one, name="map"),
    path("matters/<path:matter>/", views.matter, name="matter"),
]
