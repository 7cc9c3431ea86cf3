from django.urls import path

from lianfang.web.case import documents, files, views

urlpatterns = [
    path("start/<path:matter>/", views.start, name="start"),
    path("cases/<str:case_id>/", views.case, name="case"),
    path("cases/<str:case_id>/acts/", views.beside, name="beside"),
    path("cases/<str:case_id>/steps/<str:step>/", views.step, name="step"),
    path("cases/<str:case_id>/documents/<str:name>/", documents.document, name="document"),
    path("files/<str:sha256>/", files.file, name="file"),
    path("files/<str:sha256>/pages/<int:number>/", files.page, name="page"),
]
