import { fstatSync, readSync } from "node:fs";

/** Fills `bytes` from a position of an open store, keeping this thread; throws if the file ends before. */
export function fillSync(fd: number, path: string, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const got = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (got === 0)
      throw new RangeError(
        `ImageStore: ${path} must have at least ${position + bytes.length} bytes, got ${fstatSync(fd).size}`,
      );
    done += got;
  }
}
