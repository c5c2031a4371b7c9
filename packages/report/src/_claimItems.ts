/** A part of the checklist with its items, numbered on from the part before. */
export interface ClaimPart {
  readonly title: string;
  readonly items: readonly string[];
}

/** The 44 items of CLAIM 2024 in short words of our own; the article has them in full. */
export const claimParts: readonly ClaimPart[] = [
  { title: "Title and abstract", items: ["Title names the kind of AI method", "Structured summary"] },
  { title: "Introduction", items: ["Background, intended use and clinical role", "Aims and hypotheses"] },
  { title: "Methods: design", items: ["Prospective or retrospective", "Goal of the study"] },
  {
    title: "Methods: data",
    items: [
      "Sources of the data",
      "Who and what was included and excluded",
      "Preprocessing",
      "Selection of parts of the data",
      "De-identification",
      "Missing data",
      "Acquisition of the images",
    ],
  },
  {
    title: "Methods: reference standard",
    items: [
      "How the reference standard was obtained",
      "Why this reference standard",
      "Who or what annotated, with what training",
      "How the test set was annotated",
      "Agreement between and within annotators",
    ],
  },
  {
    title: "Methods: partitions and size",
    items: [
      "How cases were assigned to partitions",
      "Level at which partitions are disjoint",
      "Intended size of the test set",
    ],
  },
  {
    title: "Methods: model",
    items: ["Model in full detail", "Software, frameworks and versions", "Initial values of the parameters"],
  },
  {
    title: "Methods: training",
    items: ["Training procedure in detail", "How the final model was chosen", "Ensembles"],
  },
  {
    title: "Methods: evaluation",
    items: [
      "Measures of performance",
      "Significance and uncertainty",
      "Robustness or sensitivity analysis",
      "Explanation or interpretation of the model",
      "Evaluation on internal data",
      "Test on external data",
      "Registration of a clinical trial",
    ],
  },
  {
    title: "Results",
    items: [
      "Numbers included and excluded",
      "Demographic and clinical characteristics by partition",
      "Performance with uncertainty, on all partitions",
      "Diagnostic performance and its precision",
      "Analysis of failures",
    ],
  },
  { title: "Discussion", items: ["Limitations", "Implications for practice"] },
  {
    title: "Other information",
    items: [
      "Full protocol or further technical details",
      "Availability of software, model and data",
      "Funding and the role of funders",
    ],
  },
];
