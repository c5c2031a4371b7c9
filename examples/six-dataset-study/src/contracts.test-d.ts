import type { ByteBatch, ImageStore, LabelMatrix, Batch as StoreBatch } from "@cxrkit/datasets";
import type { LabelledScores } from "@cxrkit/report";
import type { NamedArray as StepArray } from "@cxrkit/runtime";
import type { CompareModelsInput, Matrix as StatisticsMatrix } from "@cxrkit/statistics";
import type { Batch, BatchSource, Matrix, TensorFile, TrainableModel } from "@cxrkit/training";
import type { CheckpointArray, initialParameters, NamedArray } from "@cxrkit/vit";
import type { NamedArray as StoredArray, toFloat32 } from "@cxrkit/weights";
import { expectTypeOf, test } from "vitest";
import type { imageSource } from "./imageSource.js";
import type { tensorFile } from "./tensorFile.js";
import type { trainableVit } from "./trainableVit.js";

test("what one package makes is what another asks for, though neither imports the other", () => {
  expectTypeOf<StoreBatch>().toExtend<Batch>();
  expectTypeOf<ByteBatch>().toExtend<Batch>();
  expectTypeOf<ReturnType<ImageStore["batches"]>>().toExtend<ReturnType<BatchSource["batches"]>>();
  expectTypeOf<ReturnType<typeof imageSource>>().toExtend<BatchSource>();
  expectTypeOf<ReturnType<typeof trainableVit>>().toExtend<TrainableModel>();
  expectTypeOf<typeof tensorFile>().toExtend<TensorFile>();
  expectTypeOf<ReturnType<typeof initialParameters>>().toExtend<TrainableModel["parameters"]>();
  expectTypeOf<NamedArray>().toExtend<StepArray>();
  expectTypeOf<StoredArray>().toExtend<CheckpointArray>();
  expectTypeOf<Parameters<typeof toFloat32>[0]>().toEqualTypeOf<StoredArray>();
  expectTypeOf<Matrix>().toExtend<StatisticsMatrix>();
  expectTypeOf<LabelMatrix>().toExtend<CompareModelsInput["labels"]>();
  expectTypeOf<StatisticsMatrix["data"]>().toExtend<LabelledScores["scores"]>();
});
