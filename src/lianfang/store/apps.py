"""The Django application of the store."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoreConfig(AppConfig):
    """Holds every table of the system."""

    name = "lianfang.store"
    label = "store"
    verbose_name = _("Store")
    default_auto_field = "django.db.models.BigAutoField"
