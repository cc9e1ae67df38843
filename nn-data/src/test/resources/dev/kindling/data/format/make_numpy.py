"""Makes numpy.npz: what NumPy 1.24 writes for every type, byte order and element order. Run: python3 make_numpy.py"""

import io
import zipfile

import numpy as np

values = {
    "b1": [0, 1, 1, 0, 1, 0],
    "i1": [-128, 127, 0, 1, -1, 5],
    "u1": [0, 255, 1, 2, 128, 127],
    "i2": [-32768, 32767, 0, 1, -1, 5],
    "u2": [0, 65535, 1, 2, 32768, 5],
    "i4": [-(2**31), 2**31 - 1, 0, 1, -1, 5],
    "u4": [0, 2**32 - 1, 1, 2, 2**31, 5],
    "i8": [-(2**63), 2**63 - 1, 0, 2**53 + 1, -1, 5],
    "u8": [0, 2**64 - 1, 2**63, 2**53 + 1, 2**63 + 1025, 5],
    "f2": [0.0, -65504.0, 6e-8, 1 / 3, float("inf"), float("nan")],
    "f4": [0.0, -3.4e38, 1e-45, 1 / 3, float("-inf"), float("nan")],
    "f8": [0.0, -1.7e308, 5e-324, 1 / 3, float("inf"), float("nan")],
}

with zipfile.ZipFile("numpy.npz", "w", zipfile.ZIP_DEFLATED) as z:

    def add(name, array):
        f = io.BytesIO()
        np.save(f, array)
        z.writestr(zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), f.getvalue())

    for code, v in values.items():
        for order in "<>" if code[1] != "1" else "|":
            a = np.array(v, order + code).reshape(2, 3)
            name = code + {"<": "_le", ">": "_be", "|": ""}[order]
            add(name + "_C", a)
            add(name + "_F", np.asfortranarray(a))
            if order != ">":
                add(name + "_float64", a.astype("<f8"))
                add(name + "_float32", a.astype("<f4"))
    add("cube_F", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
    add("scalar", np.float32(2.5))
    add("empty", np.zeros((0, 7), "<f4"))
    # For rounding to half precision: float32 beside what NumPy makes of it.
    rng = np.random.default_rng(1)
    f = (rng.standard_normal(500) * 10.0 ** rng.integers(-9, 6, 500)).astype("<f4")
    f = np.concatenate([f, np.float32([65519, 65520, 2049, 2051, 2**-25, 2**-24 * 1.5, 6.1035e-05])])
    add("half_in", f)
    with np.errstate(over="ignore"):
        add("half_out", f.astype("<f2"))
