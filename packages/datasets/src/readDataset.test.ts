import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { pandas, pandasFolder } from "../test/labelFiles.js";
import { dataPath, header, names, rows, temporaryFolder, tinyDataset } from "../test/tinyDataset.js";
import { chestXray14Spelling } from "./_chestXray14Entries.js";
import { checkSplits } from "./checkSplits.js";
import { describeDataset } from "./describeDataset.js";
import { readDataset } from "./readDataset.js";

const read = (root: string, options = {}) => readDataset("chestxray14", root, options);

test("the manifest has one row an image with what the source says", async () => {
  const root = await tinyDataset();
  const manifest = await read(root);
  expect(manifest.table.schema.fields.map((field) => field.name)).toEqual([
    ...["imageId", "patientId", "path", "split", "view", "sex", "age"],
    ...manifest.findings,
  ]);
  expect(manifest.findings).toHaveLength(15);
  expect(manifest.table.get(0)?.toJSON()).toMatchObject({
    imageId: "90000001_000.png",
    patientId: "90001",
    path: "images/90000001_000.png",
    split: "train",
    view: "AP",
    sex: "F",
    age: 63,
    pleural_effusion: 1,
    pneumonia: 1,
    cardiomegaly: 0,
    no_finding: 0,
  });
  expect([...(manifest.table.getChild("split") ?? [])]).toEqual(["train", "train", "train", "test", "test"]);
  expect([...(manifest.table.getChild("no_finding") ?? [])]).toEqual([0, 0, 1, 0, 0]);
  expect(manifest.warnings).toEqual([]);
});

test("the metadata name the source, its terms and the hash of each label file", async () => {
  const root = await tinyDataset();
  const { metadata } = (await read(root, { protocol: "as-published" })).table.schema;
  expect(metadata.get("dataset")).toBe("chestxray14");
  expect(metadata.get("version")).toBe("v2020");
  expect(metadata.get("protocol")).toBe("as-published");
  expect(metadata.get("citation")).toMatch(/Wang X/);
  expect(metadata.get("licence")).toMatch(/NIH/);
  const hashes = JSON.parse(metadata.get("labelFiles") ?? "{}") as Record<string, string>;
  expect(Object.keys(hashes)).toEqual(["Data_Entry_2017_v2020.csv", "train_val_list.txt", "test_list.txt"]);
  const list = readFileSync(join(root, "test_list.txt"));
  expect(hashes["test_list.txt"]).toBe(createHash("sha256").update(list).digest("hex"));
});

test("the 2017 file is read with BOM, CRLF, trailing commas, ages like 058Y and ages that make no sense", async () => {
  const ages = ["058Y", "006M", "365D", "414", "unknown"];
  const lines = rows.map((row, i) => `${row.replace(/,(\d+),([FM]),/, `,${ages[i]},$2,`)},`);
  const csv = `\uFEFF${[`${header},`, ...lines].join("\r\n")}\r\n`;
  const list = (part: readonly string[]) => `\uFEFF${part.join("\r\n")}\r\n`;
  const root = await tinyDataset({
    csv,
    csvName: "Data_Entry_2017.csv",
    train: list(names.slice(0, 3)),
    test: list(names.slice(3)),
  });
  const manifest = await read(root);
  const read17 = [...(manifest.table.getChild("age") ?? [])];
  expect(read17.slice(0, 3)).toBeAllclose([58, 0.5, 365 / 365.25]);
  expect(read17.slice(3)).toEqual([null, null]);
  expect(manifest.warnings.map(({ code, count }) => [code, count])).toEqual([
    ["ageOutOfRange", 1],
    ["ageUnreadable", 1],
  ]);
  expect(manifest.warnings[0]?.examples[0]).toMatch(/Data_Entry_2017\.csv row 5: "414"$/);
  expect(manifest.table.schema.metadata.get("version")).toBe("2017");
});

test("a gzip label file and the twelve numbered image folders are read as they are", async () => {
  const root = await tinyDataset({
    csv: gzipSync([header, ...rows].join("\n")),
    csvName: "Data_Entry_2017_v2020.csv.gz",
    folders: ["images_001/images", "images_012/images"],
  });
  const manifest = await read(root);
  expect(manifest.table.getChild("path")?.get(1)).toBe("images_012/images/90000001_001.png");
});

test("a damaged gzip file is refused by name", async () => {
  const csv = gzipSync([header, ...rows].join("\n")).subarray(0, 60);
  const root = await tinyDataset({ csv, csvName: "Data_Entry_2017_v2020.csv.gz" });
  await expect(read(root)).rejects.toThrow(/v2020\.csv\.gz must be a gzip file/);
});

