import { decodeImage, presentGrey } from "@cxrkit/datasets";
import { bytes } from "./readDicomHeader.example.js";

const image = await decodeImage(bytes); // stored values 0, 1365 and 4095; the smallest is white
export const { pixels, maximum } = presentGrey(image); // by the file's window
export const wholeRange = presentGrey(image, { window: "none" });
