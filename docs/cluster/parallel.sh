#!/bin/bash
# Several machines by ssh, with GNU parallel: HOSTS=anna,bert,: ./parallel.sh (":" is this machine)
# Run again, it starts the shards that are not done, which go on where they were.
# All machines see the images, the model and the results under the same paths.
set -eu

export IMAGES=${IMAGES:-$PWD/photos}
export MODEL=${MODEL:-$PWD/model.keras}
export OUT=${OUT:-$PWD/results}
export SHARDS=${SHARDS:-8}
export WORKERS=${WORKERS:-4}
HOSTS=${HOSTS:-:}
mkdir -p "$OUT"

shard() {
  npx --yes fast-ablation-cam explain "$IMAGES" --model "$MODEL" --out "$OUT" --workers "$WORKERS" \
    --methods grad-cam,fast-ablation-cam --shard "$1/$SHARDS"
  code=$?
  # 5: all was done but for images that cannot be read, whose lines in the results say why.
  [ "$code" -eq 5 ] && return 0
  return "$code"
}
export -f shard

# One shard at a time on each machine: it has a worker for each core.
seq "$SHARDS" | parallel --sshlogin "$HOSTS" --jobs 1 --retries 3 --joblog "$OUT/parallel.log" --resume-failed \
  --env shard,IMAGES,MODEL,OUT,SHARDS,WORKERS shard

npx --yes fast-ablation-cam merge "$OUT" --out "$OUT"
