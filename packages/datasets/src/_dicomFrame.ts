/** One decoded frame: bit patterns of its samples as the coding holds them. */
export interface DicomFrame {
  /** Samples; of a signed coding in two's complement. */
  readonly samples: Uint8Array | Uint16Array;
  /** Channels of a pixel. */
  readonly channels: number;
  /** Whether the channels of a pixel lie side by side, not one channel after the other. */
  readonly interleaved: boolean;
  /** Bits of a sample in the coding. */
  readonly precision: number;
  /** Whether the coding itself says that samples may be negative. */
  readonly signed: boolean;
  /** Whether the coding has turned luminance and chrominance into red, green and blue already. */
  readonly isRgb: boolean;
}

/** What the header promises of a frame. */
export interface FrameShape {
  readonly where: string;
  /** Name of the transfer syntax, for messages. */
  readonly syntax: string;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly bitsAllocated: number;
}

/** Throws unless the coded frame is as large as the header promises: before memory is taken for it. */
export function requireShape(
  { where, syntax, rows, columns, channels }: FrameShape,
  got: { readonly width: number; readonly height: number; readonly channels: number },
): void {
  if (got.width !== columns || got.height !== rows || got.channels !== channels)
    throw new RangeError(
      `${where}: ${syntax} frame must have the ${columns} × ${rows} pixels and ${channels} channels that the header declares, got ${got.width} × ${got.height} and ${got.channels}`,
    );
}
