import { brierScore, expectedCalibrationError } from "@cxrkit/metrics";
import { calibrationFigure, expandable, type Html, tableAsHtml } from "@cxrkit/report";
import { predictionMatrices } from "../predictionMatrices.js";
import { plainName } from "./plainName.js";
import type { ComparedModels } from "./ReportMaterial.js";

const strategy = "quantile";

/** Calibration error and Brier score of every model and finding; the curves for those who open them. */
export async function calibrationContent(
  { predictions, record }: ComparedModels,
  title: string,
): Promise<Html[]> {
  const models = [...predictions].map(([name, table]) => {
    const curves = record.comparison.models[name]!.perFinding.map(({ finding }) => {
      const { labels, scores } = predictionMatrices(table, [finding]);
      return { name: plainName(finding), labels: labels.data, scores: scores.data };
    });
    return { name, curves };
  });
  const rows = (models[0]?.curves ?? []).map(({ name }, k) => [
    name,
    ...models.flatMap(({ curves }) => {
      const { labels, scores } = curves[k]!;
      return [expectedCalibrationError(labels, scores, { strategy }), brierScore(labels, scores)];
    }),
  ]);
  const columns = models.flatMap(({ name }) => [`${name}: calibration error`, `${name}: Brier score`]);
  const table = tableAsHtml({
    title: `${title}: calibration by finding`,
    columns: ["Finding", ...columns].map((label) => ({ label })),
    rows,
    notes: [
      "Expected calibration error of ten bins with as many images each; lower is better for both. Weighted training makes scores higher than shares.",
    ],
  });
  const figures = models.map(({ name, curves }) =>
    calibrationFigure({ curves }, { title: `${title}: calibration of ${name}`, strategy }),
  );
  return [table, expandable("Curves", await Promise.all(figures))];
}
