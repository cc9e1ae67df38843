"""Makes the groups of cases that this file names, with PyTorch 1.13: python3 make_more_cases.py, in this folder.

A layer runs in double on float32 inputs, and in float32, whose error beside double is err32.
"""

import json
import os

import numpy
import torch
from torch import nn
from torch.nn import functional as F


class Fn(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.dense1 = nn.Linear(channels, channels // reduction)
        self.dense2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        s = torch.sigmoid(self.dense2(F.relu(self.dense1(x.mean((2, 3))))))
        return x * s[:, :, None, None]


class Block(nn.Module):
    """A block of a residual network."""

    def __init__(self, i, o, stride):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(),
                                  nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o))
        self.around = (nn.Identity() if i == o and stride == 1 else
                       nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o)))

    def forward(self, x):
        return F.relu(self.body(x) + self.around(x))


def resnet(classes, blocks, widths):
    layers = [nn.Conv2d(3, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    i = widths[0]
    for stage, o in enumerate(widths):
        for b in range(blocks):
            layers.append(Block(i, o, 2 if stage > 0 and b == 0 else 1))
            i = o
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(i, classes))


def twice(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(),
                         nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())


class Level(nn.Module):
    """A U-Net from one size down."""

    def __init__(self, i, widths):
        super().__init__()
        w = widths[0]
        self.first = twice(i, w)
        self.below = self.last = None
        if len(widths) > 1:
            self.below = nn.Sequential(nn.MaxPool2d(2), Level(w, widths[1:]), nn.ConvTranspose2d(widths[1], w, 2, 2))
            self.last = twice(2 * w, w)

    def forward(self, x):
        x = self.first(x)
        return x if self.below is None else self.last(torch.cat([x, self.below(x)], 1))


def affine(m):
    with torch.no_grad():
        m.weight.normal_(1, 0.3)
        m.bias.normal_(0, 0.3)
    return m


def run(module, x, upstream):
    x = x.clone().requires_grad_(True)
    y = module(x)
    module.zero_grad()
    y.backward(upstream.to(x.dtype) if upstream is not None else torch.ones_like(y))
    result = {"out.0": y.detach(), "grad.x": x.grad}
    for name, p in named(module):
        result["gradparam." + name] = p.grad.clone()
    return result


def named(module):
    if "network" in module.__dict__:
        return [(str(i), p) for i, p in enumerate(module.parameters())]
    return list(module.named_parameters())


def network(module):
    module.__dict__["network"] = True
    return module


def case(group, number, module, shape, attrs):
    """Of a whole network, parameters are called by their number."""
    x = torch.randn(*shape)
    with torch.no_grad():
        upstream = torch.randn(*module(x).shape)
    single = run(module, x, upstream)
    arrays = {"in.x": x.numpy(), "upstream.0": upstream.numpy()}
    for name, p in named(module):
        arrays["param." + name] = p.detach().float().numpy().copy()
    double = run(module.double(), x.double(), upstream.double())
    for name, value in double.items():
        arrays[name] = value.numpy()
    err32 = {n: float((single[n].double() - double[n]).abs().max()) for n in double}
    os.makedirs(group, exist_ok=True)
    file = f"{group}/{number}.npz"
    numpy.savez_compressed(file, **arrays)
    return {"file": file, "attrs": attrs, "err32": err32}


def group(name, cases):
    torch.manual_seed(len(name))
    rows = [case(name, i, module(), shape, attrs) for i, (module, shape, attrs) in enumerate(cases)]
    with open(f"{name}/cases.json", "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


group("upsample", [
    (lambda m=m, r=r: Fn(lambda x: F.interpolate(x, scale_factor=r, mode=m,
                                                 **({"align_corners": False} if m == "bilinear" else {}))),
     shape, {"mode": m, "factor": list(r)})
    for m in ("nearest", "bilinear")
    for r, shape in [((2, 2), (2, 3, 4, 5)), ((3, 2), (1, 2, 3, 4)), ((1, 4), (2, 1, 2, 1)), ((5, 3), (1, 2, 1, 6))]
])
group("adaptivepool2d", [
    (lambda k=k, s=s: Fn(lambda x: (F.adaptive_avg_pool2d if k == "avg" else F.adaptive_max_pool2d)(x, tuple(s))),
     shape, {"kind": k, "size": s})
    for k in ("avg", "max")
    for s, shape in [([1, 1], (2, 3, 5, 4)), ([2, 3], (2, 2, 7, 8)), ([4, 4], (1, 2, 8, 8)), ([6, 2], (1, 2, 4, 5)),
                     ([3, 40], (1, 1, 7, 70))]
])
group("pool1d", [
    (lambda k=k, a=a: Fn(lambda x: F.max_pool1d(x, a["kernel"], a["stride"], a["padding"], ceil_mode=a["ceil"])
                         if k == "max" else
                         F.avg_pool1d(x, a["kernel"], a["stride"], a["padding"], a["ceil"], a["count_include_pad"])),
     shape, {"kind": k, **a})
    for k in ("max", "avg")
    for a, shape in [
        ({"kernel": 2, "stride": 2, "padding": 0, "ceil": False, "count_include_pad": True}, (2, 3, 9)),
        ({"kernel": 3, "stride": 2, "padding": 1, "ceil": True, "count_include_pad": True}, (2, 2, 8)),
        ({"kernel": 5, "stride": 1, "padding": 2, "ceil": False, "count_include_pad": False}, (1, 2, 7)),
        ({"kernel": 4, "stride": 3, "padding": 2, "ceil": True, "count_include_pad": False}, (2, 1, 6)),
    ]
])
group("pixelshuffle", [
    (lambda r=r: nn.PixelShuffle(r), shape, {"factor": r})
    for r, shape in [(2, (2, 8, 3, 4)), (3, (1, 18, 2, 5)), (1, (2, 3, 2, 2))]
])
group("zeropad2d", [
    (lambda p=p: nn.ZeroPad2d(tuple(p)), (2, 3, 4, 5), {"padding": p})
    for p in ([1, 1, 1, 1], [0, 2, 3, 0], [0, 0, 0, 0])
])
group("groupnorm_more", [
    (lambda g=g, c=s[1], e=e: affine(nn.GroupNorm(g, c, eps=e)), s, {"groups": g, "eps": e})
    for g, s, e in [(1, (2, 4, 3, 5), 1e-5), (3, (3, 6, 4, 4), 1e-3), (4, (2, 8, 7), 1e-5), (2, (3, 6), 1e-5)]
])
group("squeezeexcitation", [
    (lambda c=s[1], r=r: SqueezeExcitation(c, r), s, {"reduction": r})
    for r, s in [(2, (2, 4, 3, 5)), (4, (3, 10, 4, 4))]
])
group("network", [
    (lambda: network(resnet(5, 1, [4, 8])), (4, 3, 8, 8), {"kind": "resnet", "out": 5, "widths": [4, 8]}),
    (lambda: network(nn.Sequential(Level(1, [4, 6, 8]), nn.Conv2d(4, 2, 1))), (3, 1, 8, 12),
     {"kind": "unet", "out": 2, "widths": [4, 6, 8]}),
])
