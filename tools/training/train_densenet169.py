"""Trains DenseNet-169 from scratch on a folder of images.

  python3 train_densenet169.py DATA OUT --minutes 100 --stages 96:0.6,160:0.2,224:0.2 --at-least 200

DATA holds one folder per class, or files named <class>_<number>.jpg. Every fifth image of a class, in natural order, is held out.
OUT gets weights.safetensors (float16, torchvision's names), labels.json, report.json, and a checkpoint from which the same command goes on.

Images are stretched to a square; rotation, flips, zoom, shift and colour are varied batch by batch. Runs on CPU or CUDA, in bfloat16. Minutes are
minutes of computing (processor time over threads on a CPU), so that a run in the background is not cut short by what runs beside it. They
can be changed while it runs: write the new number into OUT/minutes.
"""

import argparse
import json
import math
import os
import re
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
# Every fifth image is held out: with fewer there is none.
LEAST = 5


class DenseLayer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(channels), nn.Conv2d(channels, 128, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(128), nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat([x, self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))], 1)


class Transition(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(channels), nn.Conv2d(channels, channels // 2, 1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.norm(x))), 2)


class DenseNet(nn.Module):
    """Huang et al., CVPR 2017, with torchvision's parameter names. x: [n, 3, side, side] -> logits [n, classes]."""

    def __init__(self, classes, blocks=(6, 12, 32, 32)):
        super().__init__()
        self.features = nn.Sequential()
        self.features.add_module("conv0", nn.Conv2d(3, 64, 7, 2, 3, bias=False))
        self.features.add_module("norm0", nn.BatchNorm2d(64))
        self.features.add_module("relu0", nn.ReLU())
        self.features.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        channels = 64
        for i, count in enumerate(blocks, 1):
            block = nn.Sequential()
            for j in range(1, count + 1):
                block.add_module(f"denselayer{j}", DenseLayer(channels))
                channels += 32
            self.features.add_module(f"denseblock{i}", block)
            if i < len(blocks):
                self.features.add_module(f"transition{i}", Transition(channels))
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))


def files_of(root):
    """[(path, class name)], naturally sorted."""
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            if not name.lower().endswith(IMAGES):
                continue
            own = os.path.relpath(folder, root)
            label = re.sub(r"[_ ]?\(?\d+\)?$", "", os.path.splitext(name)[0]) if own == "." else own.split(os.sep)[0]
            found.append((os.path.join(folder, name), label.strip().lower().replace(" ", "_")))
    natural = lambda text: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]
    return sorted(found, key=lambda entry: natural(entry[0]))


def load(root, side, at_least):
    """(train, held out), each (uint8 [n, 3, side, side], int64 [n]); and the class names."""
    items = files_of(root)
    counts = {}
    for _, label in items:
        counts[label] = counts.get(label, 0) + 1
    names = sorted(label for label, count in counts.items() if count >= max(at_least, LEAST))
    if len(names) < 2:
        raise SystemExit(f"{root} must have two classes or more with at least {max(at_least, LEAST)} images each: a folder for each class.")
    seen, train, held = {}, ([], []), ([], [])
    for path, label in items:
        if label not in names:
            continue
        seen[label] = seen.get(label, 0) + 1
        pixels, labels = held if seen[label] % 5 == 0 else train
        image = Image.open(path).convert("RGB").resize((side, side), Image.BILINEAR)
        pixels.append(torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(side, side, 3).permute(2, 0, 1))
        labels.append(names.index(label))
    return [(torch.stack(pixels), torch.tensor(labels)) for pixels, labels in (train, held)], names


def normalised(x):
    return ((x - MEAN.to(x.device)) / DEVIATION.to(x.device)).contiguous(memory_format=torch.channels_last)


def prepare(x, size, device):
    x = x.to(device).float() / 255
    if x.shape[-1] != size:
        x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return normalised(x)


def augment(x, size, device, turn):
    """Random rotation (any angle with `turn`), flip, zoom, shift, colour."""
    n = len(x)
    x = x.to(device).float() / 255
    angle = (torch.rand(n, device=device) * 2 - 1) * (math.pi if turn else 0.25)
    scale = torch.empty(n, device=device).uniform_(0.65, 1.1)
    flip = (torch.rand(n, device=device) < 0.5).float() * 2 - 1
    shift = torch.empty(n, 2, device=device).uniform_(-0.12, 0.12)
    across = torch.stack([scale * angle.cos() * flip, -scale * angle.sin(), shift[:, 0]], 1)
    down = torch.stack([scale * angle.sin() * flip, scale * angle.cos(), shift[:, 1]], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), (n, 3, size, size), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
    gain = torch.empty(n, 3, 1, 1, device=device).uniform_(0.85, 1.15)
    lift = torch.empty(n, 1, 1, 1, device=device).uniform_(-0.1, 0.1)
    return normalised((x * gain + lift).clamp(0, 1))


@torch.no_grad()
def held_out(net, x, y, size, device, is_exact=False):
    """Top-1, top-5, top-1 by class, and the class that each image is given. In bfloat16, or float32 if `is_exact`."""
    net.eval()
    logits = []
    for i in range(0, len(x), 32):
        with torch.autocast(device.type, torch.bfloat16, enabled=not is_exact):
            logits.append(net(prepare(x[i : i + 32], size, device)).float().cpu())
    logits = torch.cat(logits)
    rank = (logits > logits.gather(1, y[:, None])).sum(1)
    by_class = [(rank[y == c] == 0).float().mean().item() for c in range(int(y.max()) + 1)]
    return (rank == 0).float().mean().item(), (rank < 5).float().mean().item(), by_class, logits.argmax(1).tolist()


