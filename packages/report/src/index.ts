export {
  type AttentionExample,
  type AttentionFigureOptions,
  type AttentionMap,
  attentionFigure,
} from "./attentionFigure.js";
export {
  type CalibrationFigureInput,
  type CalibrationFigureOptions,
  calibrationFigure,
} from "./calibrationFigure.js";
export { type ClaimChecklistOptions, claimChecklist } from "./claimChecklist.js";
export { type ComparisonTableOptions, comparisonTable } from "./comparisonTable.js";
export {
  type CrossDatasetCell,
  type CrossDatasetFigureOptions,
  crossDatasetFigure,
} from "./crossDatasetFigure.js";
export { type DatasetCardInput, datasetCard, type FindingCounts } from "./datasetCard.js";
export { differenceFigure } from "./differenceFigure.js";
export { type DownloadsOptions, downloads } from "./downloads.js";
export { evaluationRules, type ProtocolRule } from "./evaluationRules.js";
export { expandable } from "./expandable.js";
export type { Fact } from "./Fact.js";
export { figureNumbers } from "./figureNumbers.js";
export { type ForestFigureOptions, forestFigure } from "./forestFigure.js";
export type { Html, Markup, Svg } from "./Html.js";
export {
  type HtmlReportInput,
  htmlReport,
  type ReportSection,
  type ReportSubsection,
} from "./htmlReport.js";
export { type GridImage, type ImageGridOptions, imageGrid } from "./imageGrid.js";
export type { AreaEstimate, LabelledScores } from "./LabelledScores.js";
export { type CardPart, type ModelCardInput, modelCard } from "./modelCard.js";
export { type ProtocolTableOptions, protocolTable } from "./protocolTable.js";
export { type PublishedRow, type PublishedTableOptions, publishedTable } from "./publishedTable.js";
export type { ReportFile } from "./ReportFile.js";
export type { RocBand } from "./RocBand.js";
export { reportFiles } from "./reportFiles.js";
export { type ResultsRow, type ResultsTableOptions, resultsTable } from "./resultsTable.js";
export { type RocFigureInput, type RocFigureOptions, rocFigure } from "./rocFigure.js";
export { type RocGridOptions, type RocPanel, rocGrid } from "./rocGrid.js";
export type { SubgroupRow } from "./SubgroupRow.js";
export { type FlowBox, type FlowStep, type StudyFlowOptions, studyFlow } from "./studyFlow.js";
export { subgroupFigure } from "./subgroupFigure.js";
export { type SubgroupOptions, subgroupTable } from "./subgroupTable.js";
export type { IntervalCell, NumberStyle, Table, TableCell, TableColumn } from "./Table.js";
export { tableAsCsv } from "./tableAsCsv.js";
export { type TableAsHtmlOptions, tableAsHtml } from "./tableAsHtml.js";
export { tableAsLatex } from "./tableAsLatex.js";
export { tableAsMarkdown } from "./tableAsMarkdown.js";
export {
  type TrainingEpoch,
  type TrainingFigureOptions,
  type TrainingRun,
  trainingFigure,
} from "./trainingFigure.js";
