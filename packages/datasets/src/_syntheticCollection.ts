import { quantise } from "./_drawFilm.js";
import { drawPicture, sizeOf } from "./_drawPicture.js";
import { drawRadiograph } from "./_drawRadiograph.js";
import { drawLesions } from "./_lesions.js";
import { randomStream } from "./_random.js";
import { planPictures } from "./_syntheticCases.js";
import { chestXray14Layout } from "./_syntheticChestXray14.js";
import { chexpertLayout } from "./_syntheticChexpert.js";
import type { Layout, PictureEncoding, TableFile } from "./_syntheticLayout.js";
import { mimicCxrLayout } from "./_syntheticMimic.js";
import { padchestLayout } from "./_syntheticPadchest.js";
import { planCollection, type SyntheticImage } from "./_syntheticPlan.js";
import { balanced } from "./_syntheticProfile.js";
import { entryCsv, listText } from "./_syntheticTables.js";
import { taixRayLayout } from "./_syntheticTaix.js";
import { ukaCxrLayout } from "./_syntheticUka.js";
import { vindrCxrLayout, vindrPcxrLayout } from "./_syntheticVindr.js";
import { drawExposure, drawThorax } from "./_thorax.js";
import { type Finding, findings } from "./findings.js";
import type { DatasetName, Split } from "./Manifest.js";

/** A picture's pixels, before they are encoded. */
export interface DrawnPixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array | Uint16Array;
}

/** A whole collection that is to be written. */
export interface Collection {
  readonly numImages: number;
  /** File of image `i`, relative to the root. */
  readonly file: (i: number) => { readonly path: string; readonly encoding: PictureEncoding };
  readonly draw: (i: number) => DrawnPixels;
  readonly tables: () => readonly TableFile[];
  readonly split: (i: number) => Split;
  /** Findings that the tables speak of. */
  readonly findings: readonly Finding[];
  readonly isPresent: (i: number, finding: Finding) => boolean;
}

/** Everything that a collection is made from. */
export interface CollectionOptions {
  readonly images: number;
  readonly patients: number;
  readonly seed: number;
  readonly imageSize: number;
  readonly testFraction: number;
  readonly prevalence: "published" | "balanced";
  readonly variant: string;
}

/** The layout of each collection. */
export const layouts: Readonly<Record<DatasetName, Layout>> = {
  "vindr-cxr": vindrCxrLayout,
  chestxray14: chestXray14Layout,
  chexpert: chexpertLayout,
  "mimic-cxr": mimicCxrLayout,
  "uka-cxr": ukaCxrLayout,
  "taix-ray": taixRayLayout,
  padchest: padchestLayout,
  "vindr-pcxr": vindrPcxrLayout,
};

/** Plans a collection; nothing is drawn yet. */
export function planOf(name: DatasetName, options: CollectionOptions): Collection {
  const isFirst = name === "chestxray14" && options.prevalence === "balanced";
  return isFirst ? firstCollection(options) : layoutCollection(layouts[name], options);
}

function layoutCollection(layout: Layout, options: CollectionOptions): Collection {
  const { seed, imageSize } = options;
  const profile = options.prevalence === "balanced" ? balanced(layout.profile) : layout.profile;
  const pictures = planPictures(profile, options);
  const pictureOf = (i: number) => pictures[i] as (typeof pictures)[number];
  return {
    numImages: pictures.length,
    file: (i) => layout.file(pictureOf(i), options),
    draw: (i) => {
      const { encoding } = layout.file(pictureOf(i), options);
      const [width, height] = sizeOf(pictureOf(i), imageSize);
      const film = drawPicture(pictureOf(i), seed, imageSize);
      const isInverted =
        encoding.kind === "dicom" && encoding.header.photometricInterpretation === "MONOCHROME1";
      return { width, height, pixels: quantise(film, greatestOf(encoding), isInverted) };
    },
    tables: () => layout.tables(pictures, options),
    split: (i) => layout.split(pictureOf(i)),
    findings: layout.findings,
    isPresent: (i, finding) => layout.isPresent(pictureOf(i), finding),
  };
}

/** Greatest value that a pixel can have. */
function greatestOf(encoding: PictureEncoding): number {
  if (encoding.kind === "png") return 2 ** encoding.bits - 1;
  return encoding.kind === "jpeg" ? 255 : 2 ** encoding.header.bitsStored - 1;
}

/** The first drawing, of ChestX-ray14 with nine findings in even shares; its pixels stay what they are. */
function firstCollection({ images, patients, seed, imageSize, testFraction }: CollectionOptions): Collection {
  const plan = planCollection({ images, patients, seed, testFraction });
  const imageOf = (i: number) => plan[i] as SyntheticImage;
  return {
    numImages: plan.length,
    file: (i) => ({ path: `images/${imageOf(i).imageId}`, encoding: { kind: "png", bits: 8 } }),
    draw: (i) => ({ width: imageSize, height: imageSize, pixels: firstPixels(imageOf(i), seed, imageSize) }),
    tables: () => [
      { path: "train_val_list.txt", content: listText(plan, "train") },
      { path: "test_list.txt", content: listText(plan, "test") },
      { path: "Data_Entry_2017_v2020.csv", content: entryCsv(plan) },
    ],
    split: (i) => imageOf(i).split,
    findings: findings.slice(0, 15),
    isPresent: (i, finding) =>
      finding === "no_finding" ? imageOf(i).findings.size === 0 : imageOf(i).findings.has(finding),
  };
}

function firstPixels(image: SyntheticImage, seed: number, size: number): Uint8Array {
  const thorax = drawThorax(image.sex === "F", randomStream(seed, 10, image.patient));
  const seeds = [seed, 11, image.patient, image.followUp];
  const random = randomStream(...seeds);
  const exposure = drawExposure(image.view === "AP", random);
  const lesions = drawLesions(image.findings, thorax, random);
  return drawRadiograph(size, thorax, exposure, lesions, seeds);
}
