#!/usr/bin/env python3
"""JPEG 2000: paired decode times against opj_decompress on one core, and what decoding at a reduced resolution costs and saves.

    dotnet build -c Release tests/VinCxr.Benchmarks
    taskset -c 1 python3 tests/VinCxr.Benchmarks/Peers/jpeg2000.py FILE.dcm ...

Ours: file bytes in memory to stored values. Theirs: the decode time that opj_decompress prints, without reading and writing files. The wavelet
holds images of half, a quarter ... of the size; the second table takes the smallest that still covers the target, area-averages it to the target
and compares the 8-bit plane with the one from the full decode. Needs python3-pydicom, python3-opencv and libopenjp2-tools.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import tempfile

import cv2
import numpy as np
import pydicom
from pydicom.encaps import generate_pixel_data_frame

from prepare import OURS, Ours


def opj_decompress(frame, reduce, out):
    """Decoded samples and the decode time in ms that the tool prints."""
    command = ["opj_decompress", "-i", frame, "-r", str(reduce), "-o", out]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return cv2.imread(str(out), cv2.IMREAD_UNCHANGED), float(re.search(r"decode time: (\d+) ms", printed).group(1))


def compare(path, ours, rounds, folder):
    frame = folder / "frame.j2k"
    dataset = pydicom.dcmread(path)
    frame.write_bytes(next(generate_pixel_data_frame(dataset.PixelData, 1)))
    theirs, mine = [], []
    for _ in range(rounds):
        full, milliseconds = opj_decompress(frame, 0, folder / "frame.pgm")
        theirs.append(milliseconds)
        mine.append(ours(path.resolve()))
    ratio = statistics.median(m / t for m, t in zip(mine, theirs))
    print(f"{path.name} {full.shape[1]}x{full.shape[0]}: ours {statistics.median(mine):.0f} ms (min {min(mine):.0f}), "
          f"opj_decompress {statistics.median(theirs):.0f} ms (min {min(theirs):.0f}), ratio {ratio:.2f}")
    for reduce in (1, 2):
        for target in (1024, 640, 512, 256):
            covered = max(full.shape) // 2**reduce
            if target <= covered < 2 * target:
                reduced_plane(full, frame, reduce, target, rounds, min(theirs), folder)


def reduced_plane(full, frame, reduce, target, rounds, full_time, folder):
    reduced, milliseconds = zip(*(opj_decompress(frame, reduce, folder / "reduced.pgm") for _ in range(rounds)))
    low, high = float(full.min()), float(full.max())
    a, b = (to_plane(image, target, low, high) for image in (full, reduced[0]))
    error = np.abs(a.astype(int) - b)
    print(f"  target {target}: 1/{2**reduce} resolution {min(milliseconds):.0f} ms instead of {full_time:.0f}; PSNR {cv2.PSNR(a, b):.1f} dB, "
          f"largest difference {error.max()} of 255, {100 * np.mean(error > 1):.1f} % of pixels differ by more than 1")


def to_plane(image, target, low, high):
    scale = target / max(image.shape)
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    small = cv2.resize(image.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.clip(np.rint((small - low) / (high - low) * 255), 0, 255).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--ours", default=OURS)
    options = parser.parse_args()
    ours = Ours(options.ours, "decode")
    with tempfile.TemporaryDirectory() as folder:
        for path in options.files:
            for _ in range(3):
                ours(path.resolve())
            compare(path, ours, options.rounds, pathlib.Path(folder))


if __name__ == "__main__":
    main()
