/**
 * Keras of 2023 on Windows joins the names of groups with backslashes: one group called `layers\conv2d` stands where the group `conv2d` should
 * stand in the group `layers` (keras-team/keras issue 18528). Here they are taken apart again.
 */
import type { Hdf5Entity } from './hdf5.ts';

/** A way that leads to an entity: what is left of a name, below a group that was really opened. */
interface Way {
  readonly entity: Hdf5Entity;
  /** Names that the file joined, of which all keys must begin; empty for the entity itself. */
  readonly joined: string;
}

function keysAt({ entity, joined }: Way): string[] {
  const keys = entity.keys?.() ?? [];
  return keys.filter((key) => key.startsWith(joined)).map((key) => key.slice(joined.length));
}

/** A group of all that the file puts below one name. */
class JoinedGroup implements Hdf5Entity {
  readonly #ways: readonly (Way & { readonly keys: readonly string[] })[];

  constructor(ways: readonly Way[]) {
    this.#ways = ways.map((way) => ({ ...way, keys: keysAt(way) }));
  }

  /** Those of the groups that really have this name. */
  get attrs(): NonNullable<Hdf5Entity['attrs']> {
    return Object.assign({}, ...this.#ways.filter(({ joined }) => joined === '').map(({ entity }) => entity.attrs));
  }

  keys(): string[] {
    return [...new Set(this.#ways.flatMap(({ keys }) => keys).map((key) => key.split('\\')[0] ?? key))];
  }

  get(path: string): unknown {
    const [name = '', ...rest] = path.split(/[\\/]/).filter(Boolean);
    const ways = this.#ways.flatMap(({ keys, ...way }): Way[] => {
      const exact = keys.includes(name) ? [{ entity: way.entity.get?.(way.joined + name) as Hdf5Entity, joined: '' }] : [];
      const isJoined = keys.some((key) => key.startsWith(`${name}\\`));
      return isJoined ? [...exact, { entity: way.entity, joined: `${way.joined}${name}\\` }] : exact;
    });
    const [first] = ways;
    if (!first) return null;
    // What holds values is handed on as it is.
    const isGroup = ways.length > 1 || first.joined !== '' || first.entity.keys !== undefined;
    const found = isGroup ? new JoinedGroup(ways) : first.entity;
    return rest.length > 0 ? (found.get?.(rest.join('/')) ?? null) : found;
  }
}

/** Where Keras keeps the groups of layers. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

/** The file as it would be, had it been written elsewhere; the very same where no name has a backslash. */
export function withoutBackslashes(root: Hdf5Entity): Hdf5Entity {
  const keys = root.keys?.() ?? [];
  const inside = CONTAINERS.filter((name) => keys.includes(name)).flatMap(
    (name) => (root.get?.(name) as Hdf5Entity | null)?.keys?.() ?? [],
  );
  return [...keys, ...inside].some((key) => key.includes('\\')) ? new JoinedGroup([{ entity: root, joined: '' }]) : root;
}
