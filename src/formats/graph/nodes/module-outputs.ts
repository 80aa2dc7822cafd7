/** What whole modules give, of which exporters note what each node was a part of. */
import { type GraphNode, type OperationGraph, producersIn } from './graph.ts';

/** The module and all that it is a part of, the innermost first. */
function enclosing(module: string): string[] {
  const parts = module.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}

function isInside(module: string | undefined, outer: string): boolean {
  return module !== undefined && (module === outer || module.startsWith(`${outer}.`));
}

/** Whether a normalisation after it was worked into its weights, which have lost the module's name with that: it gives what that gave. */
function isFolded({ kind, module, inputs }: GraphNode): boolean {
  return (kind === 'Conv' || kind === 'ConvTranspose') && module !== undefined && !inputs[1]?.startsWith(`${module}.`);
}

/** What the normalisation of a convolution is called: the next one of a Sequential, or `bn1` for `conv1`. */
function normalisationOf(module: string): string | null {
  const [, before = '', conv, number = ''] = /^(.*?)(conv)?(\d*)$/.exec(module) ?? [];
  if (conv !== undefined) return `${before}bn${number}`;
  return number !== '' && /(^|\.)$/.test(before) ? `${before}${Number(number) + 1}` : null;
}

/** The module before one of a Sequential that is not its first; null for any other. */
function moduleBefore(module: string): string | null {
  const [, before = '', number = ''] = /^((?:.*\.)?)([1-9]\d*)$/.exec(module) ?? [];
  return number === '' ? null : `${before}${Number(number) - 1}`;
}

/** The one tensor that others take of a module, by its path; modules that give several are left out. */
export function moduleOutputs(graph: OperationGraph): Map<string, string> {
  const { nodes, outputs } = graph;
  const producers = producersIn(graph);
  const consumers = new Map<string, (string | undefined)[]>(outputs.map((output) => [output, [undefined]]));
  for (const { inputs, module } of nodes) for (const input of inputs) consumers.set(input, [...(consumers.get(input) ?? []), module]);
  const given = new Map<string, Set<string>>();
  for (const node of nodes)
    for (const module of node.module === undefined ? [] : enclosing(node.module)) {
      const found = given.get(module) ?? new Set();
      given.set(module, found);
      for (const output of node.outputs) if (consumers.get(output)?.some((consumer) => !isInside(consumer, module))) found.add(output);
    }
  // A Sequential whose first node is that of its second module began with the normalisation that the convolution before it took in.
  const isNormalisedOutside = (tensor: string, module: string, convolution: string) =>
    consumers.get(tensor)?.some((consumer) => {
      const before = consumer === undefined || isInside(consumer, module) ? null : moduleBefore(consumer);
      return before !== null && !given.has(before) && before !== normalisationOf(convolution);
    }) === true;
  return new Map(
    [...given].flatMap(([module, [tensor, another]]): [string, string][] => {
      if (tensor === undefined || another !== undefined) return [];
      const producer = producers.get(tensor);
      if (producer?.module !== undefined && isFolded(producer) && isNormalisedOutside(tensor, module, producer.module)) return [];
      if (producer?.module !== module || !isFolded(producer)) return [[module, tensor]];
      const normalisation = normalisationOf(module);
      return normalisation !== null && !given.has(normalisation) ? [[normalisation, tensor]] : [];
    }),
  );
}
