import type { ImageStore } from "@cxrkit/datasets";
import { type GridImage, imageGrid, type ReportSection } from "@cxrkit/report";
import type { Table } from "apache-arrow";
import sharp from "sharp";
import { predictedFindings, predictionMatrices } from "../predictionMatrices.js";

const numImages = 8;
const numScores = 3;
/** Side of the shown images in pixels. */
const side = 192;

/** Test images as the model sees them, with their labels and its highest scores. */
export async function imageSection(
  images: ImageStore,
  [name, predictions]: readonly [name: string, predictions: Table],
): Promise<ReportSection> {
  const findings = predictedFindings(predictions);
  const { labels, scores } = predictionMatrices(predictions, findings);
  const rows = images.rows("test");
  const shown = Math.min(numImages, rows.length);
  const grid: GridImage[] = [];
  for (let i = 0; i < shown; i++) {
    const at = Math.floor((i * rows.length) / shown);
    const columns = findings.map((finding, k) => ({
      finding: finding.replaceAll("_", " "),
      label: labels.data[at * findings.length + k],
      score: scores.data[at * findings.length + k]!,
    }));
    const present = columns.filter(({ label }) => label === 1).map(({ finding }) => finding);
    const highest = columns.sort((a, b) => b.score - a.score).slice(0, numScores);
    grid.push({
      png: await toPng(await images.pixels(rows[at]!), images.size),
      alt: `Frontal chest radiograph, labelled ${present.join(", ") || "with no finding of the list"}`,
      caption: `Label: ${present.join(", ") || "none"}. Scores: ${highest.map(({ finding, score }) => `${finding} ${score.toFixed(2)}`).join(", ")}`,
    });
  }
  return {
    id: "images",
    title: "Images",
    lead: `Test images at ${images.size} px, as the model sees them, spread evenly over the list.`,
    content: [imageGrid(grid, { title: `Labels, and the highest scores of the model from ${name}` })],
  };
}

function toPng(pixels: Uint8Array, size: number): Promise<Uint8Array> {
  const raw = { width: size, height: size, channels: 1 } as const;
  return sharp(pixels, { raw }).resize(side, side).toColourspace("b-w").png().toBuffer();
}
