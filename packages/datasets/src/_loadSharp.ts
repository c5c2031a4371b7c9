import type sharpModule from "sharp";
import { reasonOf } from "./_check.js";

/** The image library, loaded when first needed. */
export async function loadSharp(where: string): Promise<typeof sharpModule> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    throw new Error(
      `${where}: package sharp must be installed for this platform, got ${reasonOf(error)}; run npm install sharp`,
      { cause: error },
    );
  }
}
