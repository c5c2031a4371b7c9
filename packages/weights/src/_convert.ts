import type { FoundLayout } from "./_detectLayout.js";
import { localNames } from "./_localNames.js";
import { missingOf } from "./_missing.js";
import { type Plan, planTensors } from "./_planTensors.js";
import { transforms } from "./_transforms.js";
import type { ConvertedCheckpoint, IgnoredTensor } from "./ConvertedCheckpoint.js";
import type { NameRule } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** The tensors under timm's names, whatever is missing or unexpected; and the number of heads, if the layout shows it. */
export function convert(
  caller: string,
  source: TensorSource,
  { map, prefix }: FoundLayout,
  { distillation, dtype }: { readonly distillation: "refuse" | "ignore"; readonly dtype?: "float32" },
): { readonly converted: ConvertedCheckpoint; readonly numHeads: number | undefined } {
  const local = localNames(source.names, prefix, map.aliases);
  if (distillation === "refuse" && map.distillationToken !== undefined && local.has(map.distillationToken)) {
    throw new WeightFormatError(
      "unexpected",
      `${caller}: checkpoint must be of a model without distillation token, got "${local.get(map.distillationToken)}"; pass distillation: "ignore" to leave the token, its position and its head behind`,
      { tensor: local.get(map.distillationToken) as string },
    );
  }
  const plans = plansOf(map.rules, local);
  const planned = planTensors(caller, source, plans, dtype);
  const used = new Set(plans.flatMap(({ sources }) => sources));
  const ignored: IgnoredTensor[] = [];
  const unexpected: string[] = [];
  const full = new Map([...local].map(([name, whole]) => [whole, name]));
  for (const name of source.names.filter((candidate) => !used.has(candidate))) {
    const reason = map.ignored.find(([pattern]) => pattern.test(full.get(name) ?? name))?.[1];
    if (reason === undefined) unexpected.push(name);
    else ignored.push({ name, reason });
  }
  const converted: ConvertedCheckpoint = {
    ...planned,
    from: map.layout,
    to: "timm",
    prefix,
    missing: missingOf(planned),
    unexpected,
    ignored,
  };
  return { converted, numHeads: numHeadsOf(map.rules, local, source) };
}

/** Which of timm's tensors the rules can make of the names; the first rule of each target that applies. */
function plansOf(rules: readonly NameRule[], local: ReadonlyMap<string, string>): Plan[] {
  const plans: Plan[] = [];
  const made = new Set<string>();
  const add = (rule: NameRule, i: string) => {
    const target = rule.target.replace("{i}", i);
    const sources = rule.sources.map((name) => local.get(name.replace("{i}", i)));
    if (made.has(target) || sources.includes(undefined)) return;
    made.add(target);
    plans.push({ target, sources: sources as string[], transform: transforms[rule.transform] });
  };
  const readable = rules.filter(
    ({ only, given }) => only !== "write" && (given === undefined || local.has(given)),
  );
  const blocks = readable.filter(({ target }) => target.includes("{i}"));
  const start = readable.findIndex(({ target }) => target.includes("{i}"));
  readable.forEach((rule, index) => {
    if (index === start) {
      for (const i of blockNumbers(blocks, local)) for (const inner of blocks) add(inner, i);
    }
    if (!rule.target.includes("{i}")) add(rule, "");
  });
  return plans;
}

/** Numbers of the blocks, ascending. */
function blockNumbers(rules: readonly NameRule[], local: ReadonlyMap<string, string>): string[] {
  const heads = new Set(
    rules.flatMap(({ sources }) => sources.map((name) => name.slice(0, name.indexOf("{i}")))),
  );
  const numbers = new Set<string>();
  for (const name of local.keys()) {
    for (const head of heads) {
      const number = name.startsWith(head) ? /^(0|[1-9]\d{0,8})\b/.exec(name.slice(head.length)) : null;
      if (number !== null) numbers.add(number[0]);
    }
  }
  return [...numbers].sort((a, b) => Number(a) - Number(b));
}

function numHeadsOf(
  rules: readonly NameRule[],
  local: ReadonlyMap<string, string>,
  source: TensorSource,
): number | undefined {
  const rule = rules.find(({ transform }) => transform === "join heads");
  const name = rule === undefined ? undefined : local.get((rule.sources[0] as string).replace("{i}", "0"));
  return name === undefined ? undefined : source.info(name).shape[1];
}
