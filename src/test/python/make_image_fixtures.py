"""Writes src/test/resources/fixtures/image: small pictures and what PIL and transformers make of them.

Made with Pillow 13.0.0, transformers 5.23.0, numpy 2.4.6:  python src/test/python/make_image_fixtures.py
"""
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps
from transformers import BlipImageProcessorPil, CLIPImageProcessorPil, IdeficsImageProcessorPil
from transformers.image_transforms import convert_to_rgb
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

OUT = Path(__file__).resolve().parents[1] / "resources" / "fixtures" / "image"
RANDOM = np.random.default_rng(20)
CLIP_16 = dict(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16})


def noise(height, width, *channels):
    return RANDOM.integers(0, 256, (height, width, *channels), dtype=np.uint8)


def waves(height, width):
    """Smooth, so that JPEG keeps it, with a little noise."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [127 + 100 * np.sin(x / (4 + c) + y / (3 + 2 * c)) for c in range(3)]
    return np.clip(np.stack(channels, -1) + RANDOM.normal(0, 9, (height, width, 3)), 0, 255).astype(np.uint8)


def png16(colour_type, samples):
    """PNG of 16 bits a sample; PIL writes such files in grey alone."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def file_with_colours(name, data):
    """NAME, and what PIL's convert("RGB") (.dropped) and, where it differs, transformers (.white) make of it: load_image
    turns it upright, the image processor lays it on white."""
    (OUT / name).write_bytes(data)
    dropped = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    white = np.asarray(convert_to_rgb(upright, return_numpy=True))
    stem = name.split(".")[0]
    Image.fromarray(dropped).save(OUT / f"{stem}.dropped.png")
    if not np.array_equal(dropped, white):
        Image.fromarray(white).save(OUT / f"{stem}.white.png")


