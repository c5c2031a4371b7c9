export const implicitLittleEndian = "1.2.840.10008.1.2";
export const explicitLittleEndian = "1.2.840.10008.1.2.1";
export const deflatedSyntax = "1.2.840.10008.1.2.1.99";
export const explicitBigEndian = "1.2.840.10008.1.2.2";

/** How a transfer syntax holds its pixels. */
export interface TransferSyntax {
  readonly name: string;
  readonly coding: "native" | "rle" | "jpeg" | "jpeg-ls" | "jpeg-2000";
  readonly lossless: boolean;
}

const lossless = true;

/** The transfer syntaxes that are decoded (PS3.5 section 10, PS3.6 annex A). */
const syntaxes: Readonly<Record<string, TransferSyntax>> = {
  [implicitLittleEndian]: { name: "Implicit VR Little Endian", coding: "native", lossless },
  [explicitLittleEndian]: { name: "Explicit VR Little Endian", coding: "native", lossless },
  [deflatedSyntax]: { name: "Deflated Explicit VR Little Endian", coding: "native", lossless },
  [explicitBigEndian]: { name: "Explicit VR Big Endian", coding: "native", lossless },
  "1.2.840.10008.1.2.5": { name: "RLE Lossless", coding: "rle", lossless },
  "1.2.840.10008.1.2.4.50": { name: "JPEG Baseline", coding: "jpeg", lossless: false },
  "1.2.840.10008.1.2.4.51": { name: "JPEG Extended", coding: "jpeg", lossless: false },
  "1.2.840.10008.1.2.4.57": { name: "JPEG Lossless, Process 14", coding: "jpeg", lossless },
  "1.2.840.10008.1.2.4.70": { name: "JPEG Lossless, Process 14 SV1", coding: "jpeg", lossless },
  "1.2.840.10008.1.2.4.80": { name: "JPEG-LS Lossless", coding: "jpeg-ls", lossless },
  "1.2.840.10008.1.2.4.81": { name: "JPEG-LS Near-Lossless", coding: "jpeg-ls", lossless: false },
  "1.2.840.10008.1.2.4.90": { name: "JPEG 2000 Lossless", coding: "jpeg-2000", lossless },
  "1.2.840.10008.1.2.4.91": { name: "JPEG 2000", coding: "jpeg-2000", lossless: false },
  "1.2.840.10008.1.2.4.201": { name: "HTJ2K Lossless", coding: "jpeg-2000", lossless },
  "1.2.840.10008.1.2.4.202": { name: "HTJ2K Lossless RPCL", coding: "jpeg-2000", lossless },
  "1.2.840.10008.1.2.4.203": { name: "HTJ2K", coding: "jpeg-2000", lossless: false },
};

/** The transfer syntax of this unique identifier; throws if it is none that is decoded. */
export function transferSyntax(where: string, uid: string): TransferSyntax {
  const syntax = Object.hasOwn(syntaxes, uid) ? syntaxes[uid] : undefined;
  if (syntax !== undefined) return syntax;
  const names = Object.values(syntaxes).map(({ name }) => name);
  throw new RangeError(`${where}: transfer syntax must be one of ${names.join("; ")}, got ${uid}`);
}
