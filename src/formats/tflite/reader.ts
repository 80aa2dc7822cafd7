/** Models of TensorFlow Lite: operators become nodes of a graph, and those layers. */

import { faultOf } from '../fault.ts';
import type { FormatReader, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { networkOfGraph } from '../graph/network-of-graph.ts';
import { inPlainText } from '../graph/plain-text.ts';
import { simplified } from '../graph/simplified.ts';
import { classNamesIn } from './class-names.ts';
import { familyOf } from './families.ts';
import { metadataIn, type TfliteMetadata } from './file/metadata.ts';
import { readTflite, type TfliteModel } from './file/model.ts';
import { WHOLE_BOUNDS } from './file/tensors.ts';
import { normalisationOf } from './images.ts';
import { graphOfModel } from './operation-graph.ts';
import { withOutputsThatRun } from './outputs.ts';

/** The type of the whole numbers that it computes with; null for one that computes with floats. */
function wholeType({ operators, tensors }: TfliteModel): string | null {
  const given = operators.flatMap(({ kind, outputs }) => (/CONV|FULLY/.test(kind) ? (tensors[outputs[0] ?? -1] ?? []) : []));
  return given.find(({ type, quantization }) => quantization && type in WHOLE_BOUNDS)?.type ?? null;
}

/** What is wrong with metadata keeps no network from being run. */
function metadataOf(name: string, { metadata }: TfliteModel): TfliteMetadata & { readonly remark: string } {
  try {
    return { ...metadataIn(metadata), remark: '' };
  } catch (error) {
    const remark = `The metadata in ${name} is damaged (${faultOf(error)}), so that it does not say how images are prepared.`;
    return { normalization: null, labelFiles: [], remark };
  }
}

function read(main: GivenFile, { onStep }: ReadContext): ParsedModel {
  const name = labelOf(main);
  const { model, remark: leftOut } = withOutputsThatRun(name, readTflite(name, main.bytes));
  onStep();
  const { artifacts, chosenSize } = networkOfGraph(name, simplified(name, graphOfModel(name, model)), onStep);
  const metadata = metadataOf(name, model);
  const own = classNamesIn(name, main.bytes, metadata.labelFiles, onStep);
  const whole = wholeType(model);
  const remarks = [
    leftOut,
    chosenSize
      ? `The network in ${name} leaves the size of its images open and yet computes with it, so it was laid out for ${chosenSize.width} × ${chosenSize.height} pixels.`
      : '',
    whole
      ? `The network in ${name} computes with whole numbers (${whole}) and is run with floats here, so that its scores differ a little from those on a phone.`
      : '',
    metadata.remark,
    own.remark,
  ];
  const images = normalisationOf(model.tensors[model.inputs[0] ?? -1], metadata.normalization);
  const family = familyOf(model);
  return {
    artifacts,
    names: own.names,
    remark: remarks.filter(Boolean).join(' '),
    ...(images && { images }),
    ...(family && { family }),
  };
}

export const tfliteReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'tflite').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: () => inPlainText(async () => read(main, context)) })), unfinished: [] };
  },
};
