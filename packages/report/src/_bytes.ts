/** Bytes of a file's content, text as UTF-8. */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Bytes as text, sixty-four signs, in runs that a call takes as arguments. */
export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 0x6000) {
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 0x6000)));
  }
  return btoa(parts.join(""));
}
