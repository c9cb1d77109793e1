"""Draws a picture for a product: a still life of plain shapes, the same for the same article number."""

import colorsys
import io
import random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
SIZE = (480, 360)
SMOOTHING = 2  # drawn so many times larger and scaled down, which gives smooth edges


class _Pen:
    """Draws in the units of the finished picture."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def ellipse(self, box: Box, fill: Colour) -> None:
        self._draw.ellipse(_scaled(box), fill=fill)

    def rectangle(self, box: Box, fill: Colour, radius: int = 0) -> None:
        self._draw.rounded_rectangle(_scaled(box), radius=radius * SMOOTHING, fill=fill)

    def half_disc(self, box: Box, fill: Colour) -> None:
        self._draw.pieslice(_scaled(box), 0, 180, fill=fill)

    def polygon(self, points: list[tuple[int, int]], fill: Colour) -> None:
        self._draw.polygon([(x * SMOOTHING, y * SMOOTHING) for x, y in points], fill=fill)


def _scaled(box: Box) -> list[int]:
    return [value * SMOOTHING for value in box]


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def product_picture(sku: str, *, variant: int = 0) -> bytes:
    """A JPEG of some kilobytes: wall, table, light, and one to three vessels."""
    rng = random.Random(f"{sku}/{variant}")
    width, height = SIZE
    hue = rng.random()
    wall, table = _colour(hue, 0.86, 0.28), _colour(hue + 0.06, 0.70, 0.24)
    image = Image.new("RGB", (width * SMOOTHING, height * SMOOTHING), wall)
    draw = _Pen(image)
    sun, radius = rng.randint(60, width - 60), rng.randint(50, 110)
    draw.ellipse((sun - radius, 110 - radius, sun + radius, 110 + radius), fill=_colour(hue + 0.02, 0.92, 0.45))
    edge = round(height * 0.72)
    draw.rectangle((0, edge, width, height), fill=table)
    vessels = rng.randint(1, 3)
    for number in range(vessels):
        centre = round(width * (number + 1) / (vessels + 1)) + rng.randint(-18, 18)
        _vessel(draw, rng, centre=centre, floor=edge + rng.randint(14, 44), hue=hue + rng.uniform(0.35, 0.65))
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.BOX).save(out, "JPEG", quality=82)
    return out.getvalue()


def _vessel(draw: _Pen, rng: random.Random, *, centre: int, floor: int, hue: float) -> None:
    half, tall = rng.randint(34, 66), rng.randint(130, 190)
    body, light, dark = _colour(hue, 0.46, 0.42), _colour(hue, 0.58, 0.42), _colour(hue, 0.30, 0.42)
    left, right, top = centre - half, centre + half, floor - tall
    draw.ellipse((left - 8, floor - 12, right + 22, floor + 14), fill=_colour(hue + 0.5, 0.55, 0.18))
    match rng.choice(["jar", "bowl", "bottle", "box"]):
        case "jar":
            draw.rectangle((left, top, right, floor), radius=26, fill=body)
            draw.rectangle((left + 8, top - 16, right - 8, top + 10), radius=6, fill=dark)
            draw.rectangle((left + 12, top + 26, left + 24, floor - 26), radius=6, fill=light)
        case "bowl":
            rim = floor - round(half * 1.3)
            draw.half_disc((left - 18, rim - (floor - rim), right + 18, floor), fill=body)
            draw.ellipse((left - 18, rim - 14, right + 18, rim + 14), fill=dark)
            draw.rectangle((centre - 18, floor - 6, centre + 18, floor + 4), fill=dark)
        case "bottle":
            draw.rectangle((left + 8, top + 60, right - 8, floor), radius=20, fill=body)
            draw.polygon(
                [(left + 10, top + 78), (right - 10, top + 78), (centre + 12, top), (centre - 12, top)], fill=body
            )
            draw.rectangle((centre - 12, top - 26, centre + 12, top + 14), fill=dark)
            draw.rectangle((left + 18, top + 84, left + 28, floor - 20), radius=5, fill=light)
        case _:
            draw.rectangle((left, floor - half * 2, right, floor), fill=body)
            lid = [(left, floor - half * 2), (left + 24, floor - half * 2 - 24), (right + 24, floor - half * 2 - 24)]
            draw.polygon([*lid, (right, floor - half * 2)], fill=light)
            draw.polygon(
                [
                    (right, floor - half * 2),
                    (right + 24, floor - half * 2 - 24),
                    (right + 24, floor - 24),
                    (right, floor),
                ],
                fill=dark,
            )
