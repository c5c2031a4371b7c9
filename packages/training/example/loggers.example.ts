import { openCsvLog, openJsonlLog, openTensorBoardLog, type RunLogger } from "@cxrkit/training";

/** Runs a training with three logs in a folder. */
export async function withLogs(
  folder: string,
  train: (loggers: readonly RunLogger[]) => Promise<unknown>,
): Promise<void> {
  // #region jsonl
  const lines = await openJsonlLog(`${folder}/steps.jsonl`, { oneRun: true });
  // #endregion jsonl
  // #region csv
  const table = await openCsvLog(`${folder}/steps.csv`);
  // #endregion csv
  // #region tensorboard
  const board = await openTensorBoardLog(`${folder}/tensorboard`); // tensorboard --logdir FOLDER/tensorboard
  // #endregion tensorboard
  try {
    await train([lines, table, board]);
  } finally {
    await Promise.all([lines.close(), table.close(), board.close()]);
  }
}
