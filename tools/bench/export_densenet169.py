"""Writes DenseNet-169 with random weights as an ONNX graph of 224 x 224: python3 tools/bench/export_densenet169.py OUT.onnx"""

import sys

import torch
import torchvision

torch.manual_seed(1)
model = torchvision.models.densenet169(weights=None).eval()
image = torch.zeros(1, 3, 224, 224)
torch.onnx.export(model, image, sys.argv[1], opset_version=13, input_names=["image"], output_names=["scores"])
