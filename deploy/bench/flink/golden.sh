#!/usr/bin/env bash
# usage: golden.sh [--write] CASE.sql...
# Runs cases of Tests/GoldenTests/Cases on real Flink, at parallelism 1 with a watermark after each row, and says where its final rows
# differ from the written ones. With --write the rows after the query are replaced by Flink's.
set -euo pipefail
. "$(dirname "$0")/env.sh"
opts=$(sed -n 's/^ *all: \(--add-exports.*\)/\1/p' "$PIP_HOME/conf/config.yaml")
export FLINK_CONF_DIR=$PIP_HOME/conf
exec java -Xmx1g $opts -cp "$(ls "$FLINK_HOME"/lib/*.jar | tr '\n' ':')" "$(dirname "$0")/src/lab/Golden.java" "$@"
