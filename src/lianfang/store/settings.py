"""Settings of the Django project, all driven by the environment.

LIANFANG_DATA        folder of the database, files and keys (default: lianfang-data in the current folder)
LIANFANG_DATABASE    empty for the embedded database, or postgresql://user:password@host:port/name
LIANFANG_CATALOGUE   folder of the catalogue (default: the one that ships with the package)
LIANFANG_ORIGIN      the name of this office's evidence log, as in its checkpoints
LIANFANG_HOSTS       host names that are served, by comma
LIANFANG_HTTPS       1 where the office is reached through HTTPS, which a proxy ends: cookies are then kept to it
LIANFANG_PROXY       address of that proxy, the only one that is believed about who asks and how (default with HTTPS: 127.0.0.1)
LIANFANG_DEBUG       1 for development
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from lianfang.store import place
from lianfang.store.secret import kept

PACKAGE = Path(__file__).resolve().parent.parent


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's description of the database that a URL names; the embedded one in the data folder for an empty URL."""
    if not url:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        # Up to 32 MiB of pages kept; a checkpoint every 12 000 pages only, since it is dear and many commits change the same pages.
        pragmas += " PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=12000;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(data / place.DATABASE),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"LIANFANG_DATABASE must be empty or a postgresql:// URL, not {parts.scheme}://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def shipped_catalogue() -> Path:
    """The catalogue inside the installed package, or that of the source tree."""
    inside = PACKAGE / "catalogues" / "district-office"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "catalogues" / "district-office"


def flag(name: str) -> bool:
    """Whether an environment variable is set to 1."""
    return os.environ.get(name, "") == "1"


LIANFANG_DATA = place.folder()
LIANFANG_DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
LIANFANG_CATALOGUE = Path(os.environ.get("LIANFANG_CATALOGUE") or shipped_catalogue())
LIANFANG_ORIGIN = os.environ.get("LIANFANG_ORIGIN") or "lianfang.localhost/log"

SECRET_KEY = kept(LIANFANG_DATA / place.KEY, lambda: secrets.token_urlsafe(48).encode()).decode()
DEBUG = flag("LIANFANG_DEBUG")
ALLOWED_HOSTS = [h for h in os.environ.get("LIANFANG_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h]

DATABASES = {"default": database(os.environ.get("LIANFANG_DATABASE", ""), LIANFANG_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "lianfang.store",
    "lianfang.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lianfang.web.shell.assets.Assets",
    "csp.middleware.CSPMiddleware",
    "lianfang.api.broken.answered",
    "lianfang.web.shell.middleware.only_people_sign_in_and_out",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lianfang.web.shell.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lianfang.api.too_big.answered",
    "lianfang.web.shell.middleware.too_big",
]
ROOT_URLCONF = "lianfang.web.urls"
WSGI_APPLICATION = "lianfang.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianfang.web.shell.context.frame",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

HTTPS = flag("LIANFANG_HTTPS")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "lianfang.web.shell.errors.stale_form"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
LIANFANG_PROXY = os.environ.get("LIANFANG_PROXY") or ("127.0.0.1" if HTTPS else "")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
LIANFANG_MOST_BODY = 64 * 1024 * 1024
"""What a request may weigh, files and all, in bytes."""
LIANFANG_TEXTS = "lianfang.texts"
"""Where the environment of a request that weighs more says that its body is what was typed, without the files."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"numbered": {"()": "lianfang.office.numbered.Numbered"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["numbered"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refused act or a wrong address is an answer, not trouble; a queue for a moment is none either.
    "loggers": {"django.request": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
