#!/bin/sh
# Prints an environment file for docker-compose.yml: the origin, which is the name that the logs go by for ever, and a fresh
# random password for every login of every server, and keys.
#   (umask 077 && docker/new-environment.sh countersign.example.com > .env)
# The passwords are hexadecimal because they stand in connection URLs.
set -eu

printf 'COUNTERSIGN_ORIGIN=%s\n' "${1:?give the origin, for example countersign.example.com}"
# Recognises requests that are repeated; the same for every process that serves the API.
printf 'COUNTERSIGN_FINGERPRINT_KEY=%s\n' "$(head -c 32 /dev/urandom | base64)"
# Secrets of environments are sealed with these, and only the worker of a kind holds its own. A new key is put first, before a comma.
for kind in DEVELOPMENT STAGING PRODUCTION; do
  printf 'COUNTERSIGN_%s_SEALING_KEYS=%s\n' "$kind" "$(head -c 32 /dev/urandom | base64)"
done
# What policies' checks are asked is signed with keys that follow from this one, which only control's worker holds.
printf 'COUNTERSIGN_CHECKS_KEY=%s\n' "$(head -c 32 /dev/urandom | base64)"
for name in \
  POSTGRES_CONTROL POSTGRES_STAGING POSTGRES_PRODUCTION POSTGRES_TEMPORAL \
  MIGRATOR_CONTROL MIGRATOR_STAGING MIGRATOR_PRODUCTION \
  API_CONTROL API_STAGING API_PRODUCTION AUDITOR_CONTROL \
  WORKER_CONTROL_CONTROL \
  WORKER_STAGING_CONTROL WORKER_STAGING_STAGING \
  WORKER_DEVELOPMENT_CONTROL WORKER_DEVELOPMENT_STAGING \
  WORKER_PRODUCTION_CONTROL WORKER_PRODUCTION_PRODUCTION; do
  printf '%s_PASSWORD=%s\n' "$name" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done
