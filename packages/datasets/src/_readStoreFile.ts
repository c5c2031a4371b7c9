import type { FileHandle } from "node:fs/promises";
import { type Field, FixedSizeBinary, type Schema } from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { reasonOf } from "./_check.js";
import { manifestFields } from "./_columns.js";
import { decodeIndex, fileHead, indexKey, pixelsColumn, sha256, storeVersion } from "./_storeFormat.js";

/** What opening a store learns from its footer alone. */
export interface StoreLayout {
  readonly schema: Schema;
  /** Side of the images in pixels. */
  readonly size: number;
  readonly findings: readonly string[];
  readonly blocks: readonly FileBlock[];
  /** First row of each record batch, then the number of rows. */
  readonly firstRows: Int32Array;
  /** Byte of the file at which the pixels of each record batch begin. */
  readonly pixelOffsets: Float64Array;
}

/** Throws, naming the rule that a file broke and what was found. */
export type Fail = (rule: string, got: unknown) => never;

/** Where a record batch lies in the file. */
interface FileBlock {
  readonly offset: number;
  readonly metaDataLength: number;
  readonly bodyLength: number;
}

/** The complaint about a store. */
export function failOf(path: string): Fail {
  return (rule, got) => {
    throw new RangeError(`openImageStore: ${path} must ${rule}, got ${got}`);
  };
}

const magic = Buffer.from(fileHead.subarray(0, 6));
const tailLength = 10;
const digestLength = 32;

/** Reads the footer of a store, checking every size and offset against the file; no header, column or pixel is touched. */
export async function readStoreFile(handle: FileHandle, path: string): Promise<StoreLayout> {
  const fail: Fail = failOf(path);
  const { schema, blocks } = await readFooter(handle, fail);
  const { size, findings } = requireStore(schema, fail);
  const index = decodeIndex(schema.metadata.get(indexKey) ?? "", blocks.length);
  if (index === undefined)
    return fail(`say where the pixels of ${blocks.length} record batches are`, "no such index");
  const firstRows = new Int32Array(blocks.length + 1);
  const pixelOffsets = new Float64Array(blocks.length);
  for (const [i, { rows, pixels }] of index.entries()) {
    const { offset, metaDataLength, bodyLength } = blocks[i] as FileBlock;
    if (pixels + rows * size * size > bodyLength)
      fail(
        `hold ${rows} images of ${size * size} bytes in record batch ${i}`,
        `${bodyLength - pixels} bytes`,
      );
    firstRows[i + 1] = (firstRows[i] as number) + rows;
    pixelOffsets[i] = offset + metaDataLength + pixels;
  }
  return { schema, size, findings, blocks, firstRows, pixelOffsets };
}

/** Fills `bytes` from a position of the file; throws if the file ends before. */
export async function fillFrom(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) {
      const { size } = await handle.stat();
      throw new RangeError(
        `ImageStore: file must have at least ${position + bytes.length} bytes, got ${size}`,
      );
    }
    done += bytesRead;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await fillFrom(handle, position, bytes);
  return bytes;
}

/** Reads the footer after comparing it with its digest, so that nothing is decoded that was not written by us. */
async function readFooter(handle: FileHandle, fail: Fail): Promise<{ schema: Schema; blocks: FileBlock[] }> {
  const { size: fileSize } = await handle.stat();
  if (fileSize < fileHead.length + tailLength) fail("be an Arrow IPC file", `${fileSize} bytes`);
  if (!magic.equals(await readAt(handle, 0, magic.length))) fail("be an Arrow IPC file", "another beginning");
  const tail = await readAt(handle, fileSize - tailLength, tailLength);
  if (!magic.equals(tail.subarray(4)))
    fail("end with the footer of an Arrow IPC file", "a truncated or unfinished file");
  const footerLength = new DataView(tail.buffer).getInt32(0, true);
  const dataEnd = fileSize - tailLength - footerLength - digestLength;
  if (footerLength <= 0 || dataEnd < fileHead.length)
    fail(
      "be an image store written by prepareImages",
      `an Arrow file with a footer of ${footerLength} bytes`,
    );
  const digestAndFooter = await readAt(handle, dataEnd, digestLength + footerLength);
  const bytes = digestAndFooter.subarray(digestLength);
  if (!sha256(bytes).equals(digestAndFooter.subarray(0, digestLength)))
    fail("be an image store written by prepareImages", "another Arrow file, or one with a changed footer");
  const footer = decodeFooter(bytes, fail);
  const blocks = [...footer.recordBatches()];
  for (const [i, { offset, metaDataLength, bodyLength }] of blocks.entries()) {
    const end = offset + metaDataLength + bodyLength;
    if (
      !(
        offset >= fileHead.length &&
        metaDataLength > 8 &&
        metaDataLength % 8 === 0 &&
        bodyLength >= 0 &&
        end <= dataEnd
      )
    )
      fail(`hold record batch ${i} between bytes ${fileHead.length} and ${dataEnd}`, `${offset} to ${end}`);
  }
  return { schema: footer.schema, blocks };
}

function decodeFooter(bytes: Uint8Array, fail: Fail): Footer {
  try {
    return Footer.decode(bytes);
  } catch (error) {
    return fail("have a footer that can be decoded", reasonOf(error));
  }
}

/** Checks that the schema is that of a store of our version. */
function requireStore(
  schema: Schema,
  fail: Fail,
): { readonly size: number; readonly findings: readonly string[] } {
  const version = schema.metadata.get("imageStoreVersion");
  if (version !== storeVersion)
    fail(`be an image store of version ${storeVersion}`, `version ${version}; prepare the images again`);
  const size = Number(schema.metadata.get("imageSize"));
  if (!Number.isSafeInteger(size) || size < 1 || size > 4096)
    fail("say its image size, an integer from 1 to 4096", schema.metadata.get("imageSize"));
  const pixels = schema.fields.at(-1);
  if (pixels?.name !== pixelsColumn || !(pixels.type instanceof FixedSizeBinary))
    return fail(`have a last column ${pixelsColumn} of fixed size`, `${pixels?.name}: ${pixels?.type}`);
  if (pixels.type.byteWidth !== size * size)
    fail(
      `have ${size * size} bytes an image as its metadata says`,
      `${pixels.type.byteWidth} in column ${pixelsColumn}`,
    );
  const findings = findingsOf(schema, fail);
  const columns = (fields: readonly Field[]) => fields.map(({ name, type }) => `${name}: ${type}`).join(", ");
  const got = columns(schema.fields.slice(0, -1));
  const expected = columns(manifestFields(findings));
  if (got !== expected) fail(`have the columns ${expected}`, got);
  return { size, findings };
}

function findingsOf(schema: Schema, fail: Fail): readonly string[] {
  const text = schema.metadata.get("findings");
  let findings: unknown;
  try {
    findings = JSON.parse(text ?? "");
  } catch {
    findings = undefined;
  }
  if (Array.isArray(findings) && findings.every((finding) => typeof finding === "string")) return findings;
  return fail("list its findings as JSON", text);
}
