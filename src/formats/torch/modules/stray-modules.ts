/**
 * Modules without weights in a class of somebody's own, such as a pooling or a normalisation of the image: which of them run, and when, the
 * file does not say. Each must be one that does nothing here, or one that the network has too.
 */
import { withArticle } from '../../../core/with-article.ts';
import type { PickleObject } from '../pickle/pickle-values.ts';
import { activationIn, activationOf, gateOf, type LayerOfModule } from './activation-modules.ts';
import { classNameOf, classPathOf, doesNothing, isNamedAsLayer, isOfKnownLibrary, knownClassOf } from './known-classes.ts';
import { hasModules, hasParts, isLayer, type ModuleSettings } from './modules.ts';
import { isLastPooling, isPooling, isSamePooling } from './pooling-modules.ts';

/** Modules that lay values out otherwise, or only do something to scores. */
const LAID_OUT = /^(Flatten|Permute)$/;

/** How networks end: before the last layer, they do something else. */
const ENDS = /^(Softmax|LogSoftmax|Sigmoid)$/;

/** What only training uses, by where it is from; and what holds others, or has no weights to run with. */
const HARMLESS =
  /^(torch\.nn\.modules\.(loss|container|conv|linear)\.|torch\.(ao\.)?(nn\.)?quanti\w+\.|torchmetrics\.|pytorch_lightning\.|lightning\.)/;

/** Whose blocks and networks are run as their own program does, so that nothing of somebody's own can stand in them. */
const OF_NETWORKS = /^(torchvision|timm)\.models\./;

/** What the last layers are called, whose order their names and shapes tell. */
const HEAD = /^(classifier|head|fc|linear|last_linear|_fc)(\.|$)/;

type Layers = ReadonlyMap<string, LayerOfModule>;

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** Paths that stand in what has the network inside it: these come with the network's own names, without what stands before them. */
export class Surroundings {
  readonly #settings: ModuleSettings;
  readonly #layers: Layers;
  readonly #prefix: readonly string[];
  readonly #withWeights: ReadonlySet<string>;
  readonly #ofLayers: ReadonlySet<string>;
  readonly #gates: ReadonlySet<string>;
  /** Modules of the same module are in the order in which the file has them. */
  readonly #order: ReadonlyMap<string, number>;

  /**
   * @param prefix what stands before the network's own names
   * @param outputs the layers that the network ends with, whose activations are no gates
   */
  constructor(settings: ModuleSettings, layers: Layers, prefix: string, outputs: ReadonlySet<string>) {
    this.#settings = settings;
    this.#layers = layers;
    this.#prefix = prefix.split('.').slice(0, -1);
    const above = (paths: Iterable<string>) =>
      new Set([...paths].flatMap((path) => path.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'))));
    this.#withWeights = above([...settings].flatMap(([path, module]) => (hasParts(module) && !hasModules(module) ? [path] : [])));
    this.#ofLayers = above(layers.keys());
    const inside = [...layers.values()].filter(({ config }) => !outputs.has(String(config.name)));
    this.#gates = new Set(inside.map(({ config }) => activationIn(config)));
    this.#order = new Map([...settings.keys()].map((path, i) => [path, i]));
  }

  /** The name that the network would have for it; null where it belongs to what is not run, such as a head for another task. */
  nameOf(path: string): string | null {
    const parts = path.split('.');
    const apart = this.#prefix.findIndex((part, i) => part !== parts[i]);
    const common = apart < 0 ? this.#prefix.length : apart;
    const name = parts.slice(common).join('.');
    if (apart < 0) return name;
    const beside = parts.slice(0, common + 1).join('.');
    return this.#withWeights.has(beside) && !this.#ofLayers.has(parts[common] ?? '') ? null : name;
  }

  /** Whether it does nothing here, or only to scores. */
  isPassive(path: string, module: PickleObject): boolean {
    const className = knownClassOf(module) ?? '';
    if (doesNothing(module) || LAID_OUT.test(className)) return true;
    return ENDS.test(className) && (!this.#isBeforeLayers(path) || this.#hasGate(module));
  }

  /** Whether the file has modules with weights after this one, or after what it is in. */
  #isBeforeLayers(path: string): boolean {
    const parts = path.split('.');
    const placeOf = (of: readonly string[], depth: number) => this.#order.get(of.slice(0, depth + 1).join('.')) ?? 0;
    return [...this.#withWeights].some((other) => {
      if (this.nameOf(other) === null) return false;
      const others = other.split('.');
      const apart = others.findIndex((part, i) => part !== parts[i]);
      return apart >= 0 && apart < parts.length && placeOf(others, apart) > placeOf(parts, apart);
    });
  }

  #hasGate(module: PickleObject): boolean {
    const gate = gateOf(module);
    return gate !== null && this.#gates.has(gate);
  }

  /** @returns what the module is, as it stands after its path; null where the network has it too, or it does nothing */
  differenceOf(path: string, module: PickleObject): string | null {
    const className = knownClassOf(module) ?? '';
    if (hasParts(module) || this.isPassive(path, module) || activationOf(module) !== null) return null;
    if (ENDS.test(className)) return `is ${withArticle(className)} before the last layer, and the file does not say what it is for`;
    if (HARMLESS.test(classPathOf(module))) return null;
    // What pads for a convolution stands in it.
    const around = this.#settings.get(parentOf(path));
    if (around && /SamePadding$/.test(knownClassOf(around) ?? '')) return null;
    if (isPooling(module) && (isLastPooling(module) || this.#hasPooling(module))) return null;
    return this.#hasGate(module) ? null : `is ${withArticle(classNameOf(module))}, for which the network has no place`;
  }

  /**
   * A class of somebody's own computes nobody knows what. One that only holds other modules may be a block of a network of somebody's own, whose
   * weights are known by their names; it is none where it is called as a layer is, or stands in a network of a library.
   *
   * @returns what it is, as it stands after its path; null where it may be one
   */
  strangeness(path: string, name: string, module: PickleObject): string | null {
    const isOther = isLayer(module) && knownClassOf(module) === null;
    if (isOfKnownLibrary(module))
      return isOther ? `is ${withArticle(classNameOf(module))} that is not known here (${classPathOf(module)})` : null;
    const mayBeBlock = hasModules(module) && !isLayer(module) && !isNamedAsLayer(module);
    if (mayBeBlock && (HEAD.test(name) || !this.#isInNetworkOfLibrary(path))) return null;
    return `is ${withArticle(classNameOf(module))} of somebody’s own (${classPathOf(module)})`;
  }

  #isInNetworkOfLibrary(path: string): boolean {
    for (let above = path; above !== ''; ) {
      above = parentOf(above);
      const around = this.#settings.get(above);
      if (around && OF_NETWORKS.test(classPathOf(around))) return true;
    }
    return false;
  }

  /** Whether it may be a pooling of the network's that no module says. */
  #hasPooling(module: PickleObject): boolean {
    return [...this.#layers].some(([name, layer]) => isSamePooling(module, layer) && !this.#isSaid(name));
  }

  #isSaid(layer: string): boolean {
    const prefix = this.#prefix.map((part) => `${part}.`).join('');
    const module = this.#settings.get(`${prefix}${layer}`);
    return module !== undefined && isPooling(module);
  }
}
