import type { DicomFile } from "./_dicomFile.js";
import type { DicomFrame, FrameShape } from "./_dicomFrame.js";
import { tags } from "./_dicomTags.js";
import { lutOf } from "./_dicomValues.js";
import type { DicomHeader, DicomLut } from "./readDicomHeader.js";

/** One channel of a frame, and what its values mean. */
export interface OneChannel {
  readonly samples: Uint8Array | Uint16Array;
  readonly photometricInterpretation: string;
  /** Bits of the values where a palette has replaced the stored ones. */
  readonly bitsStored?: number;
}

/** The grey channel of a frame; a colour image is accepted where every pixel is grey. */
export function oneChannelOf(
  frame: DicomFrame,
  shape: FrameShape,
  header: DicomHeader,
  file: DicomFile,
): OneChannel {
  const { where } = shape;
  const photometric = header.photometricInterpretation ?? "MONOCHROME2";
  const isGrey = photometric === "MONOCHROME1" || photometric === "MONOCHROME2";
  if (isGrey && frame.channels === 1)
    return { samples: frame.samples, photometricInterpretation: photometric };
  if (photometric === "PALETTE COLOR" && frame.channels === 1) return paletteGrey(frame.samples, shape, file);
  const isLuminance = photometric.startsWith("YBR_") && !frame.isRgb;
  if (frame.channels !== 3 || (photometric !== "RGB" && !photometric.startsWith("YBR_")))
    throw new RangeError(
      `${where}: photometric interpretation must be MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB or a YBR one that fits the channels, got ${photometric} with ${frame.channels}`,
    );
  const neutral = isLuminance ? 2 ** (frame.precision - 1) : undefined;
  return { samples: equalChannels(frame, shape, neutral), photometricInterpretation: "MONOCHROME2" };
}

/** The first of three channels, after checking that the others are equal to it, or `neutral` in all pixels. */
function equalChannels(
  { samples, interleaved }: DicomFrame,
  { where, columns }: FrameShape,
  neutral: number | undefined,
): Uint8Array | Uint16Array {
  const numPixels = samples.length / 3;
  const step = interleaved ? 3 : 1;
  const apart = interleaved ? 1 : numPixels;
  const grey = samples.slice(0, numPixels);
  for (let i = 0; i < numPixels; i++) {
    const first = samples[i * step] as number;
    const expected = neutral ?? first;
    for (let c = 1; c < 3; c++) {
      const other = samples[i * step + c * apart] as number;
      if (other !== expected)
        throw new RangeError(
          `${where}: colour channels must be ${neutral === undefined ? "equal" : "neutral"}, got ${other} instead of ${expected} in row ${Math.floor(i / columns)}, column ${i % columns}`,
        );
    }
    grey[i] = first;
  }
  return grey;
}

/** Grey values that the palette gives, after checking that it is grey wherever the image uses it. */
function paletteGrey(
  samples: Uint8Array | Uint16Array,
  { where, columns }: FrameShape,
  { elements, source }: DicomFile,
): OneChannel {
  const table = (descriptor: number, data: number) => lutOf(elements, source, false, descriptor, data);
  const red = table(tags.redDescriptor, tags.redData);
  const green = table(tags.greenDescriptor, tags.greenData);
  const blue = table(tags.blueDescriptor, tags.blueData);
  if (red === null || green === null || blue === null)
    throw new RangeError(`${where}: PALETTE COLOR image must have its three tables, got fewer`);
  const bitsStored = red.bits > 8 ? 16 : 8;
  const grey = bitsStored === 16 ? new Uint16Array(samples.length) : new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    const [r, g, b] = [entry(red, value), entry(green, value), entry(blue, value)];
    if (r !== g || r !== b)
      throw new RangeError(
        `${where}: palette must be grey, got (${r}, ${g}, ${b}) in row ${Math.floor(i / columns)}, column ${i % columns}`,
      );
    grey[i] = r;
  }
  return { samples: grey, photometricInterpretation: "MONOCHROME2", bitsStored };
}

function entry({ firstValue, values }: DicomLut, value: number): number {
  return values[Math.max(0, Math.min(values.length - 1, value - firstValue))] as number;
}
