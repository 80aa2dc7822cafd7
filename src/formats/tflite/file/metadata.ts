/** What TFLite's metadata says of a model. https://github.com/tensorflow/tflite-support/blob/master/tensorflow_lite_support/metadata/metadata_schema.fbs */
import { Table } from './flatbuffer.ts';

const MODEL = { subgraphs: 3 } as const;
const SUBGRAPH = { inputs: 2, outputs: 3 } as const;
const TENSOR = { units: 4, files: 6 } as const;
const UNIT = { type: 0, options: 1 } as const;
/** `ProcessUnitOptions` */
const NORMALIZATION = 1;
const FILE = { name: 0, type: 2 } as const;
/** `AssociatedFileType` */
const LABELS_OF_UNITS = 2;

/** `(value - mean) / std` of an image's 8-bit values, of one number for all channels or one for each. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface TfliteMetadata {
  /** Null where nothing says it. */
  readonly normalization: Normalization | null;
  /** The files that name the classes, within the archive at the end of the model's file. */
  readonly labelFiles: readonly string[];
}

function normalizationOf(input: Table | undefined): Normalization | null {
  const unit = input?.tables(TENSOR.units).find((candidate) => candidate.byte(UNIT.type) === NORMALIZATION);
  const options = unit?.table(UNIT.options);
  const [mean, std] = [options?.floats(0) ?? [], options?.floats(1) ?? []];
  const isSound = [mean, std].every((list) => list.length > 0 && list.every(Number.isFinite)) && std.every((value) => value > 0);
  return isSound ? { mean, std } : null;
}

/** @param bytes a FlatBuffer; null where the file has none @throws Error where it is damaged */
export function metadataIn(bytes: Uint8Array | null): TfliteMetadata {
  const [subgraph] = bytes ? Table.root(bytes).tables(MODEL.subgraphs) : [];
  const [input] = subgraph?.tables(SUBGRAPH.inputs) ?? [];
  const [output] = subgraph?.tables(SUBGRAPH.outputs) ?? [];
  const files = output?.tables(TENSOR.files) ?? [];
  return {
    normalization: normalizationOf(input),
    labelFiles: files.filter((file) => file.byte(FILE.type) === LABELS_OF_UNITS).map((file) => file.text(FILE.name) ?? ''),
  };
}
