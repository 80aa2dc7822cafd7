/** A network from its weights alone: their names and shapes say which it is. */
import { AppError } from '../../core/app-error.ts';
import type { ChosenOptions, WeightCopies } from '../../core/models/model-card.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { withArticle } from '../../core/with-article.ts';
import type { ParsedModel } from '../format.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { Choices } from './blocks/choices.ts';
import { NetworkBuilder } from './blocks/network-builder.ts';
import { checkNames } from './check-names.ts';
import type { ArchitectureFamily } from './family.ts';
import { OUTPUTS } from './heads/head-parts.ts';
import { couldBeInPath } from './left-over.ts';
import { FAMILIES } from './list.ts';
import { GIVE_IT, GIVE_WHOLE, Misfit, withoutConvolution } from './misfit.ts';
import type { ModuleFact, ModuleFacts } from './modules/module-facts.ts';
import { runRow } from './modules/row.ts';
import { rowFamily, rowRoot } from './modules/row-family.ts';
import { withNamesOfModules } from './numbered-modules.ts';
import { placedTensors } from './placed-tensors.ts';
import { remarkOnChoices, remarkOnClass, remarkOnCopies, remarkOnLeftOver } from './remarks.ts';
import { StateDict } from './state-dict.ts';
import { chosenCopy } from './weight-copies.ts';
import { withWholeWeights } from './weight-parts.ts';

export interface StateDictOptions {
  /** Which of several copies of the weights is meant; null: the one that their names speak for. */
  readonly copy: string | null;
  /** What the file tells of the architecture: its name, or that of the class, such as `resnet50`. */
  readonly hint?: string;
  /** What a person said where there are several readings, by the choices' ids. */
  readonly choices?: ChosenOptions;
  /** What the file says of these itself. */
  readonly told?: ChosenOptions;
  /** What a whole module says of the modules in it, by the names that their tensors have; empty where there are weights alone. */
  readonly facts?: ModuleFacts;
  /** Where that module stands among these names. */
  readonly moduleAt?: string;
  /** Called now and then, so that whoever waits knows that there is progress. */
  onStep?(): void;
}

export interface WholeModel extends ParsedModel {
  /** What modules said of activations, and the layers that do as they say. */
  readonly told: NetworkBuilder['told'];
}

type Tensors = ReadonlyMap<string, NamedTensor>;
type Names = readonly string[];

