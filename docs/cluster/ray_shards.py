"""One Ray task for each shard: python ray_shards.py (RAY_ADDRESS says which cluster).

All machines see the images, the model and the results under the same paths, and have Node. A task that dies is started
again, and goes on where it was.
"""

import os
import subprocess

import ray

IMAGES = os.environ.get("IMAGES", "/data/photos")
MODEL = os.environ.get("MODEL", "/data/model.keras")
OUT = os.environ.get("OUT", "/data/results")
SHARDS = int(os.environ.get("SHARDS", "8"))
CORES = int(os.environ.get("WORKERS", "4"))
PROGRAM = ["npx", "--yes", "fast-ablation-cam"]

# All was done, or all but images that cannot be read, whose lines in the results say why.
DONE = (0, 5)


@ray.remote(num_cpus=CORES, max_retries=3, retry_exceptions=True)
def explain(shard):
    command = ["explain", IMAGES, "--model", MODEL, "--out", OUT, "--workers", str(CORES)]
    command += ["--methods", "grad-cam,fast-ablation-cam", "--shard", f"{shard}/{SHARDS}"]
    code = subprocess.run(PROGRAM + command).returncode
    if code not in DONE:
        raise RuntimeError(f"Shard {shard} of {SHARDS} ended with code {code}.")
    return shard


if __name__ == "__main__":
    ray.init()
    ray.get([explain.remote(shard) for shard in range(1, SHARDS + 1)])
    subprocess.run(PROGRAM + ["merge", OUT, "--out", OUT], check=True)
