import { toFloat32 } from "@cxrkit/weights";

export const widened = toFloat32({ dtype: "bfloat16", shape: [2], data: Uint16Array.of(0x3f80, 0xc000) }); // 1, −2
