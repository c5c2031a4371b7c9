/** A file that goes with a report. */
export interface ReportFile {
  /** Its name, `^[A-Za-z0-9][A-Za-z0-9._-]*$`, such as `predictions.arrow`; unique in its report. */
  readonly name: string;
  /** Text, or bytes. */
  readonly content: string | Uint8Array;
  /** What is in it. @defaultValue none */
  readonly description?: string;
}
