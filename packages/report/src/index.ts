export { type ComparisonTableOptions, comparisonTable } from "./comparisonTable.js";
export { type DatasetCardInput, datasetCard, type FindingCounts } from "./datasetCard.js";
export { differenceFigure } from "./differenceFigure.js";
export type { Fact } from "./Fact.js";
export { type ForestFigureOptions, forestFigure } from "./forestFigure.js";
export type { Html, Markup, Svg } from "./Html.js";
export { type HtmlReportInput, htmlReport, type ReportSection } from "./htmlReport.js";
export { type GridImage, type ImageGridOptions, imageGrid } from "./imageGrid.js";
export type { AreaEstimate, LabelledScores } from "./LabelledScores.js";
export { type RocFigureInput, type RocFigureOptions, rocFigure } from "./rocFigure.js";
export { type RocGridOptions, type RocPanel, rocGrid } from "./rocGrid.js";
export {
  type TrainingEpoch,
  type TrainingFigureOptions,
  type TrainingRun,
  trainingFigure,
} from "./trainingFigure.js";
