import { type DicomElement, itemTag, readTag, sequenceDelimiterTag, tagName } from "./_dicomElements.js";
import type { DicomFile } from "./_dicomFile.js";
import type { FrameShape } from "./_dicomFrame.js";
import { tags } from "./_dicomTags.js";

interface Fragment {
  /** First byte of the fragment's item in the file. */
  readonly item: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * The bytes of one coded frame: its fragments, joined.
 *
 * @see DICOM PS3.5 annex A.4.
 */
export function codedFrame(
  file: DicomFile,
  pixels: DicomElement,
  shape: FrameShape,
  index: number,
  frames: number,
): Uint8Array {
  const [table, ...fragments] = readFragments(file, pixels, shape);
  if (table === undefined || fragments.length === 0)
    throw new RangeError(
      `${shape.where}: ${shape.syntax} pixel data must hold an offset table and fragments, got ${table === undefined ? "neither" : "no fragment"}`,
    );
  const chosen = frames === 1 ? fragments : fragmentsOf(file, shape, table, fragments, index, frames);
  return joined(file.bytes, chosen);
}

/** Every item of the pixel data, the offset table first. A missing end is tolerated, a cut fragment is not. */
function readFragments(
  { source: { view } }: DicomFile,
  pixels: DicomElement,
  { where, syntax }: FrameShape,
): Fragment[] {
  const fragments: Fragment[] = [];
  const end = pixels.offset + pixels.length;
  let at = pixels.offset;
  while (at + 8 <= end) {
    const tag = readTag(view, at, true);
    const length = view.getUint32(at + 4, true);
    if (tag === sequenceDelimiterTag) break;
    if (tag !== itemTag)
      throw new RangeError(
        `${where}: ${syntax} pixel data must consist of fragments, got ${tagName(tag)} at byte ${at}`,
      );
    if (at + 8 + length > end)
      throw new RangeError(
        `${where}: ${syntax} fragment ${fragments.length} must end within the file's ${end} bytes, got ${length} bytes from byte ${at + 8}`,
      );
    fragments.push({ item: at, offset: at + 8, length });
    at += 8 + length;
  }
  return fragments;
}

/** The fragments of one of several frames: by an offset table, or one fragment a frame. */
function fragmentsOf(
  file: DicomFile,
  { where, syntax }: FrameShape,
  table: Fragment,
  fragments: readonly Fragment[],
  index: number,
  frames: number,
): readonly Fragment[] {
  const starts = extendedOffsets(file, frames) ?? basicOffsets(file, table, frames);
  if (starts === undefined) {
    if (fragments.length !== frames)
      throw new RangeError(
        `${where}: ${syntax} pixel data of ${frames} frames must have an offset table or a fragment for each, got ${fragments.length} fragments`,
      );
    return [fragments[index] as Fragment];
  }
  const first = (fragments[0] as Fragment).item;
  const from = first + (starts[index] as number);
  const to = index + 1 < frames ? first + (starts[index + 1] as number) : Number.POSITIVE_INFINITY;
  const chosen = fragments.filter(({ item }) => item >= from && item < to);
  if (chosen[0]?.item !== from)
    throw new RangeError(
      `${where}: offset of frame ${index} must be the beginning of a fragment, got ${starts[index]}`,
    );
  return chosen;
}

function basicOffsets(
  { source: { view } }: DicomFile,
  table: Fragment,
  frames: number,
): number[] | undefined {
  if (table.length < 4 * frames) return undefined;
  return Array.from({ length: frames }, (_, i) => view.getUint32(table.offset + 4 * i, true));
}

function extendedOffsets({ elements, source: { view } }: DicomFile, frames: number): number[] | undefined {
  const table = elements.get(tags.extendedOffsetTable);
  if (table === undefined || table.length < 8 * frames) return undefined;
  return Array.from({ length: frames }, (_, i) => Number(view.getBigUint64(table.offset + 8 * i, true)));
}

function joined(bytes: Uint8Array, fragments: readonly Fragment[]): Uint8Array {
  const [only] = fragments;
  if (only !== undefined && fragments.length === 1)
    return bytes.subarray(only.offset, only.offset + only.length);
  const whole = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of fragments) {
    whole.set(bytes.subarray(offset, offset + length), at);
    at += length;
  }
  return whole;
}
