# A small image: the service alone, as an ordinary user, with its data in /data.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.txt requirements-service.txt ./
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
 && python -m venv /opt/commons \
 && /opt/commons/bin/pip install --no-cache-dir --require-hashes -r requirements-service.txt
COPY pyproject.toml README.md ./
COPY src src
COPY charters charters
COPY ledger ledger
COPY procurement procurement
COPY examples examples
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/commons/bin/pip install --no-deps /dist/*.whl

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 commons && install -d -o commons -g commons /data
COPY --from=build /opt/commons /opt/commons
USER commons
ENV COMMONS_DATA_DIR=/data PATH=/opt/commons/bin:$PATH
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/sante', timeout=4)"]
CMD ["commons", "serve", "--host", "0.0.0.0", "--port", "8000"]
