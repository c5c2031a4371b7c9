import { applyLabelPolicy, positiveWeights } from "@cxrkit/datasets";
import { tableFromArrays } from "apache-arrow";

// Labels as a source gives them: 1 present, 0 absent, −1 uncertain.
const table = tableFromArrays({ edema: Int8Array.of(1, 0, 0, -1), mass: Int8Array.of(0, -1, 1, 0) });

export const labels = applyLabelPolicy(table, {
  findings: ["edema", "mass"],
  policy: { uncertain: "ignore", perFinding: { mass: { uncertain: "positive" } } },
});
export const weights = positiveWeights(labels); // edema (3 − 1) / 1, mass (4 − 2) / 2
