#!/bin/bash
# One task of the array for each shard: sbatch slurm.sh
# A task that died is submitted again, and goes on where it was: sbatch --array=3 --export=ALL,SHARDS=8 slurm.sh
#SBATCH --job-name=fast-ablation-cam
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -u

IMAGES=${IMAGES:-photos}
MODEL=${MODEL:-model.keras}
OUT=${OUT:-results}
# Of the whole array, not of the tasks that are submitted again.
SHARDS=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}

npx --yes fast-ablation-cam explain "$IMAGES" --model "$MODEL" --out "$OUT" --workers "${SLURM_CPUS_PER_TASK:-1}" \
  --methods grad-cam,fast-ablation-cam --shard "$SLURM_ARRAY_TASK_ID/$SHARDS"
code=$?
# 5: all was done but for images that cannot be read, whose lines in the results say why.
[ "$code" -eq 5 ] && exit 0
exit "$code"
