// Draws docs/guide/synthetic-radiographs.png: one image for each of many findings, with its name and its collection.
// Run after `npm run build`: node docs/guide/contactSheet.mjs [file]
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeImage, presentGrey, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";
import sharp from "sharp";

const out = process.argv[2] ?? fileURLToPath(new URL("synthetic-radiographs.png", import.meta.url));
const [tile, caption, columns, seed] = [150, 26, 7, 11];
const wanted = [
  ["chexpert", "no_finding", "PA"],
  ["chexpert", "no_finding", "Lateral"],
  ["vindr-cxr", "cardiomegaly"],
  ["uka-cxr", "pleural_effusion_right", "AP"],
  ["mimic-cxr", "pleural_effusion", "LATERAL"],
  ["uka-cxr", "pneumothorax_left", "AP"],
  ["mimic-cxr", "edema", "AP"],
  ["padchest", "congestion"],
  ["padchest", "pneumonia"],
  ["padchest", "consolidation"],
  ["padchest", "infiltration"],
  ["taix-ray", "atelectasis_left"],
  ["vindr-cxr", "lung_opacity"],
  ["vindr-cxr", "pleural_thickening"],
  ["vindr-cxr", "nodule_mass"],
  ["vindr-cxr", "lung_tumor"],
  ["vindr-cxr", "fibrosis"],
  ["padchest", "emphysema"],
  ["padchest", "hernia"],
  ["padchest", "scoliosis"],
  ["padchest", "kyphosis", "L"],
  ["padchest", "aortic_elongation"],
  ["vindr-cxr", "rib_fracture"],
  ["mimic-cxr", "support_devices", "AP"],
  ["padchest", "pacemaker"],
  ["vindr-cxr", "calcification"],
  ["vindr-pcxr", "no_finding"],
  ["vindr-pcxr", "pneumonia"],
];

/** The image in which a finding is most alone. */
function mostAlone({ table, findings }, finding, view) {
  let [best, fewest] = [null, Number.POSITIVE_INFINITY];
  for (const row of table) {
    if (row[finding] !== 1 || (view === undefined ? row.view === "L" : row.view !== view)) continue;
    const others = findings.filter((name) => name !== finding && Math.abs(row[name] ?? 0) === 1).length;
    if (others < fewest) [best, fewest] = [row, others];
  }
  if (best === null) throw new Error(`no image has ${finding}`);
  return best;
}

async function tileOf(manifest, finding, view) {
  const bytes = await readFile(join(manifest.root, mostAlone(manifest, finding, view).path));
  const { width, height, pixels, maximum } = presentGrey(await decodeImage(bytes));
  const grey = Uint8Array.from(pixels, (value) => Math.round((value / maximum) * 255));
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .resize(tile, tile, { fit: "contain" })
    .toColourspace("b-w")
    .png()
    .toBuffer();
}

const folder = await mkdtemp(join(tmpdir(), "radiographs-"));
const manifests = new Map();
const parts = [];
for (const [i, [name, finding, view]] of wanted.entries()) {
  if (!manifests.has(name)) {
    const root = join(folder, name);
    await writeSyntheticDataset(name, root, { images: 800, seed, imageSize: 256, prevalence: "balanced" });
    manifests.set(name, await readDataset(name, root, { views: "all" }));
  }
  const [left, top] = [(i % columns) * tile, Math.floor(i / columns) * (tile + caption)];
  const lines = [`${finding.replaceAll("_", " ")}`, `${name}${view === undefined ? "" : `, ${view}`}`];
  const text = lines.map((line, k) => `<text x="${tile / 2}" y="${10 + 11 * k}">${line}</text>`).join("");
  const style = 'fill="#eee" font-family="sans-serif" font-size="10" text-anchor="middle"';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${tile}" height="${caption}"><g ${style}>${text}</g></svg>`;
  parts.push({ input: await tileOf(manifests.get(name), finding, view), left, top });
  parts.push({ input: Buffer.from(svg), left, top: top + tile });
}
await rm(folder, { recursive: true });
const height = Math.ceil(wanted.length / columns) * (tile + caption);
await sharp({ create: { width: columns * tile, height, channels: 3, background: "#000" } })
  .composite(parts)
  .toColourspace("b-w")
  .png({ palette: true, colours: 16, dither: 0, effort: 10 })
  .toFile(out);
