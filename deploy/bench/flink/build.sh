#!/usr/bin/env bash
# Compiles src/ into $LAB/run/nexmark.jar and puts it into Flink's lib (never while a cluster runs).
set -euo pipefail
. "$(dirname "$0")/env.sh"; cd "$LAB"
rm -rf run/classes; mkdir -p run/classes
javac -nowarn -Xlint:-options --release 17 -cp "$(ls "$PIP_HOME"/lib/*.jar | tr '\n' ':')" -d run/classes "$SRC"/flink/src/lab/*.java
mkdir -p run/classes/META-INF/services
echo lab.NexmarkTableFactory > run/classes/META-INF/services/org.apache.flink.table.factories.Factory
(cd run/classes && jar cf ../nexmark.jar .)
cp run/nexmark.jar home/lib/nexmark.jar
