"""What the watches noticed."""

from django.urls import path

from lianfang.web.alerts import views

urlpatterns = [
    path("alerts/", views.listed, name="alerts"),
    path("alerts/records/", views.records, name="records"),
    path("alerts/<int:alert>/", views.alert, name="alert"),
]
