RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
# Debian's hook for its crash reporter, which is not here: looking for it is a twentieth of Python's start.
RUN rm -f /etc/python3.*/sitecustomize.py /usr/lib/python3.*/sitecustomize.py \
    /usr/lib/python3.*/__pycache__/sitecustomize.*
