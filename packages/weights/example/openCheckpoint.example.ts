import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint, WeightFormatError } from "@cxrkit/weights";

// A pickle that asks for the system's shell, as torch.load without weights_only would give it.
const pickle = Buffer.from("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02cposix\nsystem\n.", "latin1");
const path = join(await mkdtemp(join(tmpdir(), "weights-")), "hostile.pth");
await writeFile(path, pickle);

export const refusal = await openCheckpoint(path).catch((cause) => {
  if (cause instanceof WeightFormatError) return cause.code; // "pickle": nothing was run
  throw cause;
});
