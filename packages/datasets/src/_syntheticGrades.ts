import type { Picture } from "./_syntheticCases.js";
import type { Profile } from "./_syntheticProfile.js";
import type { Finding } from "./findings.js";

/**
 * Bedside pictures of an intensive-care unit, whose readers grade. Present is what is moderate or severe (enlarged
 * for the heart); shares of both sides together follow the published counts, those of slight and questionable
 * grades are rounded guesses.
 */
export function bedsideProfile(sides: readonly Finding[]): Profile {
  const rate = (finding: Finding) => ({
    finding,
    present: finding.startsWith("pneumothorax") ? 0.01 : 0.08,
    uncertain: 0.05,
    mild: 0.1,
  });
  return {
    normal: 0.384,
    rates: [
      { finding: "cardiomegaly", present: 0.467, mild: 0.05 },
      { finding: "congestion", present: 0.12, uncertain: 0.05, mild: 0.15 },
      ...sides.map(rate),
    ],
    views: [["AP", 1]],
    age: [66, 14, 18, 98],
    femaleShare: 0.363,
    shapes: [0.82, 1.22, 1, 1.2],
  };
}

/** A reader's word for a finding of a picture: none, questionable, slight, moderate or severe; normal to massive for a heart. */
export type Grade = "none" | "questionable" | "slight" | "moderate" | "severe";

/** Grade of a finding, from its label and from how strongly it is drawn. */
export function gradeOf(picture: Picture, finding: Finding, random: () => number): Grade {
  const [label, toss] = [picture.labels.get(finding), random()];
  if (label === 1) return toss < 0.3 ? "severe" : "moderate";
  if (label === 0.5) return "slight";
  return label === -1 ? "questionable" : "none";
}

/** Whether a finding is present on either side, or on the side it names. */
export function isPresentOnASide({ labels }: Picture, finding: Finding): boolean {
  return ["", "_right", "_left"].some((side) => labels.get(`${finding}${side}` as Finding) === 1);
}