/** The share of a file's names that a family's networks use too, 0 to 1. */
function similarity(names: Names, { words }: ArchitectureFamily): number {
  const known = new Set(words);
  const shares = names.map((name) => {
    const modules = name
      .split('.')
      .slice(0, -1)
      .filter((module) => !/^\d+$/.test(module));
    return modules.length === 0 ? 0 : modules.filter((module) => known.has(module)).length / modules.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** By the names of a family, without what stands before them in the file. */
function factsWithin(facts: ModuleFacts, root: string, rename: (name: string) => string): ModuleFacts {
  const within = root.replace(/\.$/, '');
  return new Map(
    [...facts].flatMap(([path, fact]): [string, ModuleFact][] => {
      if (path === within) return [['', fact]];
      const own = rename(`${path}.weight`).replace(/\.weight$/, '');
      return own.startsWith(root) ? [[own.slice(root.length), fact]] : [];
    }),
  );
}

/** Counters are no weights. */
function withoutCounters(tensors: Tensors): Tensors {
  return new Map([...tensors].filter(([name]) => !name.endsWith('num_batches_tracked')));
}

/** The tensor that says that a network of the family is in the file. */
function anchorIn(given: Names, { anchors, rename = (name) => name }: ArchitectureFamily): string | null {
  const names = given.map(rename);
  return anchors.find((anchor) => names.some((name) => name === anchor || name.endsWith(`.${anchor}`))) ?? null;
}

/** @param of the class of the whole network, where the file has that */
function unknownArchitecture(fileName: string, names: Names, of: string | null = null): AppError {
  const [nearest] = [...FAMILIES].sort((a, b) => similarity(names, b) - similarity(names, a));
  const [first] = names;
  if (first === undefined || !nearest)
    return new AppError(
      'model-unsupported',
      `The file ${fileName} holds no weights; please save the network’s state_dict, or ${GIVE_WHOLE.slice('please '.length)}.`,
    );
  const missing = similarity(names, nearest) > 0 ? ` (nearest comes ${nearest.title}, whose ${nearest.anchors[0]} is missing)` : '';
  if (of !== null)
    return new AppError(
      'model-unsupported',
      `The file ${fileName} holds ${withArticle(of)}, but not what that computes, and the names of its weights, such as ${first}, are those of no architecture that is known here${missing}; ${GIVE_IT}.`,
    );
  return new AppError(
    'model-unsupported',
    `The file ${fileName} holds weights without a network, and their names, such as ${first}, are those of no architecture that is known here${missing}; ${GIVE_WHOLE}.`,
  );
}

/** @throws Misfit for what the network does not have, but may take part in what it computes */
function leftOver(network: NetworkBuilder, { trunk, onlyInTraining }: ArchitectureFamily): string[] {
  const { state } = network;
  return state.left().flatMap((placed) => {
    const { name, isBesideStem, tensor } = placed;
    const module = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    if (isBesideStem && onlyInTraining?.test(name)) return [tensor.source];
    if ((isBesideStem && trunk.test(module)) || couldBeInPath(placed, network))
      throw state.stranger(`the tensor ${tensor.source}, which may take part in what the network computes`);
    return [tensor.source];
  });
}

/** What the outputs mean; null where one output may be a number, or a class against another. */
function readingOf({ headWeights }: NetworkBuilder, choices: Choices): OutputReading | null {
  if (headWeights.length === 0) return 'number';
  const end = choices.chosen(OUTPUTS);
  if (headWeights.at(-1)?.shape[0] === 1) return end === 'sigmoid' ? 'binary' : null;
  return end === 'sigmoid' ? 'independent' : 'softmax';
}

/** The weights, taken for those of one family. */
class Attempt {
  readonly #family: ArchitectureFamily;
  readonly #copies: WeightCopies | null;
  readonly #choices: Choices;
  readonly #network: NetworkBuilder;
  readonly #onStep: (() => void) | undefined;
  /** On the class of the whole module. */
  readonly #remark: string;

  /** @param place where the network is known to stand in the file; else the anchor says it */
  constructor(fileName: string, given: Tensors, family: ArchitectureFamily, anchor: string, options: StateDictOptions, place?: string) {
    const { copy, hint = '', choices, told, facts = new Map(), onStep } = options;
    const { title, rename = (name) => name } = family;
    const renamed = new Map([...given].map(([name, tensor]) => [rename(name), tensor]));
    const { copies, tensors } = place === undefined ? chosenCopy(renamed, anchor, copy) : { copies: null, tensors: renamed };
    const found = [...tensors.keys()].find((name) => name === anchor || name.endsWith(`.${anchor}`)) ?? '';
    const root = place ?? found.slice(0, -anchor.length);
    this.#family = family;
    this.#onStep = onStep;
    this.#remark = remarkOnClass(fileName, facts, options.moduleAt ?? '');
    this.#copies = copies;
    this.#choices = new Choices(choices, told);
    const state = new StateDict(fileName, title, root, placedTensors(tensors, root));
    this.#network = new NetworkBuilder(state, this.#choices, { hint, facts: factsWithin(facts, root, rename), runRow });
  }

  /** How many tensors have found no place. */
  get left(): number {
    return this.#network.state.left().length;
  }

  /** @throws Misfit */
  model(): WholeModel {
    const network = this.#network;
    const { id, title, assumes, normalisation = 'torch', side = 224, build } = this.#family;
    const { fileName } = network.state;
    build(network);
    const others = leftOver(network, this.#family);
    const hasHead = network.headWeights.length > 0;
    const reading = readingOf(network, this.#choices);
    const remark = [
      this.#copies && remarkOnCopies(fileName, this.#copies),
      remarkOnLeftOver(fileName, others),
      assumes === ''
        ? `The file ${fileName} holds the whole network, so that nothing is assumed of its layers.`
        : `The names and shapes of the weights in ${fileName} are those of ${title}; what they do not say is assumed: ${assumes}.`,
      this.#remark,
      remarkOnChoices(this.#choices.made),
      ...network.remarks,
    ];
    return {
      artifacts: network.artifacts(id, this.#onStep),
      family: { title, normalisation, side: network.suitedSide ?? side },
      told: { facts: network.told.facts, layers: new Set([...network.told.layers].map(network.runNames())) },
      names: hasHead ? [] : Array.from({ length: network.features }, (_, i) => `feature ${i}`),
      ...(reading && { reading }),
      remark: remark.filter(Boolean).join(' '),
      ...(this.#copies && { copies: this.#copies }),
      ...(this.#choices.made.length > 0 && { choices: this.#choices.made }),
    };
  }
}

/** Null where the file holds no module whose own modules run in a row. */
function attemptAtRow(fileName: string, given: Tensors, options: StateDictOptions): Attempt | null {
  const { facts = new Map(), moduleAt = '' } = options;
  const path = rowRoot(facts, moduleAt);
  const place = path === null || path === '' ? '' : `${path}.`;
  const family = path === null ? null : rowFamily(factsWithin(facts, place, (name) => name));
  return family && new Attempt(fileName, given, family, family.anchors[0] ?? '', options, place);
}

/**
 * For who knows no more than the names yet, such as a download that has only begun.
 *
 * @throws AppError `model-unsupported` where the names alone say that it is no architecture that is known
 */
export function refuseUnknownNames(fileName: string, names: Names): void {
  checkNames(fileName, names);
  if (FAMILIES.every((family) => anchorIn(names, family) === null)) throw unknownArchitecture(fileName, names);
}

/**
 * @param fileName what to call the weights in errors
 * @param tensors in torch's layout, by their names in the file, and in the file's order
 * @throws AppError `model-unsupported` naming the family that comes nearest, and the first thing that does not fit
 */
export function modelOfStateDict(fileName: string, tensors: Tensors, options: StateDictOptions): WholeModel {
  const whole = withWholeWeights(withoutCounters(tensors));
  // Whole modules say themselves that they run in a row.
  const given = options.facts?.size ? whole : withNamesOfModules(whole);
  const names = [...given.keys()];
  checkNames(fileName, names);
  const candidates = FAMILIES.flatMap((family) => {
    const anchor = anchorIn(names, family);
    return anchor === null ? [] : [{ family, anchor, score: similarity(names, family) }];
  }).sort((a, b) => b.score - a.score);
  const row = attemptAtRow(fileName, given, options);
  // Of those that do not fit, the one that comes nearest took the most tensors.
  let nearest: { readonly misfit: Misfit; readonly left: number } | null = null;
  const attempts = candidates.map(
    ({ family, anchor }) =>
      () =>
        new Attempt(fileName, given, family, anchor, options),
  );
  for (const attemptAt of row ? [() => row, ...attempts] : attempts) {
    const attempt = attemptAt();
    try {
      return attempt.model();
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      if (!nearest || attempt.left < nearest.left) nearest = { misfit: error, left: attempt.left };
    }
  }
  const module = options.facts?.get(options.moduleAt ?? '');
  if (module !== undefined && module.kind !== 'module' && nearest === null) throw withoutConvolution(fileName);
  const className = module?.kind === 'module' ? (module.of.split('.').at(-1) ?? null) : null;
  throw nearest?.misfit ?? unknownArchitecture(fileName, names, className);
}
