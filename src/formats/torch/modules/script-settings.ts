/**
 * Settings of TorchScript's modules, which stand in its program alone: as constants of a class, or among what is given to the one function that
 * it calls. The program is looked through for these, and never run.
 */
import type { PickleObject, PickleValue } from '../pickle/pickle-values.ts';
import { knownClassOf } from './known-classes.ts';
import { attributesOf, eachModule, isScriptModule } from './modules.ts';

/** What a module calls a setting, by its place; null for what is none. Printers leave out what is at the end and as usual. */
type Places = readonly (readonly [name: string, usual?: PickleValue] | null)[];

const WINDOW: Places = [
  ['stride', [1, 1]],
  ['padding', [0, 0]],
  ['dilation', [1, 1]],
];

const SLOPE: Places = [null, ['negative_slope', 0.01]];
const ALPHA: Places = [null, ['alpha', 1]];
const BOUNDS: Places = [null, ['min_val', -1], ['max_val', 1]];

const FUNCTIONS: Readonly<Record<string, Places>> = {
  _convolution: [null, null, null, ...WINDOW, ['transposed'], ['output_padding'], ['groups']],
  _convolution_mode: [null, null, null, ...WINDOW, ['groups', 1]],
  adaptive_avg_pool2d: [null, ['output_size']],
  adaptive_max_pool2d: [null, ['output_size']],
  avg_pool2d: [
    null,
    ['kernel_size'],
    ['stride'],
    ['padding', 0],
    ['ceil_mode', false],
    ['count_include_pad', true],
    ['divisor_override', null],
  ],
  batch_norm: [null, null, null, null, null, null, ['momentum'], ['eps']],
  celu: ALPHA,
  celu_: ALPHA,
  conv2d: [null, null, null, ...WINDOW, ['groups', 1]],
  elu: ALPHA,
  elu_: ALPHA,
  flatten: [null, ['start_dim'], ['end_dim', -1]],
  gelu: [null, ['approximate', 'none']],
  group_norm: [null, ['num_groups'], null, null, ['eps', 1e-5]],
  hardtanh: BOUNDS,
  hardtanh_: BOUNDS,
  instance_norm: [null, null, null, null, null, null, ['momentum'], ['eps']],
  layer_norm: [null, ['normalized_shape'], null, null, ['eps', 1e-5]],
  leaky_relu: SLOPE,
  leaky_relu_: SLOPE,
  max_pool2d: [null, ['kernel_size'], ['stride'], ['padding', 0], ['dilation', 1], ['ceil_mode', false]],
  softplus: [null, ['beta', 1], ['threshold', 20]],
};

/** What stands between the commas, but for those inside of brackets and texts. */
function parted(text: string): string[] {
  const parts: string[] = [];
  let [depth, from, isText] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === '"') isText = !isText;
    if (isText) continue;
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

const WORDS: ReadonlyMap<string, PickleValue> = new Map<string, PickleValue>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Undefined for what is computed. */
function literal(text: string): PickleValue | undefined {
  if (WORDS.has(text)) return WORDS.get(text);
  if (/^-?\d[\d.]*(e[-+]?\d+)?$/.test(text)) return Number(text);
  const [, quoted] = /^"([^"\\]*)"$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  const [, inside] = /^[[(](.*)[\])]$/.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const values = parted(inside).map(literal);
  return values.some((value) => value === undefined) ? undefined : values.flatMap((value) => (value === undefined ? [] : [value]));
}

/** What is between the bracket that begins there and its end. */
function insideBrackets(text: string, from: number): string {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text.charAt(i) === '(') depth++;
    else if (text.charAt(i) === ')' && --depth === 0) return text.slice(from + 1, i);
  }
  return '';
}

/** Of one call, as `torch.max_pool2d(x, [3, 3], [2, 2])`. */
function settingsOfCall(places: Places, given: readonly string[]): (readonly [name: string, value: PickleValue])[] {
  return places.flatMap((place, i) => {
    if (place === null) return [];
    const [name, usual] = place;
    const named = given.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
    const text = named ?? given[i];
    const value = text === undefined ? usual : literal(text);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** @param text of one class */
export function settingsInProgram(text: string): Map<string, PickleValue> {
  const found = new Map<string, PickleValue>();
  for (const [, name = '', value = ''] of text.matchAll(/^ {2}(\w+) : Final\[.*\] = (.+)$/gm)) {
    const own = literal(value.trim());
    if (own !== undefined) found.set(name, own);
  }
  for (const match of text.matchAll(/\btorch\.(\w+)\(/g)) {
    const [call, name = ''] = match;
    const places = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!places) continue;
    const given = parted(insideBrackets(text, match.index + call.length - 1));
    for (const [own, value] of settingsOfCall(places, given)) if (!found.has(own)) found.set(own, value);
  }
  return found;
}

/** By the classes in it. */
function classesIn(program: string): Map<string, string> {
  const classes = program.split(/^class /m).slice(1);
  return new Map(classes.map((text) => [/^\w+/.exec(text)?.[0] ?? '', text]));
}

/**
 * Modules of TorchScript that are known get the settings that stand in their program as attributes, as other modules have them.
 *
 * @param programOf the text of a file, such as `code/__torch__/torch/nn/modules/conv.py`; null where there is none
 */
export async function addProgramSettings(root: PickleValue, programOf: (path: string) => Promise<string | null>): Promise<void> {
  if (!isScriptModule(root)) return;
  const modules = new Set<PickleObject>();
  eachModule(root, (module) => modules.add(module));
  const programs = new Map<string, ReadonlyMap<string, string>>();
  for (const module of modules) {
    if (knownClassOf(module) === null) continue;
    const path = module.of.split('.');
    const file = `code/${path.slice(0, -1).join('/')}.py`;
    const classes = programs.get(file) ?? classesIn((await programOf(file)) ?? '');
    programs.set(file, classes);
    const attributes = attributesOf(module);
    for (const [name, value] of settingsInProgram(classes.get(path.at(-1) ?? '') ?? ''))
      if (attributes && !attributes.has(name)) attributes.set(name, value);
  }
}
