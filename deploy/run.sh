#!/usr/bin/env bash
# Starts a local cluster, runs the flights job on it and shows the results; the cluster stays up until Ctrl-C when there
# is somebody to look at its page, and stops with the job otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
swiftwater=.build/release/swiftwater
port=${SWIFTWATER_HTTP_PORT:-8081}
rpc=${SWIFTWATER_RPC_PORT:-6123}
page=http://127.0.0.1:$port

mkdir -p swiftwater-data
"$swiftwater" cluster --http-port "$port" --rpc-port "$rpc" >swiftwater-data/cluster.out 2>swiftwater-data/cluster.err &
cluster=$!
trap 'kill -TERM $cluster 2>/dev/null || true; wait $cluster 2>/dev/null || true' EXIT
for _ in $(seq 200); do
  curl -fsS "$page/overview" 2>/dev/null | grep -q '"taskmanagers":2' && break
  kill -0 $cluster 2>/dev/null || { cat swiftwater-data/cluster.err >&2; exit 1; }
  sleep 0.05
done

echo "The cluster's page: $page   (kill a worker and watch: the results stay the same)" >&2
"$swiftwater" run --http-port "$port" --parallelism 2 deploy/examples/hourly_departures.sql
if [ -t 1 ]; then
  echo "The job has finished. The page stays at $page until Ctrl-C." >&2
  wait $cluster
fi
