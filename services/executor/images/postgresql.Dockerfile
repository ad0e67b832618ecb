# A server wants one System V shared memory segment, as a lock on a directory that here is its own alone; the sandbox has
# none of those. So it is given ordinary memory instead. Then a database's directory, small enough to be copied each time.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-17 gcc libc6-dev && \
    printf '%s\n' '#include <sys/mman.h>' '#include <sys/shm.h>' '#include <errno.h>' \
      'int shmget(key_t key, size_t size, int flags) { (void)key; (void)size; (void)flags; return 1; }' \
      'void *shmat(int id, const void *at, int flags) { (void)id; (void)flags;' \
      '  return mmap((void *)at, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); }' \
      'int shmdt(const void *at) { return munmap((void *)at, 65536); }' \
      'int shmctl(int id, int command, struct shmid_ds *about) { (void)id; (void)command; (void)about; errno = EINVAL; return -1; }' \
      | gcc -O2 -shared -fPIC -x c -o /usr/local/lib/no-shm.so - && \
    apt-get purge -y --autoremove gcc libc6-dev && rm -rf /var/lib/apt/lists/* /var/lib/postgresql && \
    install -d -o postgres /usr/local/lib/database && \
    setpriv --reuid postgres --clear-groups /usr/lib/postgresql/17/bin/initdb -D /usr/local/lib/database -U postgres -A trust \
      -E UTF8 --locale=C.UTF-8 --wal-segsize=1 --no-sync --no-instructions && \
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '/tmp'" "shared_buffers = 16MB" "fsync = off" \
      "full_page_writes = off" "synchronous_commit = off" "autovacuum = off" "max_connections = 8" "max_wal_size = 4MB" \
      "min_wal_size = 2MB" "wal_level = minimal" "max_wal_senders = 0" "max_parallel_workers_per_gather = 0" "jit = off" \
      "dynamic_shared_memory_type = mmap" "log_min_messages = fatal" "max_logical_replication_workers = 0" \
      >> /usr/local/lib/database/postgresql.conf && \
    chmod -R a+rX /usr/local/lib/database && \
    printf '%s\n' '#!/bin/sh' 'umask 077' 'cp -r /usr/local/lib/database /tmp/database && chmod 700 /tmp/database || exit 70' \
      'export PGHOST=/tmp PGUSER=postgres PGDATABASE=postgres' 'bin=/usr/lib/postgresql/17/bin' \
      'LD_PRELOAD=/usr/local/lib/no-shm.so "$bin/postgres" -D /tmp/database >/tmp/server.log 2>&1 </dev/null &' \
      'until [ -S /tmp/.s.PGSQL.5432 ] && "$bin/pg_isready" -q; do' \
      '  kill -0 $! 2>/dev/null || { cat /tmp/server.log >&2; exit 70; }' '  sleep 0.01' 'done' \
      '"$bin/psql" -X -q -v ON_ERROR_STOP=1 --pset=pager=off -f "$1"' 'code=$?' 'kill -QUIT $!' 'wait' 'exit $code' \
      > /usr/local/bin/run-sql && chmod 755 /usr/local/bin/run-sql
