import { datasetNames } from "@cxrkit/datasets";
import { engines, models } from "./commandLine.js";

/** Names in lines of at most fifty characters, under the column of the descriptions. */
function listed(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    const line = lines.at(-1) as string;
    if (line.length + name.length > 48) lines.push(name);
    else lines[lines.length - 1] = line === "" ? name : `${line}, ${name}`;
  }
  return lines.join(`,\n${" ".repeat(27)}`);
}

/** What `--help` prints. */
export const usage: string = `Trains vision transformers on collections of chest radiographs and compares where they start from.

usage: npm run study -- --data NAME=FOLDER [options]

what
  --preset NAME            paper: ViT-B at 224 px from DINOv2, ImageNet-21k and
                           MIMIC-CXR; small: a small model at 64 px; demo: the
                           same on images that are drawn                 (small)
  --data NAME=FOLDER       collection in its original layout, repeated; NAME is one of
                           ${listed(datasetNames)}
  --data-root FOLDER       folder with one folder a collection, by these names
  --protocol NAME          as-published, corrected, or both, each in a folder
                           of its own                                    (corrected)
  --start NAME[=FILE]      paper: file of dinov2, imagenet or mimic;
                           others: random, or any name and its checkpoint file,
                           given twice or more to be compared            (random)
  --out FOLDER             where everything is kept                      (out/study)

how
  --model NAME             shape of all models (small)  (that of the start's file)
                           ${listed(models)}
  --image-size PIXELS      side of the prepared images
  --epochs N               passes over the training images
  --batch-size N           images of one update
  --learning-rate X        highest learning rate
  --uncertain NAME         uncertain labels: negative, positive, ignore
  --replicates N           bootstrap resamples
  --minimum-positives N    fewest test positives of a finding that is compared
  --check-files            decode and look at every image file first
  --engine NAME            where it runs                                 (auto)
                           ${listed(engines)}
  --seed N                 seed of everything drawn                      (2026)

which part, and where
  --only KEY=VALUE,…       dataset=, start= or protocol=, repeated: that part and
                           what it needs
  --stage NAME             this stage alone, as the plan names it; repeated
  --plan                   print the stages, their state, and an estimate of time,
                           memory and disk, and run nothing
  --no-measure             do not measure a step for the estimate
  --json                   print one JSON object a line, for machines
  --slurm FOLDER           write job scripts for a Slurm cluster, and run nothing;
                           with --partition NAME, --time LIMIT, --gpus N, --memory SIZE
  --fresh                  delete what an earlier run left in --out first
  --help                   print this

The same command given again goes on where it stopped and skips what is done. Several processes, on one machine or
several that share the folder, may work on one study: each stage is run by one of them.
`;
