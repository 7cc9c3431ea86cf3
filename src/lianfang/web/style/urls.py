from django.urls import path

from lianfang.web.style import views

urlpatterns = [path("style/", views.guide, name="style")]
