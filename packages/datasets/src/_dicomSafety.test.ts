import { readFileSync } from "node:fs";
import { crc32, deflateRawSync, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeImage } from "./decodeImage.js";
import { readDicomHeader } from "./readDicomHeader.js";

const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/pydicom/decode.json", import.meta.url), "utf8"),
) as { cases: { name: string; file: string }[] };

function fileOf(name: string): Buffer {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`fixture ${name} is not there`);
  return Buffer.from(found.file, "base64");
}

const u16 = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const even = (text: string) => Buffer.from(text.length % 2 === 0 ? text : `${text} `);

/** An element in explicit little endian. */
function element(tag: number, vr: string, value: Buffer, length: number = value.length): Buffer {
  const head = Buffer.concat([u16(tag >>> 16, tag & 0xffff), Buffer.from(vr)]);
  const isLong = ["OB", "OW", "SQ", "UN"].includes(vr);
  return Buffer.concat([head, isLong ? Buffer.concat([u16(0), u32(length)]) : u16(length), value]);
}

const item = (value: Buffer, length: number = value.length) =>
  Buffer.concat([u16(0xfffe, 0xe000), u32(length), value]);
const endOfItem = Buffer.concat([u16(0xfffe, 0xe00d), u32(0)]);
const endOfSequence = Buffer.concat([u16(0xfffe, 0xe0dd), u32(0)]);
const unknown = 0xffffffff;

interface Shape {
  readonly rows?: number;
  readonly columns?: number;
  readonly bits?: number;
  readonly stored?: number;
  readonly high?: number;
  readonly frames?: string;
}

function header({
  rows = 4,
  columns = 4,
  bits = 8,
  stored = bits,
  high = stored - 1,
  frames = "",
}: Shape = {}): Buffer {
  return Buffer.concat([
    element(0x00280002, "US", u16(1)),
    element(0x00280004, "CS", even("MONOCHROME2")),
    frames === "" ? Buffer.alloc(0) : element(0x00280008, "IS", even(frames)),
    element(0x00280010, "US", u16(rows)),
    element(0x00280011, "US", u16(columns)),
    element(0x00280100, "US", u16(bits)),
    element(0x00280101, "US", u16(stored)),
    element(0x00280102, "US", u16(high)),
    element(0x00280103, "US", u16(0)),
  ]);
}

const uids = {
  explicit: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  rle: "1.2.840.10008.1.2.5",
  baseline: "1.2.840.10008.1.2.4.50",
  jpegLs: "1.2.840.10008.1.2.4.80",
  jpeg2000: "1.2.840.10008.1.2.4.90",
  mpeg: "1.2.840.10008.1.2.4.100",
} as const;

function dicom(syntax: string, ...parts: Buffer[]): Buffer {
  const uid = Buffer.from(syntax.length % 2 === 0 ? syntax : `${syntax}\0`);
  const meta = element(0x00020010, "UI", uid);
  const body = Buffer.concat(parts);
  const preamble = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]);
  return Buffer.concat([preamble, meta, syntax === uids.deflated ? deflateRawSync(body) : body]);
}

const pixels = (value: Buffer) => element(0x7fe00010, "OW", value);
const fragments = (...parts: Buffer[]) =>
  element(0x7fe00010, "OB", Buffer.concat([item(Buffer.alloc(0)), ...parts, endOfSequence]), unknown);

test("the parts that the tests are made of are a file", async () => {
  const image = await decodeImage(dicom(uids.explicit, header(), pixels(Buffer.from([...Array(16).keys()]))));
  expect([...image.pixels]).toEqual([...Array(16).keys()]);
});

test("an image that declares more pixels than allowed is refused before memory is taken", async () => {
  for (const syntax of [uids.explicit, uids.deflated, uids.rle]) {
    const large = dicom(syntax, header({ rows: 65535, columns: 65535 }), pixels(Buffer.alloc(16)));
    await expect(decodeImage(large)).rejects.toThrow("must have at most 67108864 pixels, got 65535 × 65535");
  }
  const small = dicom(uids.explicit, header(), pixels(Buffer.alloc(16)));
  await expect(decodeImage(small, { maxPixels: 15 })).rejects.toThrow(
    "must have at most 15 pixels, got 4 × 4",
  );
});