def write_safetensors(path, tensors):
    """huggingface/safetensors: a little-endian length, a JSON header, and the bytes of all tensors."""
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.half().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(chunks))


class Clock:
    """Seconds of computing, continued over restarts."""

    def __init__(self, device, before):
        self.now = (lambda: time.process_time() / torch.get_num_threads()) if device.type == "cpu" else time.time
        self.before, self.start = before, self.now()

    def seconds(self):
        return self.before + self.now() - self.start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, help="of computing, in all (default: 90, or what OUT/minutes says)")
    parser.add_argument("--stages", default="96:0.6,160:0.2,224:0.2", help="side of the images : share of the time")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--mixup", type=float, default=0.0, help="alpha of mixup; 0.2 for long runs")
    parser.add_argument("--at-least", type=int, default=LEAST, help="leave out classes with fewer images")
    parser.add_argument("--turn", action="store_true", help="images have no up: rotate by any angle")
    parser.add_argument("--side", type=int, default=176, help="images are kept at this side")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    in_out = lambda name: os.path.join(options.out, name)
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ((x, y), (held_x, held_y)), names = load(options.data, options.side, options.at_least)
    net = DenseNet(len(names)).to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.lr, weight_decay=0.05)
    state = {"steps": 0, "seconds": 0.0, "log": []}
    if os.path.exists(in_out("checkpoint.pt")):
        saved = torch.load(in_out("checkpoint.pt"), map_location=device)
        net.load_state_dict(saved["net"])
        optimiser.load_state_dict(saved["optimiser"])
        state = saved["state"]
    clock = Clock(device, state["seconds"])
    stages = [(int(size), float(share)) for size, share in (stage.split(":") for stage in options.stages.split(","))]
    print(f"{len(x)} train, {len(held_x)} held out, {len(names)} classes, {device}, step {state['steps']}", flush=True)

    # What the command says holds until somebody writes another number into the file.
    if options.minutes is not None or not os.path.exists(in_out("minutes")):
        with open(in_out("minutes"), "w") as file:
            file.write(f"{options.minutes or 90}\n")

    def minutes():
        with open(in_out("minutes")) as file:
            return float(file.read() or 90)

    def save():
        state["seconds"] = clock.seconds()
        saved = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "state": state}
        torch.save(saved, in_out("checkpoint.new"))
        os.replace(in_out("checkpoint.new"), in_out("checkpoint.pt"))

    order, at, losses = torch.randperm(len(x)), 0, []
    while (done := clock.seconds() / 60 / minutes()) < 1:
        # One cycle over the time there is: a twentieth of it to warm up, then a cosine down to nothing.
        lr = options.lr * (done / 0.05 if done < 0.05 else 0.5 * (1 + math.cos(math.pi * (done - 0.05) / 0.95))) + 1e-6
        for group in optimiser.param_groups:
            group["lr"] = lr
        end, size = 0.0, stages[-1][0]
        for side, share in stages:
            end += share
            if done < end:
                size = side
                break
        if at + options.batch > len(order):
            order, at = torch.randperm(len(x)), 0
        pick = order[at : at + options.batch]
        at += options.batch
        net.train()
        batch = augment(x[pick], size, device, options.turn)
        target = F.one_hot(y[pick], len(names)).float().to(device)
        if options.mixup:
            part = float(torch.distributions.Beta(options.mixup, options.mixup).sample())
            other = torch.randperm(len(batch), device=device)
            batch, target = part * batch + (1 - part) * batch[other], part * target + (1 - part) * target[other]
        target = target * 0.9 + 0.1 / len(names)
        with torch.autocast(device.type, torch.bfloat16):
            logits = net(batch)
        loss = -(target * F.log_softmax(logits.float(), 1)).sum(1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        losses.append(loss.item())
        state["steps"] += 1
        if state["steps"] % 100 == 0:
            row = {"step": state["steps"], "images": state["steps"] * options.batch, "size": size, "done": round(done, 4), "lr": lr}
            row["loss"] = sum(losses) / len(losses)
            losses = []
            if state["steps"] % 500 == 0:
                sample = torch.randperm(len(held_x), generator=torch.Generator().manual_seed(0))[:500]
                row["heldOutOf500"] = held_out(net, held_x[sample], held_y[sample], size, device)[0]
            state["log"].append(row)
            save()
            print(row, flush=True)

    save()
    top1, top5, by_class, named = held_out(net, held_x, held_y, 224, device, is_exact=True)
    weights = {name: tensor for name, tensor in net.state_dict().items() if "num_batches" not in name}
    write_safetensors(in_out("weights.safetensors"), weights)
    with open(in_out("labels.json"), "w") as file:
        json.dump(names, file)
    report = {
        "architecture": "densenet169, torchvision's parameter names",
        "train": len(x),
        "heldOut": len(held_x),
        "heldOutTop1At224": top1,
        "heldOutTop5At224": top5,
        "heldOutTop1ByClass": dict(zip(names, by_class)),
        "heldOutClasses": named,
        "minutes": clock.seconds() / 60,
        "steps": state["steps"],
        "options": vars(options),
        "log": state["log"],
    }
    with open(in_out("report.json"), "w") as file:
        json.dump(report, file, indent=1)
    print(f"held out, at 224 px: top-1 {top1:.4f}, top-5 {top5:.4f}", flush=True)


if __name__ == "__main__":
    main()
