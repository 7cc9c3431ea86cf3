from django.urls import path

from lianfang.web.desk import views

urlpatterns = [
    path("", views.workbench, name="desk"),
    path("search/", views.search, name="search"),
]
