#!/usr/bin/env python3
"""Paired measurement of file to plane: ours, pydicom + OpenCV, and the usual Kaggle recipe, by turns on one core.

An uncompressed 3072x3072 16-bit radiograph (12 bits stored, MONOCHROME1, with a window) goes from the page cache to a windowed,
inverted, min-max'ed, area-averaged 8-bit plane of 1024x1024. Every round runs each contestant once, so that all meet the same
neighbours on a shared machine; the table shows medians, minima and the median of the ratios to the best Python pipeline.

    dotnet build -c Release tests/VinCxr.Benchmarks
    taskset -c 1 python3 tests/VinCxr.Benchmarks/Peers/prepare.py

Needs python3-pydicom and python3-opencv (Debian packages, hence /usr/bin/python3).
"""

import argparse
import ctypes
import pathlib
import statistics
import subprocess
import tempfile
import time

import cv2
import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import apply_voi_lut
from pydicom.uid import ExplicitVRLittleEndian

OURS = pathlib.Path(__file__).parents[1] / "bin/Release/net10.0/VinCxr.Benchmarks"
TARGET = 1024


def write_radiograph(path, rows, columns):
    y, x = np.mgrid[0:rows, 0:columns]
    noise = np.random.default_rng(1).integers(0, 16, (rows, columns))
    pixels = (2000 + 1800 * np.sin(x / 300) * np.cos(y / 400) + noise).astype(np.uint16)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    meta.MediaStorageSOPInstanceUID = "2.25.1"
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.PhotometricInterpretation = "MONOCHROME1"
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.Rows, dataset.Columns = rows, columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.WindowCenter, dataset.WindowWidth = 2048, 4096
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(path, write_like_original=False)


def best_python(path):
    """Clamp to the window, reduce, then stretch and invert the small image: the fastest order with the same result."""
    dataset = pydicom.dcmread(path)
    pixels = dataset.pixel_array
    low, high, _, _ = cv2.minMaxLoc(pixels)
    bottom = dataset.WindowCenter - dataset.WindowWidth / 2
    top = bottom + dataset.WindowWidth - 1
    if low < bottom or high > top:
        pixels = np.clip(pixels, np.uint16(max(0, bottom)), np.uint16(top))
        low, high = max(low, bottom), min(high, top)
    small = cv2.resize(pixels, fit(pixels), interpolation=cv2.INTER_AREA)
    scale = 255 / max(1, high - low)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        return cv2.convertScaleAbs(cv2.subtract(float(high), small), alpha=scale)
    return cv2.convertScaleAbs(cv2.subtract(small, float(low)), alpha=scale)


def kaggle_recipe(path):
    dataset = pydicom.dcmread(path)
    data = apply_voi_lut(dataset.pixel_array, dataset)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        data = np.amax(data) - data
    data = data - np.min(data)
    data = (data / np.max(data) * 255).astype(np.uint8)
    return cv2.resize(data, fit(data), interpolation=cv2.INTER_AREA)


def fit(pixels):
    rows, columns = pixels.shape
    scale = min(1, TARGET / max(rows, columns))
    return round(columns * scale), round(rows * scale)


def read_reused(path, buffer):
    with open(path, "rb", buffering=0) as file:
        file.readinto(buffer)


def cat(path):
    subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)


def keep_freed_memory():
    """Spares the peers a page fault for every 4 KiB of every image, which costs more than their work where faults are slow."""
    trim_threshold, mmap_threshold = -1, -3
    libc = ctypes.CDLL(None)
    libc.mallopt(trim_threshold, 2**31 - 1)
    libc.mallopt(mmap_threshold, 2**31 - 1)


class Ours:
    """The benchmark program, asked over a pipe; it stays warm between questions and takes the core only while it answers.

    One process for each kind of work: the garbage of one (whole decoded images) would be collected during the next.
    """

    def __init__(self, executable, work):
        self.work = work
        self.process = subprocess.Popen([executable, "loop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def __call__(self, path):
        self.process.stdin.write(f"{self.work} {path}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def timed(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return 1000 * (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--rows", type=int, default=3072)
    parser.add_argument("--columns", type=int, default=3072)
    parser.add_argument("--ours", default=OURS, help="benchmark program, built in Release")
    parser.add_argument("--kaggle-rounds", type=int, default=5, help="the slow recipe runs in the first rounds only")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "radiograph.dcm"
        write_radiograph(path, options.rows, options.columns)
        works = ("file:minmax", "bytes:minmax", "general:minmax", "file:equalize", "sha256")
        ours, buffer = {work: Ours(options.ours, work) for work in works}, bytearray(path.stat().st_size)
        peer = "pydicom + OpenCV"
        contestants = {
            peer: lambda: timed(best_python, path),
            "ours, file to plane": lambda: ours["file:minmax"](path),
            "ours, bytes in memory to plane": lambda: ours["bytes:minmax"](path),
            "ours, decoded image first": lambda: ours["general:minmax"](path),
            "ours, equalize": lambda: ours["file:equalize"](path),
            "ours, sha256 of the file alone": lambda: ours["sha256"](path),
            "file read into a reused buffer": lambda: timed(read_reused, path, buffer),
            "cat to /dev/null": lambda: timed(cat, path),
            "Kaggle recipe (apply_voi_lut)": lambda: timed(kaggle_recipe, path),
        }
        times = {name: [] for name in contestants}
        for _ in range(40):
            for work in works:
                ours[work](path)
        for _ in range(5):
            best_python(path)
        for round_number in range(options.rounds):
            for name, run in contestants.items():
                if "Kaggle" not in name or round_number < options.kaggle_rounds:
                    times[name].append(run())
        print(f"{options.columns}x{options.rows}, {options.rounds} rounds, pydicom {pydicom.__version__}, OpenCV {cv2.__version__}")
        print(f"{'':34}{'median ms':>10}{'min ms':>9}{'ratio':>7}")
        for name, values in times.items():
            ratio = statistics.median(value / base for value, base in zip(values, times[peer]))
            print(f"{name:34}{statistics.median(values):10.2f}{min(values):9.2f}{ratio:7.2f}")


if __name__ == "__main__":
    main()
