// How often each test rejects a true null at 0.05, and each interval covers the truth at 0.95: prints the table of
// docs/simulations.md. Run after a build:  node packages/statistics/simulations/size.mjs [trials]
import {
  binomialInterval,
  bootstrapInterval,
  compareModels,
  delongInterval,
  delongTest,
  delongTestUnpaired,
  mcnemarTest,
  pairedTTest,
  permutationTest,
  seededRandom,
  wilcoxonSignedRank,
} from "../dist/index.js";

const trials = Number(process.argv[2] ?? 2000);
const replicates = 400;
const random = seededRandom(20261123);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const column = (data) => ({ data, rows: data.length, columns: 1 });
/** Area when a positive's score is normal around √2 · 1 and a negative's around 0: Φ(1). */
const truth = 0.8413447460685429;

/** Two equally good models, their errors correlated. */
function twoModels(positives, negatives) {
  const labels = times(positives + negatives, (i) => (i < positives ? 1 : 0));
  const shared = labels.map((label) => normal() + label);
  return { labels, a: shared.map((score) => score + normal()), b: shared.map((score) => score + normal()) };
}

/** Patients with 1 to 8 images that are alike; three findings that go together; two equally good models. */
function clustered(numPatients) {
  const rows = [];
  for (let patient = 0; patient < numPatients; patient++) {
    const ill = normal();
    const labels = times(3, () => (ill + normal() > 0.7 ? 1 : 0));
    const bias = times(2, () => times(3, normal));
    const numImages = 1 + Math.floor(8 * random());
    for (let i = 0; i < numImages; i++) {
      const scores = bias.map((ofModel) => labels.map((label, k) => label + ofModel[k] + 0.3 * normal()));
      rows.push({ patient, labels, scores });
    }
  }
  const matrix = (of) => ({ data: rows.flatMap(of), rows: rows.length, columns: 3 });
  return {
    labels: matrix((row) => row.labels),
    models: { a: matrix((row) => row.scores[0]), b: matrix((row) => row.scores[1]) },
    findings: ["x", "y", "z"],
    patients: rows.map((row) => row.patient),
  };
}

const table = [];
function share(what, where, count, isHit) {
  let hits = 0;
  for (let i = 0; i < count; i++) if (isHit(i)) hits++;
  const rate = hits / count;
  const error = Math.sqrt((rate * (1 - rate)) / count);
  table.push({ what, where, count, rate, error });
  console.log(`| ${what} | ${where} | ${count} | ${rate.toFixed(4)} | ${error.toFixed(4)} |`);
}
const heading = (name, rate) =>
  console.log(
    `\n## ${name}\n\n| method | data | trials | ${rate} | its standard error |\n|---|---|---|---|---|`,
  );
const rejects = ({ pValue }) => pValue < 0.05;
const covers =
  (value) =>
  ({ lower, upper }) =>
    lower <= value && value <= upper;

heading("Size of the tests at 0.05", "rejected");
share("`delongTest`", "30 positives, 120 negatives, correlated models", trials, () => {
  const { labels, a, b } = twoModels(30, 120);
  return rejects(delongTest(labels, a, b));
});
share("`delongTestUnpaired`", "30 and 60 images against 40 and 200", trials, () => {
  const [first, second] = [twoModels(30, 60), twoModels(40, 200)];
  return rejects(
    delongTestUnpaired(
      { labels: first.labels, scores: first.a },
      { labels: second.labels, scores: second.a },
    ),
  );
});
for (const numPatients of [60, 200]) {
  const inputs = () => clustered(numPatients);
  const data = `${numPatients} patients with 1 to 8 images, 3 correlated findings`;
  share("`compareModels`, macro mean", data, trials, (seed) =>
    rejects(compareModels(inputs(), { seed, replicates }).pairs[0].macro),
  );
  share("`compareModels`, one finding", data, trials, (seed) =>
    rejects(compareModels(inputs(), { seed, replicates }).pairs[0].perFinding[0]),
  );
}
share(
  "`compareModels` without `patients` (wrong here)",
  "60 patients with 1 to 8 images",
  Math.min(500, trials),
  (seed) => {
    const { patients: _, ...input } = clustered(60);
    return rejects(compareModels(input, { seed, replicates }).pairs[0].macro);
  },
);
share(
  "`compareModels`, `as-published` (wrong here)",
  "60 patients with 1 to 8 images",
  Math.min(500, trials),
  (seed) =>
    compareModels(clustered(60), { seed, replicates, protocol: "as-published", oneClass: "redraw" }).pairs[0]
      .macro.pValue <= 0.05,
);
share("`permutationTest`, unpaired", "groups of 4 and 40", trials, () =>
  rejects(permutationTest(times(4, normal), times(40, normal), { paired: false, permutations: 199, random })),
);
share("`permutationTest`, paired", "15 pairs", trials, () =>
  rejects(permutationTest(times(15, normal), times(15, normal), { paired: true, permutations: 199, random })),
);
share("`wilcoxonSignedRank`", "25 pairs", trials, () =>
  rejects(wilcoxonSignedRank(times(25, normal), times(25, normal))),
);
share("`pairedTTest`", "10 pairs", trials, () => rejects(pairedTTest(times(10, normal), times(10, normal))));
for (const method of ["exact", "mid-p", "chi-squared"]) {
  share(`\`mcnemarTest\`, ${method}`, "40 discordant pairs", trials, () => {
    const b = times(40, () => random() < 0.5).filter(Boolean).length;
    return rejects(mcnemarTest(b, 40 - b, { method }));
  });
}

heading("Coverage of the intervals at 0.95", "covered");
for (const [positives, negatives] of [
  [20, 80],
  [50, 200],
]) {
  const data = `${positives} positives, ${negatives} negatives, area 0.841`;
  const draw = () => {
    const labels = times(positives + negatives, (i) => (i < positives ? 1 : 0));
    return { labels, scores: labels.map((label) => normal() + Math.SQRT2 * label) };
  };
  share("`delongInterval`", data, trials, () => {
    const { labels, scores } = draw();
    return covers(truth)(delongInterval(labels, scores));
  });
  for (const interval of ["percentile", "basic", "bca"]) {
    share(`\`compareModels\`, ${interval}`, data, trials, (seed) => {
      const { labels, scores } = draw();
      const input = { labels: column(labels), models: { m: column(scores) }, findings: ["x"] };
      return covers(truth)(compareModels(input, { seed, replicates, interval }).models.m.macro);
    });
  }
}
for (const method of ["percentile", "basic", "bca"]) {
  share(`\`bootstrapInterval\`, ${method}`, "mean of 50 exponential values", trials, () => {
    const values = times(50, () => -Math.log(1 - random()));
    const mean = (cases) => cases.reduce((sum, i) => sum + values[i], 0) / cases.length;
    return covers(1)(bootstrapInterval(50, mean, { random, method, resamples: replicates }));
  });
}
for (const method of ["wilson", "clopper-pearson", "jeffreys"]) {
  share(`\`binomialInterval\`, ${method}`, "50 trials, rates from 0.02 to 0.98", 10 * trials, () => {
    const rate = 0.02 + 0.96 * random();
    return covers(rate)(
      binomialInterval(times(50, () => random() < rate).filter(Boolean).length, 50, { method }),
    );
  });
}
