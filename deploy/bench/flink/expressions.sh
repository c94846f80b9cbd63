#!/usr/bin/env bash
# usage: expressions.sh FILE...
# Asks real Flink for the expressions of files in the form of Tests/SQLTests/Expressions and prints them with its answers; why it refuses
# one, or fails over it, goes to the error output.
set -euo pipefail
. "$(dirname "$0")/env.sh"
opts=$(sed -n 's/^ *all: \(--add-exports.*\)/\1/p' "$PIP_HOME/conf/config.yaml")
export FLINK_CONF_DIR=$PIP_HOME/conf
exec java -Xmx1g $opts -cp "$(ls "$FLINK_HOME"/lib/*.jar | tr '\n' ':')" "$(dirname "$0")/src/lab/Expressions.java" "$@"
