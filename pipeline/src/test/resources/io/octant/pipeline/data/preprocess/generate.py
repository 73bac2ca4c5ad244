"""Pictures, and the tensors that Pillow and torchvision make of them.

Writes the pictures, cases.csv with one line a case, tensors.u8 with the bytes of their tensors one after the other, and
normalized.f32 with little-endian floats of the case of that name. Run in this folder:

    python generate.py

Recorded with Pillow 12.3.0 (libjpeg-turbo 3.1.4.1), torchvision 0.28.0, torch 2.13.0, numpy 2.4.6.
"""

import csv
import io

import numpy as np
from PIL import Image, ImageCms, ImageOps
from torchvision import transforms

INTERPOLATION = {
    "nearest": transforms.InterpolationMode.NEAREST,
    "bilinear": transforms.InterpolationMode.BILINEAR,
    "bicubic": transforms.InterpolationMode.BICUBIC,
    "lanczos": transforms.InterpolationMode.LANCZOS,
}


def scene(width, height, seed):
    """Light that changes slowly, discs with hard edges, a grating and grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    image = np.zeros((height, width, 3))
    for c in range(3):
        a, b = rng.uniform(-1.5, 1.5, 2)
        image[:, :, c] = 110 + 60 * np.sin(a * x / width * 3 + b * y / height * 3 + c)
    for _ in range(9):
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(4, width / 4)
        image[(x - cx) ** 2 + (y - cy) ** 2 < r * r] = rng.uniform(0, 255, 3)
    image[:, : width // 5] += (40 * np.sin(x * 1.9 + y * 0.7))[:, : width // 5, None]
    image += rng.normal(0, 4, image.shape)
    return Image.fromarray(np.clip(np.rint(image), 0, 255).astype(np.uint8))


def without_segments(jpeg, markers):
    """The file without segments of these markers, which lie before the scan."""
    out, at = bytearray(jpeg[:2]), 2
    while jpeg[at + 1] != 0xDA:
        size = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in markers:
            out += jpeg[at : at + size]
        at += size
    return bytes(out + jpeg[at:])


def with_segment(jpeg, marker, body):
    return jpeg[:2] + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def pictures():
    """File name to bytes."""
    photo = scene(67, 49, 1)
    tall = scene(60, 101, 2)
    files = {
        "s420.jpg": encoded(photo, quality=85, subsampling=2),
        "s422.jpg": encoded(photo, quality=85, subsampling=1),
        "s444.jpg": encoded(photo, quality=60, subsampling=0),
        "progressive.jpg": encoded(tall, quality=75, progressive=True),
        "grey.jpg": encoded(tall.convert("L"), quality=80),
        "cmyk.jpg": encoded(tall.convert("CMYK"), quality=80),
        "rgb.jpg": encoded(tall, quality=80, keep_rgb=True),
        "icc.jpg": encoded(
            tall, quality=80, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        ),
        "tiny.jpg": encoded(scene(40, 40, 3).resize((3, 5)), quality=90),
    }
    files["bare444.jpg"] = without_segments(files["s444.jpg"], {0xE0})
    files["bare420.jpg"] = without_segments(files["s420.jpg"], {0xE0})
    adobe = b"Adobe" + bytes([0, 100, 0, 0, 0, 0])
    files["adobe1.jpg"] = with_segment(files["bare444.jpg"], 0xEE, adobe + b"\1")
    files["adobe0.jpg"] = with_segment(without_segments(files["rgb.jpg"], {0xE0, 0xEE}), 0xEE, adobe + b"\0")
    ycck = without_segments(files["cmyk.jpg"], {0xE0, 0xEE})
    files["ycck.jpg"] = with_segment(ycck, 0xEE, adobe + b"\2")
    small = tall.resize((30, 50), Image.Resampling.BICUBIC)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files[f"exif{orientation}.jpg"] = encoded(small, quality=60, exif=exif.tobytes())
    for mode in ("1", "L", "P", "LA", "RGBA", "RGB"):
        files[f"mode_{mode}.png"] = png(small.convert(mode))
    files["palette4.png"] = png(small.quantize(7), bits=4)
    files["transparent.png"] = png(small.quantize(16), transparency=3)
    files["depth16.png"] = rgb16(small)
    return files


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def rgb16(image):
    """RGB of 16 bits, which Pillow reads but does not write."""
    import struct
    import zlib

    a = np.asarray(image).astype(np.uint16) * 256 + 77
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in a)
    header = struct.pack(">IIBBBBB", image.width, image.height, 16, 2, 0, 0, 0)
    out = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        out += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return out


def squared(image, color):
    """In the middle of a square of one colour."""
    pixels = np.asarray(image)
    rest = [max(image.size) - n for n in pixels.shape[:2]]
    pad = [(n // 2, n - n // 2) for n in rest]
    if pixels.ndim == 2:
        return Image.fromarray(np.pad(pixels, pad, constant_values=color[0]))
    planes = [np.pad(pixels[:, :, c], pad, constant_values=color[c]) for c in range(3)]
    return Image.fromarray(np.stack(planes, axis=2))


def prepared(file, channels, orientation, resize, interpolation, crop, square):
    image = Image.open(file)
    if orientation == "exif":
        image = ImageOps.exif_transpose(image)
    image = image.convert("L" if channels == "grey" else "RGB")
    if square:
        color = [int(n) for n in square.split()]
        image = squared(image, color[::-1] if channels == "bgr" else color)
    steps = []
    if resize:
        size = [int(n) for n in resize.split("x")]
        steps.append(
            transforms.Resize(size if len(size) == 2 else size[0], interpolation=INTERPOLATION[interpolation])
        )
    if crop:
        steps.append(transforms.CenterCrop([int(n) for n in crop.split("x")]))
    return transforms.Compose(steps)(image)


def main():
    files = pictures()
    for name, data in files.items():
        open(name, "wb").write(data)
    cases = [(f.split(".")[0], f, "rgb", "ignore", "", "bilinear", "", "nchw") for f in files]
    for interpolation in INTERPOLATION:
        for size, crop in (("32", "28x28"), ("33x57", ""), ("110", "40x30"), ("49x20", "")):
            name = f"{interpolation}_{size}_{crop or 'whole'}"
            cases.append((name, "s444.jpg", "rgb", "ignore", size, interpolation, crop, "nchw"))
    cases += [
        ("odd_crop", "s420.jpg", "rgb", "ignore", "", "bilinear", "32x30", "nchw"),
        ("odd_crop_2", "s420.jpg", "rgb", "ignore", "", "bilinear", "34x28", "nchw"),
        ("padded_crop", "tiny.jpg", "rgb", "ignore", "", "bilinear", "8x9", "nchw"),
        ("padded_one_way", "tiny.jpg", "rgb", "ignore", "", "bilinear", "2x8", "nchw"),
        ("bgr", "s420.jpg", "bgr", "ignore", "24", "bicubic", "20x20", "nchw"),
        ("channels_last", "s420.jpg", "rgb", "ignore", "24", "bicubic", "20x20", "nhwc"),
        ("to_grey", "s420.jpg", "grey", "ignore", "24", "bilinear", "20x20", "nchw"),
        ("grey_of_palette", "mode_P.png", "grey", "ignore", "", "bilinear", "", "nchw"),
        ("grey_of_grey", "grey.jpg", "grey", "ignore", "20x20", "lanczos", "", "nchw"),
        ("normalized", "s420.jpg", "rgb", "ignore", "30", "bilinear", "28x28", "nchw"),
    ]
    cases += [(f"upright{o}", f"exif{o}.jpg", "rgb", "exif", "", "bilinear", "", "nchw") for o in range(1, 9)]
    squares = [
        ("square_tall", "exif1.jpg", "rgb", "ignore", "", "bilinear", "", "nchw", "0 0 0"),
        ("square_wide", "s444.jpg", "rgb", "ignore", "", "bilinear", "", "nhwc", "122 116 104"),
        ("square_odd", "s420.jpg", "bgr", "ignore", "32x32", "bicubic", "", "nchw", "1 128 255"),
        ("square_grey", "grey.jpg", "grey", "ignore", "48", "bilinear", "40x40", "nchw", "77"),
    ]
    with open("cases.csv", "w", newline="") as out, open("tensors.u8", "wb") as tensors:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["case", "file", "channels", "orientation", "resize", "interpolation", "crop", "layout", "h", "w", "square"])
        for case in [(*case, "") for case in cases] + squares:
            name, file, channels, orientation, resize, interpolation, crop, layout, square = case
            image = prepared(file, channels, orientation, resize, interpolation, crop, square)
            pixels = np.asarray(image)
            if pixels.ndim == 2:
                pixels = pixels[:, :, None]
            if channels == "bgr":
                pixels = pixels[:, :, ::-1]
            if layout == "nchw":
                pixels = pixels.transpose(2, 0, 1)
            tensors.write(pixels.tobytes())
            if name == "normalized":
                tensor = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(
                    transforms.ToTensor()(image)
                )
                open(f"{name}.f32", "wb").write(tensor.numpy().astype("<f4").tobytes())
            table.writerow([*case[:-1], image.height, image.width, square])


if __name__ == "__main__":
    main()
