/** What a stage does, in the order in which the kinds of a study follow each other. */
export const stageKinds = [
  "draw",
  "read",
  "check",
  "prepare",
  "pretrain",
  "finetune",
  "predict",
  "cross",
  "compare",
  "summarise",
  "report",
] as const;

/** One of {@link stageKinds}. */
export type StageKind = (typeof stageKinds)[number];

/** What a stage is told and handed while it runs. */
export interface StageContext {
  /** Hash of options and inputs; names folders that are only gone on with under the same ones. */
  readonly key: string;
  /** Whether the lock of an earlier process that is gone was taken over; locks inside the stage's own folders are void. */
  readonly tookOver: boolean;
  /** Ends the stage before its next piece of work; what is done so far can be gone on with. */
  readonly signal: AbortSignal;
  /** Reports how far the stage is: pieces done, pieces in all, and a few words beside the bar. */
  readonly progress: (done: number, total: number, words?: string) => void;
  /** Says one line that a person should read. */
  readonly note: (line: string) => void;
}

/** One piece of a study: files in, files out. */
export interface Stage {
  /** Unique in the study, such as `finetune padchest dinov2`. */
  readonly name: string;
  /** What it does. */
  readonly kind: StageKind;
  /** Label of the dataset that it is about; undefined for what is about all. */
  readonly dataset?: string;
  /** Names of the starts that it is about; undefined for what is about all or none. */
  readonly starts?: readonly string[];
  /** Raised when the code of the stage changes what it writes. */
  readonly version: number;
  /** Everything besides the inputs that decides what is written. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Files read, relative to the study's folder or absolute. */
  readonly inputs: readonly string[];
  /** What to do when an input is not there, if it is not made by another stage. */
  readonly inputHelp?: string;
  /** Lists files from outside the study that are read as well, when the stage is looked at. */
  readonly sources?: () => Promise<readonly string[]>;
  /** Files written, relative to the study's folder. */
  readonly outputs: readonly string[];
  /** Does the work. */
  readonly run: (context: StageContext) => Promise<void>;
}
