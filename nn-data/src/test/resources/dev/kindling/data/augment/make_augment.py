"""Makes augment.npz: an image, warped by PyTorch 1.13 and coloured by torchvision's formulas and Python's colorsys.

Run: python3 make_augment.py
"""

import colorsys
import math

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(1)
x = rng.random((3, 11, 14)).astype("f4")
t = torch.from_numpy(x).double()[None]
out = {"x": x}


def affine(angle, zoom, right, down, outside="zeros"):
    """Output pixel to input pixel, both about the centre, through grid_sample."""
    h, w = x.shape[1:]
    ys, xs = torch.meshgrid(torch.arange(h).double(), torch.arange(w).double(), indexing="ij")
    u, v = xs - (w - 1) / 2 - right, ys - (h - 1) / 2 - down
    a = math.radians(angle)  # counter-clockwise as seen, y points down
    su = (math.cos(a) * u - math.sin(a) * v) / zoom
    sv = (math.sin(a) * u + math.cos(a) * v) / zoom
    grid = torch.stack([su * 2 / w, sv * 2 / h], -1)[None]
    return F.grid_sample(t, grid, mode="bilinear", padding_mode=outside, align_corners=False)[0].numpy()


out["affine"] = affine(20, 1.2, 1.5, -2.25)
out["affine_edges"] = affine(20, 1.2, 1.5, -4.25, "border")
out["rotate90"] = np.rot90(x[:, :11, :11], 1, (1, 2))
top, left, h, w = 2, 3, 6, 9
crop = t[:, :, top : top + h, left : left + w]
ys, xs = (torch.arange(11) + 0.5) * h / 11 + top, (torch.arange(14) + 0.5) * w / 14 + left
gy, gx = torch.meshgrid(ys.double() * 2 / 11 - 1, xs.double() * 2 / 14 - 1, indexing="ij")
out["crop"] = F.grid_sample(t, torch.stack([gx, gy], -1)[None], align_corners=False)[0].numpy()

gray = 0.299 * x[0] + 0.587 * x[1] + 0.114 * x[2]
out["bright"] = np.clip(1.3 * x, 0, 1)
out["contrast"] = np.clip(1.4 * x - 0.4 * gray.mean(), 0, 1)
out["saturation"] = np.clip(0.3 * x + 0.7 * gray, 0, 1)
hue = x.copy()
for i in range(11):
    for j in range(14):
        hh, s, v = colorsys.rgb_to_hsv(*x[:, i, j])
        hue[:, i, j] = colorsys.hsv_to_rgb((hh - 0.2) % 1, s, v)
out["hue"] = hue
np.savez_compressed("augment.npz", **{k: np.ascontiguousarray(v).astype("f4") for k, v in out.items()})
