/** A label and what it stands for. */
export interface Fact {
  /** What the value is, such as `Licence`. */
  readonly label: string;
  /** The value as it is to be read. */
  readonly value: string;
}
