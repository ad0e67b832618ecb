RUN apt-get update && apt-get install -y --no-install-recommends gcc g++ libc6-dev binutils-gold && rm -rf /var/lib/apt/lists/*
# The header of everything, compiled ahead: a second or more of each compilation that includes it first. The flags that
# change code must be those of src/runtimes/c-family.ts, or the compiler passes it by. And the same without the headers
# that leave the compiler a third of a second of work in every program that includes them, for programs that do not.
RUN header="$(find /usr/include -path '*/bits/stdc++.h')" light=/usr/local/include/light/bits/stdc++.h && \
    mkdir -p "$(dirname "$light")" && grep -vE '<(format|print|chrono|generator)>' "$header" > "$light" && \
    g++ -O2 -std=gnu++20 -x c++-header "$header" -o "$header.gch" && \
    g++ -O2 -std=gnu++20 -x c++-header "$light" -o "$light.gch"
