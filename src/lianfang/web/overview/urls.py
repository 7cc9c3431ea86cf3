"""What those who watch see first, and the list that they work through."""

from django.urls import path

from lianfang.web.overview import views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("agenda/", views.agenda, name="agenda"),
    path("worklist/", views.worklist, name="worklist"),
]
