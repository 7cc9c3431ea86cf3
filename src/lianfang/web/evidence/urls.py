from django.urls import path

from lianfang.web.evidence import views

urlpatterns = [
    path("evidence/", views.whole, name="evidence"),
    path("evidence/checkpoint", views.checkpoint, name="checkpoint"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify, name="verified"),
    path("evidence/entries/<int:entry>/", views.entry, name="entry"),
]
