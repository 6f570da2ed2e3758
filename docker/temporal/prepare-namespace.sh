#!/bin/sh
# Creates the namespace where it is missing. A promotion that waits for people for weeks stays readable after its end.
set -eu

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h