def ycck(jpeg):
    """Of a CMYK JPEG in four plain components, one that calls the first three luma and chromas."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + b"\2" + jpeg[at + 1:]


def behind_the_corner(gif, left, top):
    """The GIF with its first picture moved right and down on a screen that grows with it."""
    at = gif.index(b",\0\0\0\0", 13)
    width, height = struct.unpack_from("<HH", gif, 6)
    return (gif[:6] + struct.pack("<HH", width + left + 1, height + top + 2) + gif[10:at + 1]
            + struct.pack("<HH", left, top) + gif[at + 5:])


def exif(orientation):
    notes = Image.Exif()
    notes[274] = orientation
    return notes


def more_formats():
    """GIF, BMP, TIFF, WebP and four-colour JPEG, and pictures that note which way is up."""
    picture = Image.fromarray(waves(21, 33))
    noisy = Image.fromarray(noise(7, 11, 3))
    palette, alpha = noisy.quantize(16), Image.fromarray(noise(7, 11, 4))
    file_with_colours("cmyk.jpg", (OUT / "cmyk.jpg").read_bytes())
    file_with_colours("ycck.jpg", ycck(encoded(picture.convert("CMYK"), "JPEG", subsampling=0)))

    gif = encoded(palette, "GIF")
    file_with_colours("gif.gif", gif)
    file_with_colours("gifgrey.gif", encoded(Image.fromarray(noise(7, 11)), "GIF", interlace=1))
    file_with_colours("gifalpha.gif", encoded(palette, "GIF", transparency=3))
    file_with_colours("gifmoved.gif", behind_the_corner(gif, 2, 3))
    file_with_colours("gifmovedalpha.gif", behind_the_corner(encoded(palette, "GIF", transparency=3), 2, 3))
    file_with_colours("gifmoving.gif", encoded(palette, "GIF", save_all=True, append_images=[palette.rotate(180)]))

    file_with_colours("bmp.bmp", encoded(noisy, "BMP"))
    file_with_colours("bmppalette.bmp", encoded(palette, "BMP"))
    file_with_colours("bmpbilevel.bmp", encoded(Image.fromarray(noise(7, 11) > 127), "BMP"))
    file_with_colours("bmpgrey.bmp", encoded(Image.fromarray(noise(7, 11)), "BMP"))
    file_with_colours("bmpalpha.bmp", encoded(alpha, "BMP"))

    file_with_colours("tiff.tif", encoded(noisy, "TIFF"))
    file_with_colours("tifflzw.tif", encoded(noisy, "TIFF", compression="tiff_lzw"))
    file_with_colours("tiffdeflate.tif", encoded(noisy, "TIFF", compression="tiff_adobe_deflate"))
    file_with_colours("tiffpalette.tif", encoded(palette, "TIFF"))
    file_with_colours("tiffbilevel.tif", encoded(Image.fromarray(noise(7, 11) > 127), "TIFF", compression="group4"))
    file_with_colours("tiffgrey.tif", encoded(Image.fromarray(noise(7, 11)), "TIFF"))
    file_with_colours("tiffalpha.tif", encoded(alpha, "TIFF"))
    file_with_colours("tiffcmyk.tif", encoded(noisy.convert("CMYK"), "TIFF"))
    file_with_colours("tiffgrey16.tif", encoded(
        Image.fromarray(RANDOM.integers(0, 65536, (7, 11)).astype(np.uint16)), "TIFF"))
    file_with_colours("tiffpages.tif", encoded(noisy, "TIFF", save_all=True, append_images=[noisy.rotate(180)]))
    file_with_colours("tiffturned.tif", encoded(noisy, "TIFF", exif=exif(6)))

    file_with_colours("webp.webp", encoded(picture, "WEBP"))
    file_with_colours("webplossless.webp", encoded(noisy, "WEBP", lossless=True))
    file_with_colours("webpalpha.webp", encoded(alpha, "WEBP", lossless=True, exact=True))
    file_with_colours("webpturned.webp", encoded(noisy, "WEBP", lossless=True, exif=exif(8)))
    (OUT / "webpmoving.webp").write_bytes(
        encoded(noisy, "WEBP", lossless=True, save_all=True, append_images=[noisy.rotate(180)]))

    for orientation in range(1, 9):
        file_with_colours(f"turned{orientation}.jpg", encoded(picture, "JPEG", exif=exif(orientation)))
    file_with_colours("turned.png", encoded(alpha, "PNG", exif=exif(5)))
    with_avif = encoded(noisy, "AVIF")
    (OUT / "avif.avif").write_bytes(with_avif)


def pixel_values(name, processor, image, **options):
    values = processor(**options)(images=image, return_tensors="np")["pixel_values"][0]
    (OUT / f"{name}.f32").write_bytes(np.ascontiguousarray(values, dtype="<f4").tobytes())


def main():
    OUT.mkdir(parents=True, exist_ok=True)

    wide, tall, small = (Image.fromarray(noise(*size, 3)) for size in ((23, 37), (61, 13), (5, 9)))
    for name, image in (("wide", wide), ("tall", tall), ("small", small)):
        image.save(OUT / f"{name}.png")
    for name, image, size in (("wide", wide, (25, 16)), ("tall", tall, (16, 75)), ("tall.shrunk", tall, (6, 28)),
                              ("small.grown", small, (31, 17))):
        image.resize(size, Image.Resampling.BICUBIC).save(OUT / f"{name}.bicubic.png")
    wide.resize((25, 16), Image.Resampling.BILINEAR).save(OUT / "wide.bilinear.png")
    wide.resize((25, 16), Image.Resampling.LANCZOS).save(OUT / "wide.lanczos.png")

    pixel_values("wide.clip", CLIPImageProcessorPil, wide, **CLIP_16)
    pixel_values("tall.clip", CLIPImageProcessorPil, tall, **CLIP_16)
    pixel_values("wide.square", LlavaImageProcessorPil, wide, do_pad=True, **CLIP_16)
    pixel_values("tall.square", LlavaImageProcessorPil, tall, do_pad=True, **CLIP_16)
    pixel_values("small.cropped", CLIPImageProcessorPil, small, do_resize=False, crop_size={"height": 8, "width": 6})
    for name, processor in (("blip2_", BlipImageProcessorPil(size={"height": 12, "width": 12})),
                            ("idefics_", IdeficsImageProcessorPil(image_size=12)), ("", CLIPImageProcessorPil(**CLIP_16))):
        processor.save_pretrained(OUT)
        (OUT / "preprocessor_config.json").rename(OUT / f"{name}preprocessor_config.json")

    palette = Image.fromarray(noise(7, 11, 3)).quantize(16)
    file_with_colours("grey.png", encoded(Image.fromarray(noise(7, 11)), "PNG"))
    file_with_colours("bilevel.png", encoded(Image.fromarray(noise(7, 11) > 127), "PNG"))
    file_with_colours("palette.png", encoded(palette, "PNG"))
    file_with_colours("palettealpha.png", encoded(palette, "PNG", transparency=bytes(range(0, 256, 16))))
    file_with_colours("alpha.png", encoded(Image.fromarray(noise(7, 11, 4)), "PNG"))
    file_with_colours("greyalpha.png", encoded(Image.fromarray(noise(7, 11, 2), "LA"), "PNG"))
    file_with_colours("grey16.png", png16(0, RANDOM.integers(0, 400, (7, 11, 1))))
    file_with_colours("rgb16.png", png16(2, RANDOM.integers(0, 65536, (7, 11, 3))))
    file_with_colours("alpha16.png", png16(6, RANDOM.integers(0, 65536, (7, 11, 4))))

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = Image.fromarray(waves(21, 33))
    file_with_colours("colour.jpg", encoded(picture, "JPEG"))
    file_with_colours("progressive.jpg", encoded(picture, "JPEG", progressive=True, subsampling=1))
    file_with_colours("profile.jpg", encoded(picture, "JPEG", icc_profile=lab))
    file_with_colours("rgbjpeg.jpg", encoded(picture, "JPEG", keep_rgb=True))
    file_with_colours("greyjpeg.jpg", encoded(picture.convert("L"), "JPEG"))
    (OUT / "cmyk.jpg").write_bytes(encoded(picture.convert("CMYK"), "JPEG"))
    more_formats()


if __name__ == "__main__":
    main()
