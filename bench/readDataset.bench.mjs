// Label files as large as those of ChestX-ray14 (112,120 rows), MIMIC-CXR (377,110 images, 227,827 studies) and PadChest
// (160,868 rows with reports), drawn on the spot and read without looking for the images. Each is read in a process of its
// own; memory is the peak above what Node has before. CXRKIT_PYTHON names a Python with pandas to do the same with the same
// files, in turns with ours. The command is: npm run bench -- readDataset
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 3;
const CALLS = 5;
const CHEXPERT =
  "Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices";
const NIH =
  "Atelectasis,Cardiomegaly,Consolidation,Edema,Effusion,Emphysema,Fibrosis,Hernia,Infiltration,Mass,Nodule,Pleural_Thickening,Pneumonia,Pneumothorax".split(
    ",",
  );
const TOKENS =
  "normal,cardiomegaly,laminar atelectasis,pleural effusion,pneumonia,nodule,hiatal hernia,scoliosis,kyphosis,COPD signs,infiltrates,unchanged,aortic elongation,chronic changes,costophrenic angle blunting".split(
    ",",
  );

let state = 20261123;
const draw = (limit) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};
const digits = (value, width) => String(value).padStart(width, "0");

async function writeRows(path, header, count, rowOf) {
  const stream = createWriteStream(path);
  let text = `${header}\n`;
  for (let row = 0; row < count; row++) {
    text += rowOf(row);
    if (text.length > 2 ** 16) {
      if (!stream.write(text)) await once(stream, "drain");
      text = "";
    }
  }
  stream.end(text);
  await once(stream, "finish");
}

const writers = {
  async chestxray14(root) {
    const lists = ["", ""];
    const header =
      "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";
    await writeRows(join(root, "Data_Entry_2017_v2020.csv"), header, 112_120, (row) => {
      const patient = 1 + (row >> 2);
      const id = `${digits(patient, 8)}_${digits(row & 3, 3)}.png`;
      lists[patient % 5 === 0 ? 1 : 0] += `${id}\n`;
      const labels = Array.from({ length: draw(4) }, () => NIH[draw(14)]).sort();
      const text = [...new Set(labels)].join("|") || "No Finding";
      return `${id},${text},${row & 3},${patient},${1 + draw(90)},${"FM"[draw(2)]},${["PA", "AP"][draw(2)]},2500,2048,0.168,0.168\n`;
    });
    await writeRows(join(root, "train_val_list.txt"), lists[0].trimEnd(), 0);
    await writeRows(join(root, "test_list.txt"), lists[1].trimEnd(), 0);
  },
  async "mimic-cxr"(root) {
    const STUDIES = 227_827;
    const IMAGES = 377_110;
    const at = (row) => {
      const study = Math.floor((row * STUDIES) / IMAGES);
      return { study: 50_000_000 + study, subject: 10_000_000 + Math.floor(study / 4) };
    };
    const idOf = (row) => {
      const hash = (Math.imul(row + 1, 2654435761) >>> 0).toString(16).padStart(8, "0");
      return `${hash}-${digits(row, 8)}-aaaabbbb-ccccdddd-eeeeffff`;
    };
    const header =
      "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning";
    await writeRows(join(root, "mimic-cxr-2.0.0-metadata.csv"), header, IMAGES, (row) => {
      const { study, subject } = at(row);
      const view = ["PA", "AP", "LATERAL", "LL", ""][draw(5)];
      return `${idOf(row)},${subject},${study},CHEST (PORTABLE AP),${view},3056,2544,21800506,213014.531,CHEST (PORTABLE AP),antero-posterior,Erect\n`;
    });
    await writeRows(
      join(root, "mimic-cxr-2.0.0-split.csv"),
      "dicom_id,study_id,subject_id,split",
      IMAGES,
      (row) => {
        const { study, subject } = at(row);
        return `${idOf(row)},${study},${subject},${subject % 50 === 0 ? "test" : "train"}\n`;
      },
    );
    await writeRows(
      join(root, "mimic-cxr-2.0.0-chexpert.csv"),
      `subject_id,study_id,${CHEXPERT}`,
      STUDIES,
      (row) => {
        const labels = Array.from({ length: 14 }, () => ["", "", "", "1.0", "0.0", "-1.0"][draw(6)]);
        return `${10_000_000 + Math.floor(row / 4)},${50_000_000 + row},${labels.join(",")}\n`;
      },
    );
  },
  async padchest(root) {
    const header =
      ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,Pediatric,ReportID,Report,MethodLabel,Labels,Localizations,LabelsLocalizationsBySentence,labelCUIS,LocalizationsCUIS";
    const report =
      "cardiomegalia con elongacion aortica sin cambios significativos respecto a estudio previo ".repeat(4);
    await writeRows(
      join(root, "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"),
      header,
      160_868,
      (row) => {
        const labels = [...new Set(Array.from({ length: 1 + draw(4) }, () => TOKENS[draw(TOKENS.length)]))];
        const list = `[${labels.map((label) => `'${label}'`).join(", ")}]`;
        const view = ["PA", "PA", "AP", "AP_horizontal", "L"][draw(5)];
        const id = `2168401113669640${digits(row, 29)}_00-000-001.png`;
        return `${row},${id},${draw(54)},2013${digits(1 + draw(12), 2)}17,s${row},p${Math.floor(row / 2)},${1920 + draw(80)}.0,${"FM"[draw(2)]},POSTEROANTERIOR,${view},Manual review,No,${row},"${report}",Physician,"${list}","['loc basal']","[['cardiomegaly', 'loc basal']]",['C0018800'],['C0001']\n`;
      },
    );
  },
};

