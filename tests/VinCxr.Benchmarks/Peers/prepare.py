"""The peer of PreparationBenchmarks.FileToPlane: pydicom and OpenCV on one core, from file bytes to a 1024x1024 8-bit plane.

Needs python3-pydicom and python3-opencv. Prints the median of 15 runs in milliseconds.
"""

import io
import statistics
import time

import cv2
import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

SIDE = 3072


def dicom_bytes():
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    noise = np.random.default_rng(1).integers(0, 16, (SIDE, SIDE))
    pixels = (2000 + 1800 * np.sin(columns / 300) * np.cos(rows / 400) + noise).astype(np.uint16)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    meta.MediaStorageSOPInstanceUID = "2.25.1"
    buffer = io.BytesIO()
    dataset = FileDataset(buffer, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.Rows = dataset.Columns = SIDE
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(buffer, write_like_original=False)
    return buffer.getvalue()


def prepare(data):
    pixels = pydicom.dcmread(io.BytesIO(data)).pixel_array
    low, high, _, _ = cv2.minMaxLoc(pixels)
    small = cv2.resize(pixels, (1024, 1024), interpolation=cv2.INTER_AREA)
    scale = 255 / max(1, high - low)
    return cv2.convertScaleAbs(small, alpha=scale, beta=-low * scale)


def main():
    cv2.setNumThreads(1)
    data = dicom_bytes()
    prepare(data)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        prepare(data)
        times.append(1000 * (time.perf_counter() - start))
    print(f"pydicom {pydicom.__version__} + OpenCV {cv2.__version__}: median {statistics.median(times):.1f} ms, min {min(times):.1f} ms")


main()
