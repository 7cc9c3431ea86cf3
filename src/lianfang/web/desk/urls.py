from django.urls import path

from lianfang.web.desk import standins, views

urlpatterns = [
    path("", views.workbench, name="desk"),
    path("stand-ins/", standins.page, name="standins"),
    path("search/", views.search, name="search"),
]
