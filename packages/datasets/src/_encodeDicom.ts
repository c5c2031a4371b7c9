import { deflateRawSync } from "node:zlib";
import { classes, type DicomPicture, type Element, elementsOf, type Value } from "./_encodeDicomElements.js";
import { packFrame } from "./_encodeDicomRle.js";

const syntaxes = {
  explicit: "1.2.840.10008.1.2.1",
  implicit: "1.2.840.10008.1.2",
  deflated: "1.2.840.10008.1.2.1.99",
  rle: "1.2.840.10008.1.2.5",
} as const;
const implementation = "2.25.305828488182831875890203105390285383139";

/** A unique identifier under 2.25, made of 128 random bits (DICOM PS3.5 B.2). */
export function randomUid(random: () => number): string {
  const words = [0, 1, 2, 3].map(() => BigInt(Math.floor(random() * 2 ** 32)));
  const [a, b, c, d] = words as [bigint, bigint, bigint, bigint];
  const versioned = (b & ~0xf000n) | 0x4000n;
  const varied = (c & 0x3fffffffn) | 0x80000000n;
  return `2.25.${(a << 96n) | (versioned << 64n) | (varied << 32n) | d}`;
}

const longForms: readonly string[] = ["OB", "OW", "SQ", "UN", "UT"];

function bytesOf(vr: string, value: Value, isImplicit: boolean): Uint8Array {
  if (value instanceof Uint8Array)
    return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  if (typeof value === "string")
    return Buffer.from(value.length % 2 === 0 ? value : value + (vr === "UI" ? "\0" : " "), "latin1");
  if ("items" in value)
    return Buffer.concat(
      value.items.map((item) => {
        const content = encode(item, isImplicit);
        return Buffer.concat([header(0xfffee000, content.length), content]);
      }),
    );
  const bytes = Buffer.alloc(value.length * 2);
  value.forEach((number, i) => {
    bytes.writeUInt16LE(number, 2 * i);
  });
  return bytes;
}

/** Tag and length, without a value representation. */
function header(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function encode(elements: readonly Element[], isImplicit: boolean): Buffer {
  const sorted = [...elements].sort(([a], [b]) => a - b);
  return Buffer.concat(
    sorted.flatMap(([tag, vr, value]) => {
      const content = bytesOf(vr, value, isImplicit);
      if (isImplicit) return [header(tag, content.length), content];
      const isLong = longForms.includes(vr);
      const start = Buffer.alloc(isLong ? 12 : 8);
      start.writeUInt16LE(tag >>> 16, 0);
      start.writeUInt16LE(tag & 0xffff, 2);
      start.write(vr, 4, "latin1");
      if (isLong) start.writeUInt32LE(content.length, 8);
      else start.writeUInt16LE(content.length, 6);
      return [start, content];
    }),
  );
}

/** The file's own group, always explicit little endian. */
function metaOf({ modality, transferSyntax, uids }: DicomPicture): Buffer {
  const rest = encode(
    [
      [0x00020001, "OB", Uint8Array.of(0, 1)],
      [0x00020002, "UI", classes[modality]],
      [0x00020003, "UI", uids.image],
      [0x00020010, "UI", syntaxes[transferSyntax]],
      [0x00020012, "UI", implementation],
      [0x00020013, "SH", "CXRKIT"],
    ],
    false,
  );
  const length = Buffer.alloc(12);
  length.writeUInt32LE(0x00000002, 0);
  length.write("UL", 4, "latin1");
  length.writeUInt16LE(4, 6);
  length.writeUInt32LE(rest.length, 8);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), length, rest]);
}

/** Pixel data as one run-length coded frame, with an offset table of one entry. */
function encapsulate(frame: Uint8Array): Buffer {
  const table = Buffer.alloc(4);
  return Buffer.concat([
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    header(0xfffee000, 4),
    table,
    header(0xfffee000, frame.length),
    frame,
    header(0xfffee0dd, 0),
  ]);
}

/**
 * A DICOM file (PS3.10) of one radiograph: computed or digital radiography, explicit or implicit little endian,
 * deflated, or run-length coded.
 */
export function encodeDicom(picture: DicomPicture): Uint8Array {
  const { pixels, transferSyntax } = picture;
  const meta = metaOf(picture);
  const elements = elementsOf(picture);
  if (transferSyntax === "rle")
    return Buffer.concat([meta, encode(elements, false), encapsulate(packFrame(pixels))]);
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const whole = encode([...elements, [0x7fe00010, "OW", bytes]], transferSyntax === "implicit");
  if (transferSyntax !== "deflated") return Buffer.concat([meta, whole]);
  const packed = deflateRawSync(whole);
  return Buffer.concat([meta, packed, Buffer.alloc(packed.length % 2)]);
}
