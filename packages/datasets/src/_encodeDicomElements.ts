/** A radiograph that is to become a DICOM file. */
export interface DicomPicture {
  readonly width: number;
  readonly height: number;
  /** Stored values, shape `[height, width]`. */
  readonly pixels: Uint16Array;
  /** Bits of a stored value, from 9 to 16. */
  readonly bitsStored: number;
  readonly photometricInterpretation: "MONOCHROME1" | "MONOCHROME2";
  /** Computed or digital radiography. */
  readonly modality: "CR" | "DX";
  readonly transferSyntax: "explicit" | "implicit" | "deflated" | "rle";
  readonly window: { readonly center: number; readonly width: number };
  readonly rescale: { readonly slope: number; readonly intercept: number };
  readonly pixelSpacingMm: number;
  readonly viewPosition: string;
  readonly patientId: string;
  readonly patientSex?: "F" | "M" | "O";
  /** As `063Y`. */
  readonly patientAge?: string;
  /** As `20140211`. */
  readonly date?: string;
  /** Identifiers of study, series and image. */
  readonly uids: { readonly study: string; readonly series: string; readonly image: string };
}

/** Storage classes. */
export const classes = {
  CR: "1.2.840.10008.5.1.4.1.1.1",
  DX: "1.2.840.10008.5.1.4.1.1.1.1",
} as const;
/** Value of an element: text, whole numbers of 16 bits, bytes, or the items of a sequence. */
export type Value =
  | string
  | readonly number[]
  | Uint8Array
  | { readonly items: readonly (readonly Element[])[] };
/** One element: tag, value representation, value. */
export type Element = readonly [tag: number, vr: string, value: Value];

const code = (value: string, meaning: string): readonly Element[] => [
  [0x00080100, "SH", value],
  [0x00080102, "SH", "SCT"],
  [0x00080104, "LO", meaning],
];

/** What digital radiography asks for beyond computed radiography (DICOM PS3.3 A.26). */
function digitalElements({ viewPosition, pixelSpacingMm }: DicomPicture): Element[] {
  const spacing = `${pixelSpacingMm}\\${pixelSpacingMm}`;
  const view =
    viewPosition === "AP" ? code("399348003", "antero-posterior") : code("272479007", "postero-anterior");
  return [
    [0x00080068, "CS", "FOR PRESENTATION"],
    [0x00082218, "SQ", { items: [code("51185008", "Chest")] }],
    [0x00181164, "DS", spacing],
    [0x00200062, "CS", "U"],
    [0x00281040, "CS", "LOG"],
    [0x00281041, "SS", [1]],
    [0x00280301, "CS", "NO"],
    [0x00282110, "CS", "00"],
    [0x00540220, "SQ", { items: [view] }],
    [0x00400555, "SQ", { items: [] }],
  ];
}

/** The elements of a radiograph's data set, pixels left out. */
export function elementsOf(picture: DicomPicture): Element[] {
  const { width, height, bitsStored, modality, uids, window, rescale, date = "" } = picture;
  const isInverted = picture.photometricInterpretation === "MONOCHROME1";
  return [
    [0x00080008, "CS", "ORIGINAL\\PRIMARY"],
    [0x00080016, "UI", classes[modality]],
    [0x00080018, "UI", uids.image],
    [0x00080020, "DA", date],
    [0x00080023, "DA", date],
    [0x00080030, "TM", ""],
    [0x00080033, "TM", ""],
    [0x00080050, "SH", ""],
    [0x00080060, "CS", modality],
    [0x00080070, "LO", "cxrkit"],
    [0x00080090, "PN", ""],
    [0x00081030, "LO", "Drawn radiograph, no patient"],
    [0x00100010, "PN", ""],
    [0x00100020, "LO", picture.patientId],
    [0x00100030, "DA", ""],
    [0x00100040, "CS", picture.patientSex ?? ""],
    ...(picture.patientAge === undefined ? [] : [[0x00101010, "AS", picture.patientAge] as const]),
    [0x00180015, "CS", "CHEST"],
    [0x00185101, "CS", picture.viewPosition],
    [0x0020000d, "UI", uids.study],
    [0x0020000e, "UI", uids.series],
    [0x00200010, "SH", ""],
    [0x00200011, "IS", "1"],
    [0x00200013, "IS", "1"],
    [0x00200020, "CS", "L\\F"],
    [0x00280002, "US", [1]],
    [0x00280004, "CS", picture.photometricInterpretation],
    [0x00280010, "US", [height]],
    [0x00280011, "US", [width]],
    [0x00280030, "DS", `${picture.pixelSpacingMm}\\${picture.pixelSpacingMm}`],
    [0x00280100, "US", [16]],
    [0x00280101, "US", [bitsStored]],
    [0x00280102, "US", [bitsStored - 1]],
    [0x00280103, "US", [0]],
    [0x00281050, "DS", `${window.center}`],
    [0x00281051, "DS", `${window.width}`],
    [0x00281052, "DS", `${rescale.intercept}`],
    [0x00281053, "DS", `${rescale.slope}`],
    [0x00281054, "LO", "US"],
    [0x20500020, "CS", isInverted ? "INVERSE" : "IDENTITY"],
    ...(modality === "DX" ? digitalElements(picture) : []),
  ];
}
