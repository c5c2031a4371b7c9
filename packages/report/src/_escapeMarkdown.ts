import { oneLine } from "./_markup.js";

/** Text on one line in which Markdown and HTML find no sign of theirs. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#~&!]/g, "\\$&");
}
