import { downloadCheckpoint, openCheckpoint, toTimm } from "@cxrkit/weights";

/** Fetches DINOv2's ViT-B/14 once, and opens it under timm's names. */
export async function dinov2(cache: string) {
  const { path } = await downloadCheckpoint("facebook/dinov2-base", {
    cache,
    file: "model.safetensors",
    revision: "main", // a commit hash is the same file tomorrow
  });
  return toTimm(await openCheckpoint(path));
}
