import type { ByteSource } from "./_byteSource.js";
import type { Contents } from "./_checkpointOfEntries.js";
import type { PickleStorage } from "./_pickleValue.js";
import { torchClasses } from "./_torchClasses.js";
import { type TorchStorages, torchContents } from "./_torchContents.js";
import { unpickle } from "./_unpickle.js";
import type { ZipMember } from "./_zip.js";
import { zipError } from "./_zipEnd.js";
import { type MemberContent, memberContent } from "./_zipMember.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** What a reader of archives is told. */
export interface ArchiveOptions {
  readonly root: string | undefined;
  readonly verifyChecksums: boolean;
  readonly budgets: Required<CheckpointBudgets>;
}

/** Members of that kind make an archive a PyTorch checkpoint. */
export const torchPickle: RegExp = /^([^/]+)\/data\.pkl$/;

/** Reads the pickle of a PyTorch archive; storages stay where they are until a tensor is asked for. */
export async function readTorchZip(
  source: ByteSource,
  members: ReadonlyMap<string, ZipMember>,
  { root, verifyChecksums, budgets }: ArchiveOptions,
): Promise<Contents> {
  const { path } = source;
  const pickles = [...members.keys()].filter((name) => torchPickle.test(name));
  const [pickleName = ""] = pickles;
  if (pickles.length > 1) throw zipError(path, "hold one data.pkl", pickles.join(", "));
  const folder = pickleName.slice(0, -"data.pkl".length);
  refuseProgram(path, folder, members);
  const pickle = members.get(pickleName) as ZipMember;
  if (pickle.length > budgets.pickleBytes) {
    throw new WeightFormatError(
      "budget",
      `openCheckpoint: pickle of ${path} must have at most ${budgets.pickleBytes} bytes, got ${pickle.length}`,
    );
  }
  const bytes = await memberContent(source, pickle, verifyChecksums).read(0, pickle.length);
  const host = torchClasses();
  const { value } = unpickle(bytes, { where: path, begin: 0, isWhole: true, host, budgets });
  const isBigEndian = await readByteOrder(source, members.get(`${folder}byteorder`));
  const storages = storagesOf(source, folder, members, isBigEndian, verifyChecksums);
  return { format: "torch-zip", ...torchContents(path, value, root, storages, budgets), close: source.close };
}

/** TorchScript and exported programs keep code beside the tensors; their pickles build objects of it. */
function refuseProgram(path: string, folder: string, members: ReadonlyMap<string, ZipMember>): void {
  for (const name of members.keys()) {
    if (name === `${folder}constants.pkl` || name.startsWith(`${folder}code/`)) {
      throw new WeightFormatError(
        "header",
        `openCheckpoint: ${path} must be a checkpoint of tensors, got a TorchScript archive, which is a program ("${name}"); load it with torch.jit.load where you trust it and save model.state_dict()`,
      );
    }
  }
}

async function readByteOrder(source: ByteSource, member: ZipMember | undefined): Promise<boolean> {
  if (member === undefined) return false;
  const order = new TextDecoder().decode(await memberContent(source, member, false).peek(16)).trim();
  if (order !== "little" && order !== "big") {
    throw zipError(source.path, 'have a byteorder "little" or "big"', JSON.stringify(order));
  }
  return order === "big";
}

function storagesOf(
  source: ByteSource,
  folder: string,
  members: ReadonlyMap<string, ZipMember>,
  isBigEndian: boolean,
  verifyChecksums: boolean,
): TorchStorages {
  const contents = new Map<string, MemberContent>();
  const contentOf = ({ key }: PickleStorage): MemberContent => {
    const member = members.get(`${folder}data/${key}`) as ZipMember;
    const content = contents.get(key) ?? memberContent(source, member, verifyChecksums);
    contents.set(key, content);
    return content;
  };
  return {
    isBigEndian,
    require({ key, byteLength }, tensor) {
      const member = members.get(`${folder}data/${key}`);
      if (member?.length === byteLength) return;
      throw new WeightFormatError(
        "archive",
        `openCheckpoint: archive ${source.path} must hold ${byteLength} bytes in "${folder}data/${key}" for tensor "${tensor}", got ${member === undefined ? "no such member" : member.length}`,
        { tensor },
      );
    },
    read: (storage, begin, end) => contentOf(storage).read(begin, end),
  };
}
