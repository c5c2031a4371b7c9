import type { DrawnCurve } from "./_rocPoints.js";
import type { SeriesStyle } from "./_theme.js";

interface RocLook {
  readonly ticks: readonly number[];
  readonly titles: boolean;
  readonly legend: object | null;
}

/** Chance, the axes and the curves of one ROC panel, as layers of a Vega-Lite specification. */
export function rocLayers(
  curves: readonly DrawnCurve[],
  styles: readonly SeriesStyle[],
  look: RocLook,
): object[] {
  const x = rate("fpr", "False positive rate (1 − specificity)", look);
  const y = rate("tpr", "True positive rate (sensitivity)", look);
  const values = curves.flatMap(({ points }, i) =>
    points.map((point, order) => ({ ...point, order, series: i })),
  );
  const series = (range: readonly unknown[]) => ({
    field: "series",
    type: "nominal",
    scale: { domain: curves.map((_, i) => i), range },
    legend: look.legend,
  });
  const chance = {
    data: {
      values: [
        { fpr: 0, tpr: 0 },
        { fpr: 1, tpr: 1 },
      ],
    },
    mark: { type: "line", color: "currentColor", opacity: 0.5, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { x, y },
  };
  const drawn = {
    data: { values },
    mark: { type: "line", strokeWidth: 2, strokeJoin: "round" },
    encoding: {
      x,
      y,
      order: { field: "order", type: "quantitative" },
      color: series(styles.map(({ colour }) => colour)),
      strokeDash: series(styles.map(({ dash }) => dash)),
    },
  };
  const bands = curves.map(({ band }, i) => ({
    data: { values: band },
    mark: { type: "area", color: styles[i]?.colour, opacity: 0.16 },
    encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" } },
  }));
  return [chance, ...bands.filter(({ data }) => data.values.length > 0), drawn];
}

function rate(field: string, title: string, { ticks, titles }: RocLook) {
  return {
    field,
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { values: ticks, title: titles ? title : null },
  };
}
