# One image for every Airflow component of docker-compose.yml: the locked packages, byte-compiled,
# and this project beside them. Built without a compiler: every locked package has a wheel.
FROM python:3.12.11-slim-bookworm AS installed

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CACHE=1 VIRTUAL_ENV=/opt/venv
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

WORKDIR /opt/eurocluster
COPY requirements-uv.lock requirements-production.lock ./
RUN pip install --require-hashes -r requirements-uv.lock \
    && uv pip install --require-hashes --no-build --compile-bytecode -r requirements-production.lock

COPY pyproject.toml README.md CHANGELOG.md ./
COPY plugins plugins
COPY schemas schemas
COPY dags dags
COPY dbt_project dbt_project
RUN uv pip install --no-deps --no-build-isolation -e . \
    && python -m compileall -q plugins schemas dags


FROM python:3.12.11-slim-bookworm

# Group 0 may write where the container has to, so that any user id can run it.
RUN useradd --uid 50000 --gid 0 --home-dir /opt/airflow --create-home airflow \
    && mkdir -p /srv/consortium /srv/data /var/log/airflow \
    && chown 50000:0 /srv/data /var/log/airflow /opt/airflow \
    && chmod 2775 /srv/data /var/log/airflow /opt/airflow

COPY --from=installed /opt/venv /opt/venv
COPY --from=installed /opt/eurocluster /opt/eurocluster

ENV PATH=/opt/venv/bin:$PATH \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/eurocluster/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/eurocluster/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    EUROCLUSTER_HOME=/srv/consortium \
    EUROCLUSTER_DATA=/srv/data \
    DO_NOT_TRACK=1 \
    DBT_SEND_ANONYMOUS_USAGE_STATS=False

WORKDIR /opt/airflow
USER 50000:0
CMD ["airflow", "version"]
