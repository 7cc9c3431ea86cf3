from django.urls import path

from lianfang.web.alerts import views

urlpatterns = [path("alerts/", views.listed, name="alerts")]
