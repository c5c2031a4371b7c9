import { mimicPretrainingFindings, studyFindings } from "@cxrkit/datasets";

export const full = studyFindings("uka-cxr"); // nine, the sides apart
export const reduced = studyFindings("uka-cxr", { start: "mimic" }); // five, the sides together
export const pretraining = mimicPretrainingFindings("uka-cxr"); // five of MIMIC-CXR, output by output
