import { type DicomElement, type DicomElements, type DicomSource, textAt } from "./_dicomElements.js";
import { tags } from "./_dicomTags.js";
import type { DicomLut } from "./readDicomHeader.js";

/** Reads values of elements; where an element is absent, empty or no number the value is null. */
export interface DicomValues {
  text(tag: number): string | null;
  decimals(tag: number): readonly number[];
  decimal(tag: number): number | null;
  integer(tag: number, signed?: boolean): number | null;
}

const decimalPattern = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

export function valuesOf(elements: DicomElements, source: DicomSource): DicomValues {
  const text = (tag: number) => {
    const element = elements.get(tag);
    if (element === undefined || element.length === 0) return null;
    const value = textAt(source.view, element.offset, element.length);
    return value === "" ? null : value;
  };
  const decimals = (tag: number) => {
    const parts = (text(tag) ?? "").split("\\");
    const numbers = parts.map((part) => (decimalPattern.test(part) ? Number(part) : Number.NaN));
    return numbers.every(Number.isFinite) ? numbers : [];
  };
  const decimal = (tag: number) => decimals(tag)[0] ?? null;
  const integer = (tag: number, signed = false) => {
    const element = elements.get(tag);
    if (element === undefined) return null;
    if (element.vr === "IS" || element.vr === "DS" || tag === tags.numberOfFrames) {
      const value = decimal(tag);
      return Number.isInteger(value) ? value : null;
    }
    return integerAt(element, 0, source, signed);
  };
  return { text, decimals, decimal, integer };
}

/** The i-th number of an element of two bytes a number (four if it says so); null if it is not there. */
function integerAt(element: DicomElement, i: number, source: DicomSource, signed: boolean): number | null {
  const isWide = element.vr === "UL" || element.vr === "SL";
  const size = isWide ? 4 : 2;
  if (element.length < (i + 1) * size) return null;
  const at = element.offset + i * size;
  const { view, littleEndian } = source;
  if (isWide) return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian);
  return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian);
}

/** A lookup table from its descriptor and data; null if either is missing or they do not fit. */
export function lutOf(
  elements: DicomElements,
  source: DicomSource,
  signed: boolean,
  descriptorTag: number = tags.lutDescriptor,
  dataTag: number = tags.lutData,
): DicomLut | null {
  const descriptor = elements.get(descriptorTag);
  const data = elements.get(dataTag);
  if (descriptor === undefined || data === undefined) return null;
  const declared = integerAt(descriptor, 0, source, false);
  const firstValue = integerAt(descriptor, 1, source, signed);
  const bits = integerAt(descriptor, 2, source, false);
  if (declared === null || firstValue === null || bits === null || bits < 1 || bits > 16) return null;
  const length = declared === 0 ? 65536 : declared;
  if (data.length < length) return null;
  const isWide = data.length >= 2 * length;
  const { view, littleEndian } = source;
  const values = Uint16Array.from({ length }, (_, i) =>
    isWide ? view.getUint16(data.offset + 2 * i, littleEndian) : view.getUint8(data.offset + i),
  );
  return { firstValue, bits, values };
}