test("columns are found by name, in whatever order they come", async () => {
  const turn = (line: string) => {
    const cells = line.split(",");
    return [...cells.slice(7), ...cells.slice(0, 7).reverse()].join(",");
  };
  const root = await tinyDataset({ csv: [header, ...rows].map(turn).join("\n") });
  expect((await read(root)).table.get(4)?.toJSON()).toMatchObject({ patientId: "90004", age: 77, hernia: 1 });
});

test("a missing label file is an error that names the path expected and what to do", async () => {
  const root = await tinyDataset({ csv: null });
  await expect(read(root)).rejects.toThrow(
    `readDataset: label file must be ${root}/Data_Entry_2017_v2020.csv or Data_Entry_2017.csv (plain or .gz), got none; put it there`,
  );
});

test("a missing list file is an error that names the path expected", async () => {
  const root = await tinyDataset({ test: null });
  await expect(read(root)).rejects.toThrow(`list file must be ${root}/test_list.txt, got none`);
});

test("a row whose image is absent is an error naming file and row, or left out and counted", async () => {
  const root = await tinyDataset({ images: names.filter((_, i) => i !== 2) });
  await expect(read(root)).rejects.toThrow(
    /v2020\.csv row 4: image 90000002_003\.png must lie in images\/.*got no such file; pass onAbsentImage: "skip"/,
  );
  const manifest = await read(root, { onAbsentImage: "skip" });
  expect(manifest.table.numRows).toBe(4);
  expect(manifest.warnings).toMatchObject([{ code: "imageAbsent", count: 1 }]);
});

test("a list line naming an unknown image is an error naming list and line, or left out and counted", async () => {
  const root = await tinyDataset({ test: `${names[3]}\n\n99999999_000.png\n${names[4]}\n` });
  await expect(read(root)).rejects.toThrow(
    /test_list\.txt line 3: image must have a row in .*"99999999_000\.png"/,
  );
  const manifest = await read(root, { onUnknownListed: "skip" });
  expect(manifest.warnings).toMatchObject([{ code: "listedUnknown", count: 1 }]);
  expect(manifest.table.numRows).toBe(5);
});

test("a label outside the vocabulary is an error naming file, row, value and the rule", async () => {
  const csv = [header, ...rows].join("\n").replace("Mass|Infiltration", "Mass|Infiltrate");
  const root = await tinyDataset({ csv });
  await expect(read(root)).rejects.toThrow(
    /v2020\.csv row 5: Finding Labels must hold names of Atelectasis, .*Pneumothorax, got "Infiltrate"$/,
  );
});

test("the row of an error is the line of the file, also after a quoted line break", async () => {
  const csv = [header, ...rows].join("\n").replace("Effusion|Pneumonia", '"Effusion|\nPneumonia"');
  const root = await tinyDataset({ csv });
  await expect(read(root)).rejects.toThrow(/row 2: Finding Labels .* got "\\nPneumonia"/);
  const later = csv.replace("Effusion|\nPneumonia", "Effusion").replace("Hernia", "Hernie");
  const broken = later.replace('"Effusion"', "Effusion").replace("2500,2048", '"2500\r\n\r",2048');
  await expect(read(await tinyDataset({ csv: broken }))).rejects.toThrow(/row 8: .* got "Hernie"/);
});

test("No Finding beside a finding is refused", async () => {
  const csv = [header, ...rows].join("\n").replace("No Finding", "No Finding|Mass");
  await expect(read(await tinyDataset({ csv }))).rejects.toThrow(/row 4: .* No Finding alone/);
});

test("a doubled id is refused with both rows", async () => {
  const csv = [header, ...rows, rows[1]].join("\n");
  await expect(read(await tinyDataset({ csv }))).rejects.toThrow(
    /row 7: Image Index must be unique, as row 3/,
  );
});

test.each(["../x.png", "/etc/x.png", "..\\x.png", "a/b.png", ".."])(
  "an image index that leaves the root is refused: %s",
  async (name) => {
    const csv = [header, ...rows].join("\n").replace(names[2] as string, name);
    await expect(read(await tinyDataset({ csv }))).rejects.toThrow(
      /row 4: Image Index must be a plain file name/,
    );
  },
);

test("an image in both lists is refused with both lines", async () => {
  const root = await tinyDataset({ test: `${names.slice(2).join("\n")}\n` });
  await expect(read(root)).rejects.toThrow(
    /test_list\.txt line 1: .* 90000002_003\.png, which is on line 3 of .*train_val/,
  );
});

