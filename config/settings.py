"""All settings, in one file, from the environment (see environment.py for what a wrong one says)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pghistory

from config import environment as from_env
from config.bounded import GIVES_UP_AFTER, BoundedConnection, try_again

BASE_DIR = Path(__file__).resolve().parent.parent

# Who we are ---------------------------------------------------------------------------------------
DEBUG = from_env.boolean("DEBUG")
DEMO = from_env.boolean("DEMO")
SECRET_KEY = from_env.secret_key()
BASE_URL = from_env.base_url()
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = from_env.text("ALLOWED_HOSTS", "host names with commas between", urlsplit(BASE_URL).hostname).split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# What is installed --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "profiles",
    "coaching",
    "sessions_app",
    "assignments",
    "assessments",
    "activity",
    "interchange",
    "notifications",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "import_export",
    "pgtrigger",
    "pghistory",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "django_htmx",
    "template_partials",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.no_store",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below what sets headers, so that static files carry them too
    "config.health.answer_probes",
    "config.errors.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.audit.log_refusals",
    "config.middleware.viewer_zone",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.htmx_sign_in",
    "config.middleware.SignInKeepsTyped",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.audit.WhoAndWhere",
]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["profiles.templatetags.ui", "config.form_tags", "sessions_app.templatetags.joining"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "profiles.context_processors.navigation",
                *(["config.demo_entry.entries"] if DEMO else []),
            ],
        },
    }
]

# PostgreSQL holds everything ----------------------------------------------------------------------
# A page may take five seconds, a job two minutes; both give up on a lock after two. The pool tests a connection
# before it lends it out, so a database that restarted is not noticed by the next visitor.
IS_WEB = os.environ.get("TRELLIS_PROCESS", "job") == "web"
STATEMENT_TIMEOUT_MS = 5_000 if IS_WEB else 120_000
DATABASES = {"default": from_env.database()}
DATABASES["default"].update(
    {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "connect_timeout": 3,
            # Both concern config/prepared.py only, Django's own cursors prepare nothing: at the first run, and with one
            # plan for all values, for they are ids and instants and planning takes longer than running.
            "prepare_threshold": 0,
            # A machine that vanished without a word is noticed after half a minute, not after two hours.
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "application_name": f"trellis-{'web' if IS_WEB else 'job'}",
            "options": (
                f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=2000"
                " -c idle_in_transaction_session_timeout=30000 -c client_connection_check_interval=1000 -c jit=off"
                " -c plan_cache_mode=force_generic_plan"
            ),
            **(
                {
                    "pool": {
                        "min_size": 1,
                        "max_size": 8,
                        "timeout": 4,
                        "max_idle": 120,
                        "reconnect_timeout": GIVES_UP_AFTER,
                        "reconnect_failed": try_again,
                        "connection_class": BoundedConnection,
                    }
                }
                if IS_WEB
                else {}
            ),
        },
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Limits on signing in live in the database too, so that a flushed Redis resets no lockout.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# What the database writes down about changes, see config/audit.py. A page that is only read costs nothing.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# Redis carries wake-ups only ----------------------------------------------------------------------
REDIS_URL = from_env.redis_url()

# Signing in ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "profiles.Person"
AUTHENTICATION_BACKENDS = ["profiles.backends.PersonBackend", "rules.permissions.ObjectPermissionBackend"]
LOGIN_URL = "account_login"
SIGN_IN_PATH = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "profiles.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "profiles.account.SignInForm",
    "reset_password": "profiles.account.ForgotPasswordForm",
    "reset_password_from_key": "profiles.account.NewPasswordForm",
    "change_password": "profiles.account.ChangePasswordForm",
    "reauthenticate": "profiles.account.AgainForm",
}
# Django's own: allauth's writes an unverified address row, which then forbids two-step verification.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # sign-up is closed: an admin or an import vouches for the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_DISPLAY = "profiles.models.display_name"
# Behind the proxy every visitor has its address; without this one who guesses would lock out everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Trellis"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = (
    []
    if DEMO
    else [
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    ]
)

# Language and time: stored in UTC, shown in the viewer's zone -------------------------------------
LANGUAGE_CODE = "en"
# Every text can be translated; until somebody has, a browser that asks for another language gets no mixture.
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

# Files --------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT", BASE_DIR / ".trellis" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", BASE_DIR / ".trellis" / "media")
STORAGES = {
    "default": from_env.files(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# The first one drops what is larger than any form allows, before it fills a disk.
FILE_UPLOAD_HANDLERS = [
    "config.files.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail ---------------------------------------------------------------------------------------------
_mail = from_env.mail()
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST"), _mail.get("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER"), _mail.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH")
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = SERVER_EMAIL = from_env.text("DEFAULT_FROM_EMAIL", "like Trellis <coaching@example.org>")

# Sessions -----------------------------------------------------------------------------------------
MEETING_URL = from_env.meeting_url()

# Headers on every response ------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    # TLS ends at the proxy in front; it must set this header itself (docs/operators.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
from config.policy import ADMIN_POLICY, SITE_POLICY  # noqa: E402

CONTENT_SECURITY_POLICY = SITE_POLICY
ADMIN_CONTENT_SECURITY_POLICY = ADMIN_POLICY

# The admin's look ---------------------------------------------------------------------------------
from config.admin_look import LOOK  # noqa: E402

UNFOLD = LOOK

# Logs: one JSON object a line, never what a person wrote --------------------------------------------
from config.logs import LOGGING  # noqa: E402, F401

if dsn := os.environ.get("SENTRY_DSN"):
    from config.logs import report_errors_to

    report_errors_to(dsn)
