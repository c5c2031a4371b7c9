/** What a stage is told and handed while it runs. */
export interface StageContext {
  /** Hash of options and inputs; names folders that are only gone on with under the same ones. */
  readonly key: string;
  /** Ends the stage before its next piece of work; what is done so far can be gone on with. */
  readonly signal: AbortSignal;
  /** Reports how far the stage is: pieces done, pieces in all, and a few words beside the bar. */
  readonly progress: (done: number, total: number, words?: string) => void;
  /** Says one line that a person should read. */
  readonly note: (line: string) => void;
}

/** One piece of a study: files in, files out. */
export interface Stage {
  /** Unique in the study, such as `finetune random`. */
  readonly name: string;
  /** Raised when the code of the stage changes what it writes. */
  readonly version: number;
  /** Everything besides the inputs that decides what is written. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Files read, relative to the study's folder or absolute. */
  readonly inputs: readonly string[];
  /** Files written, relative to the study's folder. */
  readonly outputs: readonly string[];
  /** Does the work. */
  readonly run: (context: StageContext) => Promise<void>;
}
