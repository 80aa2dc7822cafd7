"""Writes the weights of a network of torchvision's as it draws them: python3 tools/bench/export_weights.py resnet50 OUT.pt"""

import sys

import torch
import torchvision

torch.manual_seed(1)
torch.save(getattr(torchvision.models, sys.argv[1])(weights=None).eval().state_dict(), sys.argv[2])
