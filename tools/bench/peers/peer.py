"""The other side of `npm run bench -- --peers`: PyTorch, asked in turn with ours. One command a line, as JSON; one line is the answer.

Run: python3 peer.py      (PyTorch and torchvision; pytorch-grad-cam where it is installed)

The layer of a command is [block, layers]: what the first so many layers of a dense block give together with what came in.
"""
import json
import os
import re
import struct
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
import torchvision

try:
    import pytorch_grad_cam
except ImportError:
    pytorch_grad_cam = None


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + start : 8 + length + end], np.float32)
        tensors[name] = torch.tensor(values).view(entry["shape"])
    return tensors


class Peer:
    def open(self, weights, input, side, threads):
        torch.set_num_threads(threads)
        tensors = read_safetensors(weights)
        self.model = torchvision.models.densenet169(weights=None, num_classes=len(tensors["classifier.bias"]))
        missing, unexpected = self.model.load_state_dict(tensors, strict=False)
        odd = [name for name in missing if not name.endswith("num_batches_tracked")] + unexpected
        if odd:
            raise ValueError(f"weights do not fit: {odd[:3]}")
        self.model.eval()
        pixels = np.fromfile(input, np.float32).reshape(1, side, side, 3)
        self.x = torch.tensor(pixels).permute(0, 3, 1, 2).contiguous()
        with torch.no_grad():
            logits = self.model(self.x)[0].tolist()
        library = getattr(pytorch_grad_cam, "__version__", "installed") if pytorch_grad_cam else None
        return {"torch": torch.__version__, "threads": torch.get_num_threads(), "library": library, "logits": logits}

    def head(self, layer):
        block, count = layer
        x = self.x
        for name, module in self.model.features.named_children():
            if name == f"denseblock{block}":
                features = [x]
                for one in list(module.values())[:count]:
                    features.append(one(features))
                return torch.cat(features, 1)
            x = module(x)

    def tail(self, x, layer):
        block, count = layer
        is_after = False
        for name, module in self.model.features.named_children():
            if name == f"denseblock{block}":
                is_after = True
                features = [x]
                for one in list(module.values())[count:]:
                    features.append(one(features))
                x = torch.cat(features, 1)
            elif is_after:
                x = module(x)
        return self.model.classifier(torch.relu(x).mean((2, 3)))

    def forward(self):
        with torch.no_grad():
            start = time.perf_counter()
            logits = self.model(self.x)[0]
            return {"ms": since(start), "logits": logits.tolist()}

    def naive(self, layer, cells):
        """A whole pass for each cell, zeroed on the way."""
        logits = []
        with torch.no_grad():
            start = time.perf_counter()
            for cell in cells:
                a = self.head(layer)
                a[:, :, cell // a.shape[3], cell % a.shape[3]] = 0
                logits.append(self.tail(a, layer)[0])
            ms = since(start)
        return {"ms": ms, "logits": torch.cat(logits).tolist()}

    def batch(self, layer, cells, size):
        """What comes after the layer alone, of so many copies at a time, from a pass that was kept."""
        logits = []
        with torch.no_grad():
            a = self.head(layer)
            start = time.perf_counter()
            for at in range(0, len(cells), size):
                copies = a.repeat(len(cells[at : at + size]), 1, 1, 1)
                for i, cell in enumerate(cells[at : at + size]):
                    copies[i, :, cell // a.shape[3], cell % a.shape[3]] = 0
                logits.append(self.tail(copies, layer).flatten())
            ms = since(start)
        return {"ms": ms, "logits": torch.cat(logits).tolist()}

    def gradcam(self, layer):
        start = time.perf_counter()
        with torch.no_grad():
            a = self.head(layer)
        a.requires_grad_()
        (gradient,) = torch.autograd.grad(self.tail(a, layer)[0, 0], a)
        cam = (a.detach() * gradient.mean((2, 3), keepdim=True)).sum(1)
        return {"ms": since(start), "map": cam.flatten().tolist()}

    def library(self, method):
        """pytorch-grad-cam at the end of the last dense block."""
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        cam = getattr(pytorch_grad_cam, method)(model=self.model, target_layers=[self.model.features.denseblock4])
        start = time.perf_counter()
        cam(input_tensor=self.x, targets=[ClassifierOutputTarget(0)])
        return {"ms": since(start)}


def since(start):
    return (time.perf_counter() - start) * 1000


def main():
    peer = Peer()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = getattr(peer, re.fullmatch("[a-z]+", asked.pop("do")).group())(**asked)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
