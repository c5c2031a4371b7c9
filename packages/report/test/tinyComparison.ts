import type { AucEstimate, Comparison, Difference } from "@cxrkit/statistics";

const missing = Number.NaN;

function estimate(finding: string, area: number, numPositives: number): AucEstimate {
  return {
    finding,
    estimate: area,
    mean: area,
    standardDeviation: 0.01,
    lower: area - 0.0213,
    upper: area + 0.0187,
    numPositives,
    numNegatives: 1200 - numPositives,
    numMissing: 7,
    numReplicates: numPositives > 0 ? 1000 : 0,
  };
}

function difference(finding: string, value: number, pValue: number, adjustedPValue: number): Difference {
  return {
    finding,
    difference: value,
    standardDeviation: 0.01,
    lower: value - 0.0103,
    upper: value + 0.0097,
    pValue,
    pValueError: 0.005,
    adjustedPValue,
    numReplicates: 1000,
  };
}

/** Two models, three findings; of the last there is no positive image. Names can be given to try them. */
export function tinyComparison({
  a = "dino",
  b = "imagenet",
  finding = "pleural_effusion",
  adjustment = "Holm",
}: {
  readonly a?: string;
  readonly b?: string;
  readonly finding?: string;
  readonly adjustment?: string;
} = {}): Comparison {
  const model = (first: number, second: number) => ({
    perFinding: [
      estimate(finding, first, 300),
      estimate("edema", second, 120),
      estimate("hernia", missing, 0),
    ],
    macro: estimate("macro", (first + second) / 2, 420),
  });
  return {
    models: { [a]: model(0.8124, 0.7009), [b]: model(0.7909, 0.7023) },
    pairs: [
      {
        a,
        b,
        perFinding: [
          difference(finding, 0.0217, 0.0004, 0.0012),
          difference("edema", -0.0016, 0.7713, 1),
          difference("hernia", missing, missing, missing),
        ],
        macro: difference("macro", 0.01, 0.0509, 0.0509),
      },
    ],
    method: {
      protocol: "corrected",
      replicates: 1000,
      seed: 7,
      coverage: 0.95,
      interval: "percentile",
      resampled: "patients",
      numResampled: 834,
      numStrata: 1,
      numRedrawn: 0,
      adjustment,
    },
  };
}
