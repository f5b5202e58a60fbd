# One image for the web, the worker, the scheduler and every command:
#   docker run … portal migrate          docker run … portal schedule
#   docker run …                         docker run … python worker.py
# The settings come from the environment; docs/operations.md lists them.
# Pin the base by its digest where images must be reproducible: --build-arg PYTHON_IMAGE=python@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.lock /tmp/runtime.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --require-hashes --only-binary=:all: -r /tmp/runtime.lock \
    && /opt/venv/bin/python -m pip uninstall --yes pip
# The package runs from its folder, beside its templates; the command finds it through PYTHONPATH.
RUN printf '#!/opt/venv/bin/python\nfrom portal.cli.main import main\n\nmain()\n' > /opt/venv/bin/portal \
    && chmod 0755 /opt/venv/bin/portal
WORKDIR /srv/portal
COPY gunicorn.conf.py wsgi.py worker.py ./
COPY migrations ./migrations
COPY static ./static
COPY templates ./templates
COPY portal ./portal
RUN /opt/venv/bin/python -m compileall -q /srv/portal

FROM ${PYTHON_IMAGE}
RUN python -m pip uninstall --yes --root-user-action=ignore pip \
    && useradd --system --uid 10001 --home-dir /var/lib/portal --create-home --shell /usr/sbin/nologin portal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/portal /srv/portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/portal \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTAL_MODE=production \
    DATA_DIR=/var/lib/portal \
    PORT=8000 \
    TZ=UTC
WORKDIR /srv/portal
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health\", timeout=4)"]
CMD ["gunicorn", "wsgi:app"]
