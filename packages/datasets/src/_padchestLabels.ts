import { notMentioned } from "./_labelRows.js";
import { parsePythonList } from "./_pythonList.js";
import type { Finding } from "./findings.js";
import type { Protocol } from "./Manifest.js";

/** A finding of this collection: what the authors look for in the text, and the labels that mean it. */
interface PadchestFinding {
  readonly finding: Finding;
  readonly substrings: readonly string[];
  readonly tokens: readonly string[];
}

const entry = (finding: Finding, text: string, ...further: string[]): PadchestFinding => ({
  finding,
  substrings: [text],
  tokens: [text, ...further],
});

/**
 * The findings, in the order of the study's list, then the rest of the authors' list. A substring finds more than the
 * tokens do: "normal" is in "abnormal foreign body", "mass" in "breast mass", "emphysema" in "subcutaneous emphysema".
 */
const padchestLabels: readonly PadchestFinding[] = [
  entry("cardiomegaly", "cardiomegaly"),
  entry("pleural_effusion", "pleural effusion", "loculated pleural effusion", "hydropneumothorax"),
  entry("pneumonia", "pneumonia", "atypical pneumonia"),
  entry(
    "atelectasis",
    "atelectasis",
    "laminar atelectasis",
    "segmental atelectasis",
    "lobar atelectasis",
    "total atelectasis",
    "round atelectasis",
    "atelectasis basal",
    "basal atelectasis",
  ),
  entry("no_finding", "normal"),
  entry("consolidation", "consolidation"),
  entry("pneumothorax", "pneumothorax", "hydropneumothorax"),
  entry("emphysema", "emphysema"),
  entry("hernia", "hernia", "hiatal hernia"),
  entry("scoliosis", "scoliosis"),
  entry("congestion", "congestion", "hilar congestion"),
  entry(
    "aortic_elongation",
    "aortic elongation",
    "supra aortic elongation",
    "ascendent aortic elongation",
    "descendent aortic elongation",
  ),
  entry("kyphosis", "kyphosis"),
  entry("copd_signs", "COPD signs"),
  entry(
    "pleural_thickening",
    "pleural thickening",
    "apical pleural thickening",
    "calcified pleural thickening",
  ),
  {
    finding: "nodule_mass",
    substrings: ["nodule", "mass"],
    tokens: ["nodule", "multiple nodules", "mass", "pulmonary mass"],
  },
  entry("infiltration", "infiltrates"),
  entry("fibrosis", "pulmonary fibrosis"),
  entry("chronic_changes", "chronic changes"),
  entry("sternotomy", "sternotomy"),
  entry("lung_cavity", "cavitation"),
  entry("volume_loss", "volume loss"),
  entry("pacemaker", "pacemaker"),
  entry("bronchiectasis", "bronchiectasis"),
  entry("air_trapping", "air trapping"),
];

/** Words of the vocabulary for them. */
export const padchestFindings: readonly Finding[] = padchestLabels.map(({ finding }) => finding);

/** What a cell of the column Labels says. */
export interface PadchestCell {
  /** `blank`: there is nothing; `empty`: a list without a label; `list`: labels. Null: it is no list. */
  readonly kind: "blank" | "empty" | "list" | null;
  /** One label a finding. */
  readonly labels: Int8Array;
}

/** Reader of the column Labels, each distinct text once. */
export function padchestLabelReader(protocol: Protocol): (text: string) => PadchestCell {
  const known = new Map<string, PadchestCell>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const cell = readCell(text, protocol);
    known.set(text, cell);
    return cell;
  };
}

const findingsOfToken = new Map<string, number[]>();
padchestLabels.forEach(({ tokens }, k) => {
  for (const token of tokens) findingsOfToken.set(token, [...(findingsOfToken.get(token) ?? []), k]);
});

function readCell(text: string, protocol: Protocol): PadchestCell {
  const nothing = new Int8Array(padchestLabels.length).fill(notMentioned);
  if (text === "" || text === "nan") return { kind: "blank", labels: nothing };
  const tokens = parsePythonList(text);
  if (tokens === null) return { kind: null, labels: nothing };
  const kind = tokens.length === 0 ? "empty" : "list";
  if (protocol === "as-published")
    return {
      kind,
      labels: Int8Array.from(padchestLabels, ({ substrings }) =>
        substrings.some((part) => text.includes(part)) ? 1 : 0,
      ),
    };
  if (kind === "empty") return { kind, labels: nothing };
  const labels = new Int8Array(padchestLabels.length);
  for (const token of tokens) for (const k of findingsOfToken.get(token) ?? []) labels[k] = 1;
  return { kind, labels };
}
