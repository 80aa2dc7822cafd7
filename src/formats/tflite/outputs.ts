/** Which outputs of a model of TFLite are taken. */
import { GraphNode } from '../graph/nodes/graph.ts';
import { outputsThatRun } from '../graph/nodes/outputs-that-run.ts';
import { withoutUnused } from '../graph/nodes/passes.ts';
import type { Operator, TfliteModel } from './file/model.ts';
import { tensorNames } from './operation-graph.ts';
import { translationOf } from './operators/operators.ts';

/** What stands around a dilated convolution (`operators/window-settings.ts`). */
const AROUND_WINDOWS: ReadonlySet<string> = new Set(['SPACE_TO_BATCH_ND', 'BATCH_TO_SPACE_ND']);

function isRead({ kind, isCustom }: Operator): boolean {
  return !isCustom && (translationOf(kind) !== undefined || AROUND_WINDOWS.has(kind));
}

/** The model without outputs that cannot be run beside others, and what leads to them alone; with one sentence for each. */
export function withOutputsThatRun(fileName: string, model: TfliteModel): { readonly model: TfliteModel; readonly remark: string } {
  const names = tensorNames(model.tensors);
  const named = (places: readonly number[]) => places.map((place) => names[place] ?? '');
  const pairs = model.operators.map((operator) => {
    const outputs = named(operator.outputs);
    const parts = { name: outputs[0] ?? '', kind: operator.kind, domain: '', attributes: new Map() };
    return { operator, node: new GraphNode({ ...parts, inputs: named(operator.inputs), outputs }) };
  });
  const unread = new Set(pairs.flatMap(({ operator, node }) => (isRead(operator) ? [] : [node])));
  const graph = { nodes: pairs.map(({ node }) => node), constants: new Map(), inputs: [], outputs: named(model.outputs), opset: 0 };
  const { outputs, remark } = outputsThatRun(fileName, graph, (node) => !unread.has(node));
  if (remark === '') return { model, remark };
  const used = new Set(withoutUnused({ ...graph, outputs }).nodes);
  const operators = pairs.flatMap(({ operator, node }) => (used.has(node) ? [operator] : []));
  return { model: { ...model, operators, outputs: outputs.map((name) => names.indexOf(name)) }, remark };
}
