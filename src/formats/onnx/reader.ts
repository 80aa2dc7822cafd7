/** ONNX graphs: nodes become layers, once what is computed from constants is known. */
import { AppError } from '../../core/app-error.ts';
import type { FamilyUse, FormatReader, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { networkOfGraph } from '../graph/network-of-graph.ts';
import { simplified } from '../graph/simplified.ts';
import { classNamesIn } from './class-names.ts';
import { ExternalData, isLikeData } from './file/external-data.ts';
import { externalPaths, type OnnxModel, readOnnx } from './file/model-proto.ts';

/** PyTorch's classifiers are mostly torchvision's or timm's, or began as such; Ultralytics' take colours from 0 to 1, and say whose they are. */
function familyOf({ producer, metadata }: OnnxModel): FamilyUse | null {
  if (producer !== 'pytorch' || /ultralytics/i.test(metadata.get('author') ?? '')) return null;
  return { title: 'a network of PyTorch', normalisation: 'torch', side: 224 };
}

/** Names may hold anything, and stand in sentences: line ends and other signs of control become blanks there. */
async function inPlainText<Result>(result: () => Promise<Result>): Promise<Result> {
  try {
    return await result();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), { cause: error });
  }
}

async function read(main: GivenFile, { parts, onStep, refuseUnused }: ReadContext): Promise<ParsedModel> {
  const name = labelOf(main);
  const external = new ExternalData(main, parts);
  const model = readOnnx(name, main.bytes, external.bytesOf);
  refuseUnused(external.unused());
  onStep();
  const { artifacts, chosenSize } = networkOfGraph(name, simplified(name, model.graph), onStep);
  const remark = chosenSize
    ? `The network in ${name} leaves the size of its images open and yet computes with it, so it was laid out for ${chosenSize.width} × ${chosenSize.height} pixels.`
    : '';
  const family = familyOf(model);
  return { artifacts, names: classNamesIn(model.metadata), remark, ...(family && { family }) };
}

export const onnxReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'onnx').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: () => inPlainText(() => read(main, context)) })), unfinished: [] };
  },
  parts: { pathsIn: ({ bytes }) => externalPaths(bytes), isLike: isLikeData },
};
