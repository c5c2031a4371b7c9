import { chestXray14Spelling } from "./_chestXray14Entries.js";
import type { SyntheticImage } from "./_syntheticPlan.js";

const header =
  "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";

/** The label file of ChestX-ray14, version 2020. */
export function entryCsv(plan: readonly SyntheticImage[]): string {
  const names = Object.entries(chestXray14Spelling);
  const rows = plan.map((image) => {
    const labels = names.filter(([, finding]) => image.findings.has(finding)).map(([name]) => name);
    const acquired = image.view === "PA" ? "2992,2991,0.143,0.143" : "2500,2048,0.168,0.168";
    const text = labels.length === 0 ? "No Finding" : labels.join("|");
    return `${image.imageId},${text},${image.followUp},${image.patient},${image.age},${image.sex},${image.view},${acquired}`;
  });
  return `${[header, ...rows].join("\n")}\n`;
}

/** A list file: one name a line. */
export function listText(plan: readonly SyntheticImage[], split: "train" | "test"): string {
  return `${plan
    .filter((image) => image.split === split)
    .map((image) => image.imageId)
    .join("\n")}\n`;
}
