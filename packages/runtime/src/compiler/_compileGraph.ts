import type { StepDefinition } from "../Runtime.js";
import { foldScale } from "./_foldScale.js";
import { fuseGelu } from "./_fuseGelu.js";
import { fuseGemmBias } from "./_fuseGemmBias.js";
import { fuseLayerNorm } from "./_fuseLayerNorm.js";
import { fuseLayerNormGradient } from "./_fuseLayerNormGradient.js";
import type { Graph } from "./_Graph.js";
import { type GroupOptions, groupUpdates } from "./_groupUpdates.js";
import { keepReducedAxes } from "./_keepReducedAxes.js";
import { removeDeadNodes } from "./_removeDeadNodes.js";
import { roundProducts } from "./_roundProducts.js";
import { shortProducts } from "./_shortProducts.js";
import { traceStep } from "./_traceStep.js";

/** Small entries are joined and parted again on any engine: copying biases costs less than a node for each. */
const copied: GroupOptions = { mostPerEntry: 2 ** 16, mostPerGroup: 2 ** 24, packed: false };
/** Where entries lie side by side anyway, a group need only be so small that its intermediate results are no burden. */
const packed: GroupOptions = { mostPerEntry: 2 ** 22, mostPerGroup: 2 ** 24, packed: true };

/** What {@link compileGraph} leaves to the engine. */
export interface CompileGraphOptions {
  /** Whether the engine can keep the entries of a pack side by side, see {@link Graph.packs}. */
  readonly packs?: boolean;
  /** Whether the engine has no products of short types, see {@link roundProducts}. */
  readonly rounds?: boolean;
}

/** From a step to the graph that an engine runs: trace, drop what no output needs, group, fuse. */
export function compileGraph(
  definition: StepDefinition,
  { packs = false, rounds = false }: CompileGraphOptions = {},
): Graph {
  const grouped = groupUpdates(removeDeadNodes(traceStep(definition)), packs ? packed : copied);
  const passes = [keepReducedAxes, fuseLayerNorm, fuseLayerNormGradient, fuseGelu, foldScale, fuseGemmBias];
  const fused = passes.reduce((before, pass) => pass(before), grouped);
  const short = shortProducts(fused, definition.precision ?? "float32");
  return rounds ? roundProducts(short) : short;
}
