import { shorten } from "./_layout.js";
import { oneLine } from "./_markup.js";
import { fontSize } from "./_theme.js";

/** Size of a square in pixels. */
export interface CellSize {
  readonly width: number;
  readonly height: number;
}

const pixel = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });

/** The squares, the frames of the diagonal and the numbers. */
export function cellLayers(values: readonly object[], cellSize: CellSize): object[] {
  const place = { x: { ...pixel("x") }, y: { ...pixel("y") } };
  const corners = { x2: pixel("x2"), y2: pixel("y2") };
  const boxes = (values as readonly { x: number; y: number }[]).map((value) => ({
    ...value,
    x2: value.x + cellSize.width - 2,
    y2: value.y + cellSize.height - 2,
    middle: value.x + cellSize.width / 2 - 1,
    centre: value.y + cellSize.height / 2 - 1,
  }));
  return [
    {
      data: { values: boxes },
      mark: { type: "rect", color: "var(--series-1, #0072b2)" },
      encoding: {
        ...place,
        ...corners,
        fillOpacity: { field: "opacity", type: "quantitative", scale: null },
      },
    },
    {
      data: { values: boxes.filter((box) => (box as unknown as { isSame: boolean }).isSame) },
      mark: { type: "rect", filled: false, color: "currentColor", strokeWidth: 1.5 },
      encoding: { ...place, ...corners },
    },
    {
      data: { values: boxes },
      mark: { type: "text", align: "center", baseline: "middle", fontSize: fontSize + 1 },
      encoding: { x: pixel("middle"), y: pixel("centre"), text: { field: "text", type: "nominal" } },
    },
  ];
}

/** Names of rows and columns, and what they are. */
export function nameLayers(
  rows: readonly string[],
  heads: readonly (readonly string[])[],
  {
    cellSize,
    left,
    headHeight,
  }: { readonly cellSize: CellSize; readonly left: number; readonly headHeight: number },
): object[] {
  const texts = (values: readonly object[], align: string, angle = 0) => ({
    data: { values },
    mark: {
      type: "text",
      align,
      baseline: "middle",
      angle,
      fontWeight: { expr: "datum.isTitle ? 'bold' : 'normal'" },
    },
    encoding: { x: pixel("x"), y: pixel("y"), text: { field: "text", type: "nominal" } },
  });
  const names = rows.map((name, i) => ({
    text: shorten(oneLine(name), fontSize, 180),
    x: -10,
    y: cellSize.height * (i + 0.5),
  }));
  const columns = heads.flatMap((lines, i) =>
    lines.map((text, line) => ({
      text,
      x: cellSize.width * (i + 0.5) - 1,
      y: -10 - 18 * (lines.length - 1 - line),
    })),
  );
  const tested = [
    { text: "Tested on", x: (cellSize.width * heads.length) / 2, y: -headHeight - 16, isTitle: true },
  ];
  const trained = [
    { text: "Trained on", x: -left - 8, y: (cellSize.height * rows.length) / 2, isTitle: true },
  ];
  return [texts(names, "right"), texts([...columns, ...tested], "center"), texts(trained, "center", 270)];
}

/** A line under the drawing. */
export function note(text: string, y: number): object {
  return {
    data: { values: [{ text }] },
    mark: { type: "text", align: "left", baseline: "top", fontStyle: "italic" },
    encoding: { x: { value: 0 }, y: { value: y }, text: { field: "text", type: "nominal" } },
  };
}
