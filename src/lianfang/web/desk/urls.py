from django.urls import path

from lianfang.web import drafts
from lianfang.web.desk import batch, filters, standins, views

urlpatterns = [
    path("", views.workbench, name="desk"),
    path("stand-ins/", standins.page, name="standins"),
    path("drafts/", drafts.discard, name="drafts"),
    path("batch/", batch.approve, name="batch"),
    path("filters/", filters.saved, name="filters"),
    path("search/", views.search, name="search"),
]
