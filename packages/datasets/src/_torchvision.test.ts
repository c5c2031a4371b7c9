import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readNpz } from "../test/readNpz.js";
import { dataPath } from "../test/tinyDataset.js";
import { placeImage } from "./_affine.js";
import { resizeDeep, resizeGrey } from "./_resize.js";

const path = dataPath("oracles/preproc/torchvision_ops.npz");
const [width, height] = [200, 171];

function oracle(name: string): ArrayLike<number> {
  return readNpz(path).get(name)?.data ?? [];
}

const input = () => Uint8Array.from(oracle("input"), (value) => Math.round(value * 255));

test.skipIf(!existsSync(path))(
  "torchvision's Resize, CenterCrop and Normalize of a radiograph are met exactly (needs the shared data)",
  () => {
    const small = resizeGrey(input(), width, height, 112, 96);
    const values = Array.from({ length: 84 * 84 }, (_, p) => {
      const grey = small[(Math.floor(p / 84) + 6) * 112 + (p % 84) + 14] as number;
      return (grey / 255 - 0.5) / 0.25;
    });
    expect(values).toBeAllclose(oracle("resize96_centercrop84_norm"), { rtol: 1e-5, atol: 1e-6 });
  },
);

test.skipIf(!existsSync(path))(
  "torch's antialiased bicubic interpolation, which does not round, is met by the resize of deep images (needs the shared data)",
  () => {
    const small = resizeDeep(Uint16Array.from(input()), width, height, 80, 64, "cubic");
    expect(Array.from(small, (grey) => grey / 255)).toBeAllclose(oracle("interp_bicubic_aa1_64x80"), {
      rtol: 0,
      atol: 1e-5,
    });
  },
);

test.skipIf(!existsSync(path))("torchvision's horizontal flip is met exactly (needs the shared data)", () => {
  const flipped = Uint8Array.from(oracle("hflip"), (value) => Math.round(value * 255));
  const square = (pixels: Uint8Array, left: number) =>
    Uint8Array.from({ length: height * height }, (_, p) => {
      return pixels[Math.floor(p / height) * width + left + (p % height)] as number;
    });
  const target = new Uint8Array(height * height);
  const placement = { flip: true, degrees: 0, scale: 1, right: 0, down: 0 };
  placeImage(square(input(), 0), target, height, placement);
  expect(target).toEqual(square(flipped, width - height));
});
