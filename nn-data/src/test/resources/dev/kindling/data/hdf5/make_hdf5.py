"""Makes hdf5.zip: files that h5py 3.7 writes, and the same numbers as .npy files.

Run: python3 make_hdf5.py (Debian's python3-h5py). FILE.h5 holds what FILE/DATASET.npy beside it holds; the files whose
names begin with 'refused' hold what isn't supported.
"""

import io
import os
import tempfile
import zipfile

import h5py
import numpy as np

rng = np.random.default_rng(1)
directory = tempfile.mkdtemp()

with zipfile.ZipFile("hdf5.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:

    def put(name, data):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        z.writestr(info, data)

    def make(name, fill, **options):
        path = os.path.join(directory, name + ".h5")
        with h5py.File(path, "w", **options) as f:
            fill(f)
        put(name + ".h5", open(path, "rb").read())
        if name.startswith("refused"):
            return

        def expect(path, node):
            if isinstance(node, h5py.Dataset) and node.dtype.kind not in "SO" and node.shape is not None:
                out = io.BytesIO()
                np.save(out, np.ascontiguousarray(node[()]).reshape(node.shape))
                put(f"{name}/{path}.npy", out.getvalue())

        with h5py.File(path, "r") as f:
            f.visititems(expect)

    def types(f):
        for code in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"):
            info = np.iinfo(code)
            for order in "<>":
                f[order + code] = np.array([info.min, info.max, 0, 1, 5, 77], order + code).reshape(2, 3)
        for code in ("f2", "f4", "f8"):
            for order in "<>":
                f[order + code] = np.array([0, -1.5, 1 / 3, np.inf, np.nan, 6e-8], order + code).reshape(3, 2)
        f["bool"] = np.array([True, False, True])
        f["scalar"] = np.float32(2.5)
        f["empty"] = np.zeros((0, 7), "<f4")
        f["nothing"] = h5py.Empty("f4")
        f["texts"] = np.array([b"non-cat", b"cat", b"\xc3\xa9"])

    make("types", types)

    def chunks(f):
        a = rng.integers(0, 100, (23, 31)).astype("<i4")
        f.create_dataset("plain", data=a, chunks=(7, 8))
        f.create_dataset("gzip", data=a, chunks=(7, 8), compression="gzip")
        f.create_dataset("shuffled", data=a, chunks=(7, 8), shuffle=True)
        f.create_dataset("all", data=a, chunks=(7, 8), compression="gzip", shuffle=True, fletcher32=True)
        f.create_dataset("checksum", data=a[:5].astype("u1"), chunks=(5, 9), fletcher32=True)
        f.create_dataset("line", data=np.arange(1000, dtype="<f8"), chunks=(3,), maxshape=(None,))  # a tree of two levels
        f.create_dataset("cube", data=rng.integers(0, 9, (5, 6, 7)).astype(">i2"), chunks=(2, 4, 3), compression=9)
        f.create_dataset("large", data=a[:2, :2], chunks=(16, 16), maxshape=(None, None), compression="gzip")
        d = f.create_dataset("holes", (20, 20), "<f4", chunks=(6, 6), fillvalue=-1.5)
        d[7:9, 13:15] = 3
        f.create_dataset("never", (4, 3), "<i2", fillvalue=7)
        d = f.create_dataset("smaller", data=a, chunks=(7, 8), maxshape=(None, None))
        d.resize((10, 9))

    make("chunks", chunks)

    def groups(f):
        for i in range(40):
            f[f"many/member{i:02d}"] = np.int32(i)
        f["a/b/c/deep"] = np.arange(3)
        f["a/itself"] = f["a"]
        f["soft"] = h5py.SoftLink("/a/b")
        f["outside"] = h5py.ExternalLink("other.h5", "/x")
        f["a"].attrs["note"] = "attributes are passed over"

    make("groups", groups)

    def cats(part, n):
        def fill(f):
            f[part + "_set_x"] = rng.integers(0, 256, (n, 4, 5, 3), "u1")
            f[part + "_set_y"] = np.arange(n) % 2
            f["list_classes"] = np.array([b"non-cat", b"cat"])

        return fill

    make("train_catvnoncat", cats("train", 3))
    make("test_catvnoncat", cats("test", 2))
    make("block", lambda f: f.create_dataset("x", data=np.arange(4)), userblock_size=512)
    make("ordered", lambda f: f.create_group("g", track_order=True).create_dataset("x", data=np.arange(4)))
    make("latest", lambda f: f.create_dataset("x", data=np.arange(4)), libver="latest")
    make("refused_latest", lambda f: f.create_dataset("x", data=np.arange(4), chunks=(2,)), libver="latest")
    make("refused_lzf", lambda f: f.create_dataset("x", data=np.arange(400), compression="lzf"))
    make("refused_text", lambda f: f.create_dataset("x", data="text of any length"))
    make("refused_record", lambda f: f.create_dataset("x", data=np.zeros(3, "i4,f4")))
    make("refused_complex", lambda f: f.create_dataset("x", data=np.zeros(3, "c8")))
    make("refused_many", lambda f: [f.create_dataset(f"x{i}", data=i) for i in range(20)], libver="latest")
    make("refused_shared", lambda f: (f.__setitem__("t", np.dtype("<i4")), f.create_dataset("x", (3,), f["t"])))
    make("refused_scale", lambda f: f.create_dataset("x", data=np.arange(50), scaleoffset=4))
