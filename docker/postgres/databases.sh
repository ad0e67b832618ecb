#!/bin/bash
# Runs once, when Postgres makes its data directory: gives each service a database of its own and a role that owns it
# and may enter no other.
set -euo pipefail
for service in auth session judge; do
  psql --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=name="greenroom_$service" --set=password="$(cat "/run/secrets/$service-database-password")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
