from django.urls import path

from lianfang.web.register import views

urlpatterns = [
    path("register/", views.whole, name="register"),
    path("matters/<path:matter>/", views.matter, name="matter"),
]
