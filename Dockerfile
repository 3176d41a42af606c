# The dashboard for several people: CPU only, not as root, with a health check.
#   docker build -t skloss . && docker run --rm -p 127.0.0.1:8501:8501 skloss
FROM python:3.12-slim

RUN useradd --create-home --uid 1000 skloss
WORKDIR /app

# torch's own index has wheels without CUDA, which save gigabytes; everything else is
# installed only if it has the hash that `make lock` wrote. setuptools builds skloss and
# is locked, too, so that nothing is downloaded without a hash or a version.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps torch==2.13.0 --index-url "$TORCH_INDEX" \
  && pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock

COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && rm -rf /app/*

# Freed memory returns to the system instead of staying with the process, and numerical
# libraries do not start threads of their own: comparisons train in parallel already.
ENV MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    ARROW_DEFAULT_MEMORY_POOL=system \
    OMP_NUM_THREADS=1 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    PYTHONUNBUFFERED=1

USER 1000
EXPOSE 8501
# The body is checked too: unknown paths are answered with the page of the app.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
  "import os, urllib.request as u; \
  base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); \
  url = 'http://127.0.0.1:8501' + '/' * bool(base) + base + '/_stcore/health'; \
  assert u.urlopen(url, timeout=3).read() == b'ok'"]
CMD ["skloss", "--host", "0.0.0.0", "--port", "8501", "--no-browser"]