test("an image in neither list is put into train and counted, a patient in both lists is counted", async () => {
  const root = await tinyDataset({ train: `${names[0]}\n`, test: `${names[1]}\n` });
  const manifest = await read(root);
  expect([...(manifest.table.getChild("split") ?? [])]).toEqual(["train", "test", "train", "train", "train"]);
  expect(manifest.warnings.map(({ code, count }) => [code, count])).toEqual([
    ["patientInBothLists", 1],
    ["notListed", 3],
  ]);
  expect(() => checkSplits(manifest)).toThrow("got 1 in several: 90001 (train, test)");
});

test("a missing and a doubled column are refused by name", async () => {
  const change = (from: string, to: string) => [header.replace(from, to), ...rows].join("\n");
  const missing = await tinyDataset({ csv: change("Patient ID", "Patient") });
  await expect(read(missing)).rejects.toThrow(/must have one column "Patient ID", got header Image Index/);
  const doubled = await tinyDataset({ csv: change("Follow-up #", "Patient ID") });
  await expect(read(doubled)).rejects.toThrow(/must have one column "Patient ID", got it twice/);
});

test("a row of another length, an unclosed quote and a file without rows are refused", async () => {
  const short = await tinyDataset({ csv: [header, rows[0], "90000009_000.png,Mass"].join("\n") });
  await expect(read(short)).rejects.toThrow(/row 3: row must have 11 cells as the header, got "2"/);
  const quote = await tinyDataset({ csv: `${header}\n"90000009_000.png,Mass` });
  await expect(read(quote)).rejects.toThrow(
    /v2020\.csv must be a CSV file, got a quote that is never closed on line 2/,
  );
  await expect(read(await tinyDataset({ csv: header }))).rejects.toThrow(/must have at least one row/);
});

test("an image in two folders is refused", async () => {
  const root = await tinyDataset({ folders: ["images", "images_001/images"] });
  copyFileSync(join(root, "images", names[0] as string), join(root, "images_001/images", names[0] as string));
  await expect(read(root)).rejects.toThrow(/must lie in one folder/);
});

test("options and root are checked at the door", async () => {
  const root = await tinyDataset();
  await expect(readDataset("chexpart" as never, root)).rejects.toThrow(
    "name must be one of vindr-cxr, chestxray14",
  );
  await expect(read(root, { protocol: "mine" })).rejects.toThrow("protocol must be one of");
  await expect(read(root, { onAbsentImage: "warn" })).rejects.toThrow("onAbsentImage must be one of");
  await expect(read(join(root, "nowhere"))).rejects.toThrow("root must be the folder of chestxray14");
});

test.each(["as-published", "corrected"] as const)(
  "labels and splits are those of pandas under %s",
  async (protocol) => {
    const expected = pandas.chestxray14;
    const { splits } = describeDataset(
      await read(join(pandasFolder, "chestxray14"), { protocol, checkImages: false }),
    );
    for (const split of ["train", "test"] as const)
      for (const [name, count] of Object.entries(expected[split]))
        expect([name, splits[split]?.findings[chestXray14Spelling[name] as string]?.positives]).toEqual([
          name,
          count,
        ]);
  },
);

const fullFile = dataPath("labels/Data_Entry_2017_v2020.csv.gz");

test.skipIf(!existsSync(fullFile))(
  "the complete label file of 112,120 rows gives the counts of pandas (needs the shared data)",
  async () => {
    const root = await temporaryFolder();
    copyFileSync(fullFile, join(root, "Data_Entry_2017_v2020.csv.gz"));
    const ids = gunzipSync(readFileSync(fullFile)).toString().split("\n").slice(1, 3);
    writeFileSync(join(root, "train_val_list.txt"), (ids[0] as string).split(",")[0] as string);
    writeFileSync(join(root, "test_list.txt"), "");
    const expected = JSON.parse(readFileSync(dataPath("labels/label-counts.json"), "utf8"));
    const described = describeDataset(await read(root, { checkImages: false }));
    expect(described.images).toBe(expected.images);
    expect(described.patients).toBe(expected.patients);
    expect(described.views).toEqual(expected.images_per_view);
    expect(described.sexes).toEqual(expected.images_per_gender);
    expect(described.age).toMatchObject({ min: expected.age_min, max: expected.age_max, missing: 0 });
    expect(described.age.mean).toBeCloseTo(expected.age_sum / expected.images, 9);
    for (const [label, count] of Object.entries(expected.images_per_label)) {
      const name = label
        .toLowerCase()
        .replace(" ", "_")
        .replace(/^effusion$/, "pleural_effusion");
      expect([name, described.findings[name]?.positives]).toEqual([name, count]);
    }
    expect(described.warnings).toMatchObject([{ code: "notListed", count: 112_119 }]);
  },
);
