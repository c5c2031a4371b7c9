"""The same decoding with pydicom and its pylibjpeg plugins, and with Pillow.

python decodeImage.py write SOURCE FOLDER   the pixels of SOURCE in every syntax that can be written, and as PNG and JPEG
python decodeImage.py time FILE CALLS       median time of decoding FILE from memory, and what was decoded
"""

import hashlib
import io
import json
import pathlib
import statistics
import sys
import time

import numpy
import PIL
import pydicom
from PIL import Image
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, JPEG2000, JPEG2000Lossless, RLELossless


def write(source, folder):
    folder = pathlib.Path(folder)
    original = pydicom.dcmread(source)
    values = original.pixel_array
    original.decompress()

    def save(name, syntax, compress=None, **how):
        data = pydicom.dcmread(io.BytesIO(explicit))
        if compress:
            data.compress(syntax, generate_instance_uid=False, **how)
        else:
            data.file_meta.TransferSyntaxUID = syntax
        data.save_as(folder / name)

    stream = io.BytesIO()
    original.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    original.save_as(stream)
    explicit = stream.getvalue()
    save("explicit little endian.dcm", ExplicitVRLittleEndian)
    save("deflated.dcm", DeflatedExplicitVRLittleEndian)
    save("RLE.dcm", RLELossless, True, encoding_plugin="pylibjpeg")
    save("JPEG 2000 lossless.dcm", JPEG2000Lossless, True)
    save("JPEG 2000 lossy.dcm", JPEG2000, True, j2k_cr=[10])
    Image.fromarray((values << 6).astype(numpy.uint16)).save(folder / "16 bits.png")
    Image.fromarray((values >> 2).astype(numpy.uint8)).save(folder / "8 bits.png")
    Image.fromarray((values >> 2).astype(numpy.uint8)).save(folder / "8 bits.jpg", quality=95)


def decode(data, is_dicom):
    if is_dicom:
        return pydicom.dcmread(io.BytesIO(data)).pixel_array
    return numpy.asarray(Image.open(io.BytesIO(data)))


def measure(path, calls):
    data = pathlib.Path(path).read_bytes()
    times = []
    for i in range(calls + 1):
        start = time.perf_counter()
        values = decode(data, path.endswith(".dcm"))
        if i > 0:
            times.append(time.perf_counter() - start)
    hashed = hashlib.sha256(numpy.ascontiguousarray(values).tobytes()).hexdigest()
    tool = f"pydicom {pydicom.__version__}" if path.endswith(".dcm") else f"Pillow {PIL.__version__}"
    print(json.dumps({"tool": tool, "ms": 1000 * statistics.median(times), "sha256": hashed}))


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3])
else:
    measure(sys.argv[2], int(sys.argv[3]))
