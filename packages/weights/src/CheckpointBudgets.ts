/** How much of a file from outside is taken before it is refused; a file within its format stays far below. */
export interface CheckpointBudgets {
  /** Bytes of a table of contents: safetensors header, shard index, zip directory. @defaultValue `100_000_000` */
  readonly headerBytes?: number;
  /** Members of an archive, or shards of a checkpoint. @defaultValue `100_000` */
  readonly members?: number;
  /** Bytes of a deflated member when it is inflated. @defaultValue `1_073_741_824` */
  readonly inflatedBytes?: number;
  /** Bytes of a pickle. @defaultValue `67_108_864` */
  readonly pickleBytes?: number;
  /** Bytes of one string in a pickle. @defaultValue `16_777_216` */
  readonly stringBytes?: number;
  /** Operations of a pickle. @defaultValue `2_000_000` */
  readonly opcodes?: number;
  /** Values that a pickle keeps for later. @defaultValue `1_000_000` */
  readonly memoEntries?: number;
  /** Containers inside containers. @defaultValue `100` */
  readonly depth?: number;
  /** Bytes of a tensor that repeats its storage's elements (stride 0) beyond their number. @defaultValue `268_435_456` */
  readonly expandedBytes?: number;
}

/** The defaults. */
export const defaultBudgets: Required<CheckpointBudgets> = {
  headerBytes: 100_000_000,
  members: 100_000,
  inflatedBytes: 2 ** 30,
  pickleBytes: 2 ** 26,
  stringBytes: 2 ** 24,
  opcodes: 2_000_000,
  memoEntries: 1_000_000,
  depth: 100,
  expandedBytes: 2 ** 28,
};
