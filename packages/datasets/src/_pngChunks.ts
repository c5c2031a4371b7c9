/** What the chunks of a PNG file say, and its deflated rows. */
export interface PngContents {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** Samples of a pixel as stored: 1 grey or palette index, 2 with alpha, 3 colours, 4 with alpha. */
  readonly numSamples: number;
  /** Red, green, blue of each index. */
  readonly palette: Uint8Array | undefined;
  /** Alpha of each index, or the samples of the one transparent colour. */
  readonly transparent: readonly number[] | undefined;
  /** Pieces of the deflated rows. */
  readonly data: readonly Uint8Array[];
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples and depths by colour type. */
const kinds: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** Whether these bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Takes the file apart and checks its header and its checksums.
 *
 * @see ISO/IEC 15948, sections 5 and 11.
 */
export function readPngContents(bytes: Uint8Array, where: string, maxPixels: number): PngContents {
  const chunks = chunksOf(bytes, where);
  const header = chunks.find(({ type }) => type === "IHDR")?.data;
  if (chunks[0]?.type !== "IHDR" || header?.length !== 13)
    throw new RangeError(`${where}: image must begin with a PNG header, got ${chunks[0]?.type ?? "nothing"}`);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colourType, , , interlace] = header.subarray(8) as unknown as readonly number[];
  const kind = kinds[colourType as number];
  if (width < 1 || height < 1 || width * height > maxPixels)
    throw new RangeError(`${where}: image must have 1 to ${maxPixels} pixels, got ${width} × ${height}`);
  if (!kind?.depths.includes(bitDepth as number))
    throw new RangeError(
      `${where}: image must be of a PNG colour type and depth, got ${colourType} and ${bitDepth}`,
    );
  if (interlace !== 0)
    throw new RangeError(`${where}: image must not be interlaced to be read here, got an interlaced PNG`);
  const first = (name: string) => chunks.find(({ type }) => type === name)?.data;
  const palette = first("PLTE");
  if (colourType === 3 && (palette === undefined || palette.length % 3 !== 0))
    throw new RangeError(`${where}: image must have a palette of three bytes a colour, got none`);
  return {
    width,
    height,
    bitDepth: bitDepth as number,
    numSamples: kind.samples,
    palette: colourType === 3 ? palette : undefined,
    transparent: transparentOf(first("tRNS"), colourType as number),
    data: chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data),
  };
}

function transparentOf(data: Uint8Array | undefined, colourType: number): readonly number[] | undefined {
  if (data === undefined || colourType === 4 || colourType === 6) return undefined;
  if (colourType === 3) return [...data];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length >> 1 }, (_, i) => view.getUint16(2 * i));
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function chunksOf(bytes: Uint8Array, where: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const isNeeded = ["IHDR", "PLTE", "tRNS", "IDAT"].includes(type);
    if (isNeeded && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw new RangeError(`${where}: image must be undamaged, got a wrong checksum in chunk ${type}`);
    if (isNeeded) chunks.push({ type, data: bytes.subarray(at + 8, end) });
    if (type === "IEND") return chunks;
    at = end + 4;
  }
  throw new RangeError(`${where}: image must be complete and readable, got a PNG file without its end`);
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});

/** @see ISO/IEC 15948, annex D. */
function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) sum = (crcTable[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8);
  return ~sum >>> 0;
}
