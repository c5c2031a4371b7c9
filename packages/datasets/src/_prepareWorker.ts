import { workerData } from "node:worker_threads";
import { answerQuestions } from "./_answerQuestions.js";
import type { CompleteRecipe } from "./_completeRecipe.js";
import { prepareFile } from "./_prepareFile.js";

/** What a worker is told when it begins. */
export interface WorkerTask {
  readonly recipe: CompleteRecipe;
  readonly maxPixels: number;
}

const { recipe, maxPixels } = workerData as WorkerTask;

answerQuestions((path: string) => prepareFile(path, recipe, maxPixels));
