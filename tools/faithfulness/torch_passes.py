"""Runs a DenseNet-169 on the images that it is given, for maps that take many passes: python3 torch_passes.py FOLDER bfloat16|float32

FOLDER holds a built-in model. Standard input: a 32-bit count, and as many images as float32 of [224, 224, 3], prepared for the network; and so
on, until it ends. Standard output: for each count its logits, float32 of [count, classes]. All little-endian.
"""

import json
import os
import struct
import sys

import numpy
import torch
import torchvision

SIDE = 224
# As many at a time as stay in a core's cache.
AT_ONCE = {torch.bfloat16: 8, torch.float32: 4}


def weights_of(folder):
    """{name: array}, as tfjs-converter's manifest lays them out."""
    with open(os.path.join(folder, "model.json")) as file:
        groups = json.load(file)["weightsManifest"]
    weights = {}
    for group in groups:
        data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        offset = 0
        for weight in group["weights"]:
            stored = weight.get("quantization", {"dtype": "float32"})
            count = int(numpy.prod(weight["shape"]))
            values = numpy.frombuffer(data, stored["dtype"], count, offset)
            offset += values.nbytes
            values = values.astype(numpy.float32)
            if "scale" in stored:
                values = values * stored["scale"] + stored["min"]
            weights[weight["name"]] = torch.from_numpy(values.reshape(weight["shape"]))
    return weights


def network_of(folder):
    weights = weights_of(folder)
    state = {}

    def kernel(name, ours):
        state[f"{name}.weight"] = weights[f"{ours}/kernel"].permute(3, 2, 0, 1)

    def norm(name, ours):
        for theirs, own in (("weight", "gamma"), ("bias", "beta"), ("running_mean", "moving_mean"), ("running_var", "moving_variance")):
            state[f"{name}.{theirs}"] = weights[f"{ours}/{own}"]

    kernel("features.conv0", "conv1_conv")
    norm("features.norm0", "conv1_bn")
    for i, count in enumerate((6, 12, 32, 32), 1):
        for j in range(1, count + 1):
            layer, ours = f"features.denseblock{i}.denselayer{j}", f"conv{i + 1}_block{j}"
            for k in (1, 2):
                norm(f"{layer}.norm{k}", f"{ours}_{k - 1}_bn")
                kernel(f"{layer}.conv{k}", f"{ours}_{k}_conv")
        if i < 4:
            norm(f"features.transition{i}.norm", f"pool{i + 1}_bn")
            kernel(f"features.transition{i}.conv", f"pool{i + 1}_conv")
    norm("features.norm5", "bn")
    state["classifier.weight"] = weights["predictions/kernel"].T
    state["classifier.bias"] = weights["predictions/bias"]
    network = torchvision.models.densenet169(weights=None, num_classes=len(state["classifier.bias"]))
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise SystemExit(f"{folder} has other layers than torchvision's DenseNet-169: {missing + unexpected}")
    for block in network.features.children():
        if isinstance(block, torchvision.models.densenet._Transition):
            pool_first(block)
    return network.eval()


def pool_first(transition):
    """An average of convolutions of 1 x 1 is the convolution of the average, of a quarter of the pixels."""
    conv, pool = transition.conv, transition.pool
    del transition.conv, transition.pool
    transition.add_module("pool", pool)
    transition.add_module("conv", conv)


def main():
    kind = {"bfloat16": torch.bfloat16, "float32": torch.float32}[sys.argv[2]]
    at_once = AT_ONCE[kind]
    prepare = lambda x: x.permute(0, 3, 1, 2).to(kind).contiguous(memory_format=torch.channels_last)
    network = network_of(sys.argv[1]).to(kind).to(memory_format=torch.channels_last)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with torch.inference_mode():
        network = torch.jit.freeze(torch.jit.trace(network, prepare(torch.zeros(at_once, SIDE, SIDE, 3))))
        while head := source.read(4):
            (count,) = struct.unpack("<i", head)
            for start in range(0, count, at_once):
                data = bytearray(source.read(min(at_once, count - start) * SIDE * SIDE * 3 * 4))
                images = torch.frombuffer(data, dtype=torch.float32).view(-1, SIDE, SIDE, 3)
                target.write(network(prepare(images)).float().numpy().tobytes())
            target.flush()


main()
