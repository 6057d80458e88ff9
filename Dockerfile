# Trellis for production: web, worker and beat run from this one image, as an ordinary user.
# The Python version is the one the tests run on.
FROM python:3.11-slim-bookworm AS dependencies
COPY requirements-prod.lock /build/
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --require-hashes --no-deps \
        --requirement /build/requirements-prod.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin trellis \
    && mkdir -p /srv/media /srv/beat \
    && chown trellis:trellis /srv/media /srv/beat
COPY --from=dependencies /venv /venv
WORKDIR /app
COPY . .
# Collecting reads the settings, so they must be complete; none of these values stays in the image.
RUN SECRET_KEY=only-while-building-only-while-building-only-while-building \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost BASE_URL=https://localhost \
    EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=nobody@localhost \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