test("native pixels that are too few are refused, also where their length says otherwise", async () => {
  const short = dicom(uids.explicit, header(), pixels(Buffer.alloc(14)));
  await expect(decodeImage(short)).rejects.toThrow(
    "Explicit VR Little Endian pixel data must have 16 bytes for 4 × 4 pixels of 8 bits up to frame 0, got 14",
  );
  const claimed = dicom(uids.explicit, header(), element(0x7fe00010, "OW", Buffer.alloc(14), 0x7fffffff));
  await expect(decodeImage(claimed)).rejects.toThrow("got 14");
});

test("a deflated file that inflates to far more than its pixels is refused, and soon", async () => {
  const start = performance.now();
  const behind = dicom(uids.deflated, header(), pixels(Buffer.alloc(16)), Buffer.alloc(2 ** 26));
  await expect(decodeImage(behind)).rejects.toThrow(
    /deflated data set must inflate to at most \d+ bytes, got more/,
  );
  const before = dicom(
    uids.deflated,
    element(0x00091001, "OB", Buffer.alloc(2 ** 26)),
    header(),
    pixels(Buffer.alloc(16)),
  );
  await expect(decodeImage(before)).rejects.toThrow(/must inflate to at most 33554432 bytes, got more/);
  expect(() => readDicomHeader(before)).toThrow(/must inflate to at most 33554432 bytes/);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("a deflated image that is all one value is decoded, small as the file is", async () => {
  const one = dicom(uids.deflated, header({ rows: 3000, columns: 3000 }), pixels(Buffer.alloc(9_000_000, 7)));
  expect(one.length).toBeLessThan(20_000);
  const image = await decodeImage(one);
  expect(image.pixels.every((value) => value === 7)).toBe(true);
});

test("sequences in sequences are followed sixteen deep and no deeper", async () => {
  const nested = (depth: number) => {
    const begin = Buffer.concat([
      element(0x00091010, "SQ", Buffer.alloc(0), unknown),
      item(Buffer.alloc(0), unknown),
    ]);
    const end = Buffer.concat([endOfItem, endOfSequence]);
    const middle = Array.from({ length: depth }, () => begin);
    const closing = Array.from({ length: depth }, () => end);
    return dicom(uids.explicit, Buffer.concat([...middle, ...closing]), header(), pixels(Buffer.alloc(16)));
  };
  expect((await decodeImage(nested(16))).pixels).toHaveLength(16);
  for (const depth of [17, 100_000])
    await expect(decodeImage(nested(depth))).rejects.toThrow(
      /sequences must be nested at most 16 deep, got more in \(0009,1010\) at byte \d+/,
    );
});

test("pixel data of an icon are not taken for those of the image", async () => {
  const icon = Buffer.concat([header({ rows: 2, columns: 2 }), fragments(item(Buffer.alloc(8)))]);
  const sequence = element(
    0x00080012,
    "SQ",
    Buffer.concat([item(icon, unknown), endOfItem, endOfSequence]),
    unknown,
  );
  const image = await decodeImage(dicom(uids.explicit, sequence, header(), pixels(Buffer.alloc(16, 5))));
  expect([image.width, image.pixels[0]]).toEqual([4, 5]);
});

test("a sequence that holds something else than items is refused with its place", async () => {
  const wrong = dicom(uids.explicit, element(0x00091010, "SQ", Buffer.alloc(16, 1), unknown), header());
  await expect(decodeImage(wrong)).rejects.toThrow(
    /sequence \(0009,1010\) must consist of items, got \(0101,0101\) at byte \d+/,
  );
});

test("a file that breaks off before its pixel data is refused with the element it breaks off in", async () => {
  const cut = dicom(uids.explicit, header(), element(0x00321000, "OB", Buffer.alloc(4), 4000));
  await expect(decodeImage(cut)).rejects.toThrow(
    /must hold pixel data, got a file that breaks off in element \(0032,1000\)/,
  );
});

test("fragments that leave the file, or are none, are refused", async () => {
  const jpeg = (...parts: Buffer[]) => dicom(uids.baseline, header(), fragments(...parts));
  await expect(decodeImage(jpeg(item(Buffer.alloc(8), 9000)))).rejects.toThrow(
    /JPEG Baseline fragment 1 must end within the file's \d+ bytes, got 9000 bytes from byte \d+/,
  );
  await expect(decodeImage(jpeg())).rejects.toThrow(
    "must hold an offset table and fragments, got no fragment",
  );
  await expect(decodeImage(jpeg(Buffer.alloc(16, 1)))).rejects.toThrow(
    "must consist of fragments, got (0101,0101)",
  );
  await expect(decodeImage(jpeg(item(Buffer.alloc(8))))).rejects.toThrow(
    "JPEG Baseline frame must begin with the bytes ff d8, got 00 00",
  );
  await expect(decodeImage(dicom(uids.baseline, header(), pixels(Buffer.alloc(16))))).rejects.toThrow(
    "must be a sequence of fragments, got 16 bytes in one piece",
  );
  await expect(
    decodeImage(dicom(uids.explicit, header(), fragments(item(Buffer.alloc(16))))),
  ).rejects.toThrow("must have a length, got a sequence of fragments");
});

test("frames of a coded image are found by the offset table, which is checked", async () => {
  const rle = (value: number) => {
    const segment = Buffer.from([257 - 16, value]);
    return item(Buffer.concat([u32(1, 64), Buffer.alloc(56), segment]));
  };
  const parts = [rle(3), rle(4), rle(5)];
  const size = parts[0]?.length as number;
  const withTable = (...offsets: number[]) => {
    const value = Buffer.concat([item(u32(...offsets)), ...parts, endOfSequence]);
    return dicom(uids.rle, header({ frames: "3" }), element(0x7fe00010, "OB", value, unknown));
  };
  for (const frame of [0, 1, 2]) {
    const table = withTable(0, size, 2 * size);
    expect((await decodeImage(table, { frame })).pixels[15]).toBe(3 + frame);
    const none = dicom(uids.rle, header({ frames: "3" }), fragments(...parts));
    expect((await decodeImage(none, { frame })).pixels[15]).toBe(3 + frame);
  }
  await expect(decodeImage(withTable(0, size + 2, 2 * size), { frame: 1 })).rejects.toThrow(
    `offset of frame 1 must be the beginning of a fragment, got ${size + 2}`,
  );
  const lost = dicom(uids.rle, header({ frames: "4000000000" }), fragments(...parts));
  await expect(decodeImage(lost, { frame: 9 })).rejects.toThrow(
    "of 4000000000 frames must have an offset table or a fragment for each, got 3 fragments",
  );
});

test("RLE segments that are too few, misplaced or too short are refused", async () => {
  const rle = (head: number[], data: number[]) =>
    dicom(
      uids.rle,
      header(),
      fragments(item(Buffer.concat([u32(...head), Buffer.alloc(64 - 4 * head.length), Buffer.from(data)]))),
    );
  await expect(decodeImage(rle([2, 64, 65], [0, 0]))).rejects.toThrow(
    "RLE Lossless frame must have 1 segments, got 2",
  );
  await expect(decodeImage(rle([1, 99], [0, 0]))).rejects.toThrow(
    "must follow each other in 66 bytes, got segment 0 at 99",
  );
  await expect(decodeImage(rle([1, 64], [250, 1]))).rejects.toThrow("segment 0 must hold 16 bytes, got 7");
  await expect(decodeImage(rle([1, 64], [15, 1]))).rejects.toThrow("segment 0 must hold 16 bytes, got 1");
});

test("a coded frame of another size than the header's is refused before it is decoded", async () => {
  for (const name of [
    "JPEG baseline",
    "JPEG lossless, predictor 4",
    "JPEG-LS, 12 bits",
    "JPEG 2000 lossless, 12 bits",
    "HTJ2K lossless, 12 bits",
  ]) {
    const file = fileOf(name);
    file.writeUInt16LE(64, file.indexOf(Buffer.concat([u16(0x28, 0x10), Buffer.from("US")])) + 8);
    await expect(decodeImage(file)).rejects.toThrow(
      /frame must have the 33 × 64 pixels and 1 channels that the header declares, got 33 × 32 and 1$/,
    );
  }
});

/** The first bytes of a JPEG-LS stream or of a JPEG 2000 one. */
const startOf = (name: string) => Buffer.from(name.startsWith("JPEG-LS") ? "ffd8fff7" : "ff4fff51", "hex");

test("a JPEG 2000 frame of needlessly many precincts or layers is refused before the codec sees it", async () => {
  const given = (change: (stream: Buffer, style: number) => void) => {
    const file = fileOf("JPEG 2000 lossless, 12 bits");
    const stream = file.subarray(file.lastIndexOf(startOf("JPEG 2000")));
    change(stream, stream.indexOf("ff52", "hex"));
    return decodeImage(file);
  };
  await expect(given((stream, style) => stream.writeUInt16BE(65535, style + 6))).resolves.toMatchObject({
    width: 33,
  });
  const many = given((stream, style) => {
    stream[style + 4] = (stream[style + 4] as number) | 1;
    stream.writeUInt16BE(65535, style + 6);
    stream.writeUInt16BE(stream.readUInt16BE(style + 2) + 6, style + 2);
    stream.fill(0, style + 14, style + 20);
  });
  await expect(many).rejects.toThrow(
    /frame must have at most 262144 precincts and 4194304 packets, got \d+ precincts in 65535 layers/,
  );
});

test("a codec that has refused a frame, or was trapped, decodes the next one", async () => {
  for (const name of ["JPEG-LS, 12 bits", "JPEG 2000 lossless, 12 bits", "HTJ2K lossless, 12 bits"]) {
    const whole = await decodeImage(fileOf(name));
    let numRefused = 0;
    for (let i = 0; i < 40; i++) {
      const broken = fileOf(name);
      const from = broken.lastIndexOf(startOf(name)) + 44 + 3 * i;
      broken.fill(255 - i, from, from + 4);
      await decodeImage(broken).catch((error) => {
        numRefused++;
        expect(error).toBeInstanceOf(RangeError);
        expect(error.message).toMatch(/^decodeImage: .* frame must .*, got /);
      });
      expect((await decodeImage(fileOf(name))).pixels).toEqual(whole.pixels);
    }
    expect(numRefused).toBeGreaterThan(0);
  }
});

test("bits that contradict each other are refused", async () => {
  const given = (bits: Shape) => decodeImage(dicom(uids.explicit, header(bits), pixels(Buffer.alloc(32))));
  await expect(given({ bits: 12 })).rejects.toThrow("bits allocated must be 8 or 16, got 12");
  await expect(given({ bits: 8, stored: 9 })).rejects.toThrow("bits stored must lie in [1, 8]");
  await expect(given({ bits: 16, stored: 12, high: 10 })).rejects.toThrow(
    "high bit must lie in [11, 15], got 10",
  );
  await expect(given({ rows: 0 })).rejects.toThrow("image must have rows and columns, got 0 and 4");
});

test("a transfer syntax that is not decoded is named, with those that are", async () => {
  await expect(decodeImage(dicom(uids.mpeg, header(), fragments(item(Buffer.alloc(8)))))).rejects.toThrow(
    /transfer syntax must be one of Implicit VR Little Endian; .*; HTJ2K, got 1\.2\.840\.10008\.1\.2\.4\.100$/,
  );
});

test("a PNG of more pixels than allowed is refused by its header, however small the file", async () => {
  const [width, height] = [2 ** 14, 2 ** 12 + 1];
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size[8] = 1; // one bit a pixel, grey
  const rows = deflateSync(Buffer.alloc((width / 8 + 1) * height));
  const chunk = (name: string, value: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), value]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(value.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const magic = Buffer.from("89504e470d0a1a0a", "hex");
  const bomb = Buffer.concat([
    magic,
    chunk("IHDR", size),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  expect(bomb.length).toBeLessThan(20_000);
  const one = await decodeImage(bomb, { maxPixels: width * height });
  expect(one.pixels).toHaveLength(width * height);
  const start = performance.now();
  await expect(decodeImage(bomb)).rejects.toThrow(/at most 67108864 pixels/);
  expect(performance.now() - start).toBeLessThan(2000);
});
