"""Makes images.zip: small images of every kind with the pixels that Pillow 9.4 decodes, and resized ones.

Run: python3 make_images.py. The 'area' results are NumPy's, by integrals of the image.
"""

import io
import zipfile

import numpy as np
from PIL import Image, ImageCms, ImageOps

rng = np.random.default_rng(1)
y, x = np.mgrid[0:40, 0:56]
a = np.stack([x * 4.5, y * 6, (x + y) * 2.6], -1) + rng.normal(0, 6, (40, 56, 3))
im = Image.fromarray(np.uint8(np.clip(a, 0, 255)))
y, x = np.mgrid[0:90, 0:120]
wave = 127 + 120 * np.stack([np.sin(x / 3), np.cos(y / 5), np.sin(x * y / 900)], -1)
large = Image.fromarray(np.uint8(np.clip(wave + rng.normal(0, 5, wave.shape), 0, 255)))


def area(image, w, h):
    """Means over exact areas: differences of the integral of a piecewise constant function."""
    v = np.asarray(image).astype(float)
    for axis, n in ((0, h), (1, w)):
        size = v.shape[axis]
        total = np.concatenate([np.zeros_like(v.take([0], axis)), np.cumsum(v, axis)], axis)
        edges = np.arange(n + 1) * size / n
        low = np.minimum(edges.astype(int), size - 1)
        shape = [1, 1, 1]
        shape[axis] = -1
        f = (edges - low).reshape(shape)
        at = total.take(low, axis) * (1 - f) + total.take(low + 1, axis) * f
        v = np.diff(at, axis=axis) * n / size
    return v


with zipfile.ZipFile("images.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:

    def put(name, data):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        z.writestr(info, data)

    def put_array(name, array):
        f = io.BytesIO()
        np.save(f, np.ascontiguousarray(array))
        put(name, f.getvalue())

    def put_image(name, image, **options):
        f = io.BytesIO()
        image.save(f, name.split(".")[-1].replace("jpg", "jpeg"), **options)
        put(name, f.getvalue())
        decoded = ImageOps.exif_transpose(Image.open(io.BytesIO(f.getvalue())))
        put_array(name + ".npy", np.asarray(decoded.convert("RGB")))

    put_image("plain.jpg", im, quality=90)
    put_image("444.jpg", im, quality=90, subsampling=0)
    put_image("progressive.jpg", im, quality=90, progressive=True)
    put_image("gray.jpg", im.convert("L"), quality=90)
    put_image("cmyk.jpg", im.convert("CMYK"), quality=95)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    put_image("profile.jpg", im, quality=90, icc_profile=profile)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x112] = orientation
        put_image(f"exif{orientation}.jpg", im, quality=95, exif=exif)
    put_image("plain.png", im)
    put_image("alpha.png", im.convert("RGBA"))
    put_image("palette.png", im.convert("P"))
    put_image("one_bit.png", im.convert("1"))
    put_image("gray_alpha.png", im.convert("LA"))

    put_array("large.npy", np.asarray(large))
    for w, h in ((32, 32), (64, 48), (50, 90), (200, 131)):
        put_array(f"lanczos_{w}x{h}.npy", np.asarray(large.resize((w, h), Image.LANCZOS)))
        if w <= 120 and h <= 90:
            put_array(f"area_{w}x{h}.npy", area(large, w, h).astype("<f4"))
    put_array("bilinear_200x131.npy", np.asarray(large.resize((200, 131), Image.BILINEAR)))

    # A picture by a formula that the test knows too, at the size of photographs that are shrunk.
    y, x = np.mgrid[0:200, 0:200]
    wave = lambda k: np.abs(k % 510 - 255)
    made = np.stack([wave(9 * x + 4 * y), wave(x * y // 9), wave((x - 90) ** 2 // 20 + (y - 120) ** 2 // 30)], -1)
    made = Image.fromarray(np.uint8(made))
    put_array("made_lanczos.npy", np.asarray(made.resize((64, 64), Image.LANCZOS)))