/** One collection in this process: milliseconds of the first and the median call, rows, positives, peak memory. */
async function measure(name, root) {
  const { readDataset } = await import("../packages/datasets/dist/index.js");
  const before = process.memoryUsage().rss;
  const times = [];
  let manifest;
  let peak = 0;
  for (let call = 0; call < CALLS; call++) {
    const start = performance.now();
    manifest = await readDataset(name, root, { checkImages: false, views: "all", protocol: "as-published" });
    times.push(performance.now() - start);
    if (call === 0) peak = process.resourceUsage().maxRSS * 1024;
  }
  let positives = 0;
  for (const finding of manifest.findings)
    for (const chunk of manifest.table.getChild(finding).data)
      for (const label of chunk.values) if (label === 1) positives++;
  const { rowsRead } = JSON.parse(manifest.table.schema.metadata.get("counts"));
  const kept = manifest.table.numRows;
  const median = [...times].sort((a, b) => a - b)[times.length >> 1];
  console.log(
    JSON.stringify({ first: times[0], median, rows: rowsRead, kept, positives, bytes: peak - before }),
  );
}

function run(command, args) {
  const { stdout, stderr, status } = spawnSync(command, args, { maxBuffer: 2 ** 24 });
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout));
}

if (process.argv[2] !== undefined) await measure(process.argv[2], process.argv[3]);
else {
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}, medians of ${CALLS} calls`,
  );
  const python = process.env.CXRKIT_PYTHON;
  for (const [name, write] of Object.entries(writers)) {
    const root = mkdtempSync(join(tmpdir(), "cxrkit-bench-"));
    try {
      await write(root);
      for (let round = 0; round < ROUNDS; round++) {
        const ours = run(process.execPath, [import.meta.filename, name, root]);
        const perMillion = (bytes) => `${((bytes / ours.rows) * 1e6 * 1e-6).toFixed(0)} MB per 10⁶ rows`;
        const line = `${name.padEnd(11)} ${ours.rows} rows, first ${ours.first.toFixed(0)} ms, then ${ours.median.toFixed(0)} ms, ${perMillion(ours.bytes)}`;
        if (python === undefined) {
          console.log(line);
          continue;
        }
        const peer = run(python, [`${import.meta.dirname}/peers/readDataset.py`, name, root, String(CALLS)]);
        if (peer.kept !== ours.kept || peer.positives !== ours.positives)
          throw new Error(
            `${name}: ${ours.kept} rows with ${ours.positives} positives, pandas has ${peer.kept} with ${peer.positives}`,
          );
        console.log(
          `${line}; pandas ${peer.version} reads in ${peer.read.toFixed(0)} ms, reads and splits in ${peer.median.toFixed(0)} ms, ${perMillion(peer.bytes)}: we take ${(ours.median / peer.median).toFixed(2)} of its time`,
        );
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
}
