from django.urls import path

from lianfang.web.evidence import views

urlpatterns = [
    path("evidence/", views.whole, name="evidence"),
    path("evidence/checkpoint", views.checkpoint, name="checkpoint"),
    path("evidence/entries/<int:entry>/", views.entry, name="entry"),
]
