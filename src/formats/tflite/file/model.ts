/** `Model` of TFLite and what is in it, field by field. https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs */
import { AppError } from '../../../core/app-error.ts';
import { faultOf } from '../../fault.ts';
import { starts } from '../../format.ts';
import { BUILTIN_OPERATORS } from './builtin-operators.ts';
import { Table } from './flatbuffer.ts';
import { bufferBytes, type Tensor, tensorOf, titleOf } from './tensors.ts';

const MODEL = { codes: 1, subgraphs: 2, buffers: 4, metadata: 6, signatures: 7 } as const;
const SIGNATURE = { subgraph: 4 } as const;
const CODE = { old: 0, custom: 1, builtin: 3 } as const;
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 } as const;
const OPERATOR = { code: 0, inputs: 1, outputs: 2, options: 4 } as const;
const METADATA = { name: 0, buffer: 1 } as const;

/** What the file says for people and programs, under this name. */
const TFLITE_METADATA = 'TFLITE_METADATA';

/** Settings of a window. */
interface WindowSettings {
  readonly dilations: readonly [rows: number, columns: number];
  /** Cells that are added around the image. */
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
}

export interface Operator {
  /** Such as `CONV_2D`; of somebody's own, what they call it. */
  readonly kind: string;
  /** Whether it is none of TFLite's own. */
  readonly isCustom: boolean;
  /** Places among the tensors; -1 for one that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Its settings. */
  readonly options: Table | null;
  /** Of its window, where operators around it say them. */
  readonly window?: WindowSettings;
}

export interface TfliteModel {
  readonly tensors: readonly Tensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** A FlatBuffer of its own; null where there is none. */
  readonly metadata: Uint8Array | null;
}

/** More inputs than any operator has. */
const MAX_INPUTS = 4096;

function broken(fileName: string, what: string): AppError {
  return new AppError('model-file-broken', `The file ${fileName} ${what}; please get it again.`);
}

interface Code {
  readonly kind: string;
  readonly isCustom: boolean;
}

/** Files before 2020 have the number in a field that ends at 127, and newer ones in both. */
function codeOf(table: Table): Code {
  const number = Math.max(table.byte(CODE.old), table.whole(CODE.builtin));
  const kind = BUILTIN_OPERATORS[number] ?? `operator ${number}`;
  if (kind !== 'CUSTOM') return { kind, isCustom: false };
  return { kind: table.text(CODE.custom) || 'without a name', isCustom: true };
}

function operatorOf(table: Table, codes: readonly Code[], tensors: number): Operator {
  const code = codes[table.whole(OPERATOR.code)];
  if (!code) throw new Error('an operator is of no kind that it names');
  const [inputs, outputs] = [table.wholes(OPERATOR.inputs) ?? [], table.wholes(OPERATOR.outputs) ?? []];
  const isThere = (place: number) => place < tensors;
  if (inputs.length > MAX_INPUTS || ![...inputs, ...outputs].every(isThere) || !outputs.every((place) => place >= 0))
    throw new Error(`an operator ${code.kind} takes or gives tensors that are not there`);
  return { ...code, inputs, outputs, options: table.table(OPERATOR.options) };
}

function tensorsIn(fileName: string, subgraph: Table, buffers: readonly Table[], file: Uint8Array): Tensor[] {
  return subgraph.tables(SUBGRAPH.tensors).map((table, place) => {
    try {
      return tensorOf(table, buffers, file);
    } catch (error) {
      throw broken(fileName, `has a tensor ${titleOf(table) || place} that ${faultOf(error)}`);
    }
  });
}

/**
 * The first, which is the model, unless it takes no single tensor, as in one that can be trained on the device: then the first that does of those
 * that the file means to be called. Others are parts of loops.
 */
function mainOf(model: Table): Table | undefined {
  const subgraphs = model.tables(MODEL.subgraphs);
  const called = model.tables(MODEL.signatures).map((signature) => signature.whole(SIGNATURE.subgraph));
  const takesOne = (place: number) => subgraphs[place]?.wholes(SUBGRAPH.inputs)?.length === 1;
  return subgraphs[[0, ...called].find(takesOne) ?? 0];
}

/** @throws AppError naming the file, and what is wrong with it */
export function readTflite(fileName: string, bytes: Uint8Array): TfliteModel {
  if (!starts(bytes, 'TFL3', 4)) throw broken(fileName, 'is no TensorFlow Lite model, or is cut short');
  try {
    const model = Table.root(bytes);
    const buffers = model.tables(MODEL.buffers);
    const subgraph = mainOf(model);
    if (!subgraph) throw new Error('it holds no network');
    const tensors = tensorsIn(fileName, subgraph, buffers, bytes);
    const codes = model.tables(MODEL.codes).map(codeOf);
    const places = (field: number) => {
      const found = subgraph.wholes(field) ?? [];
      if (!found.every((place) => place >= 0 && place < tensors.length)) throw new Error('it takes or gives tensors that are not there');
      return found;
    };
    const [inputs, outputs] = [places(SUBGRAPH.inputs), places(SUBGRAPH.outputs)];
    const operators = subgraph.tables(SUBGRAPH.operators).map((table) => operatorOf(table, codes, tensors.length));
    const metadata = model.tables(MODEL.metadata).find((entry) => entry.text(METADATA.name) === TFLITE_METADATA);
    return {
      tensors,
      operators,
      inputs,
      outputs,
      metadata: metadata ? bufferBytes(buffers, metadata.whole(METADATA.buffer), bytes) : null,
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw broken(fileName, `is damaged or cut short (${faultOf(error)})`);
  }
}
