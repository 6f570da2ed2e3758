#!/bin/sh
# Creates Temporal's two databases where they are missing and brings their schemas to this release.
set -eu

for database in temporal visibility; do
  case "$database" in temporal) name=temporal ;; visibility) name=temporal_visibility ;; esac
  sql() { temporal-sql-tool --plugin postgres12 --ep postgres-temporal -p 5432 -u temporal --db "$name" "$@"; }
  sql create
  sql setup-schema -v 0.0
  sql update-schema -d "/etc/temporal/schema/postgresql/v12/$database/versioned"
done
