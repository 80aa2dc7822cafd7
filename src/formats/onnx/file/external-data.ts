/** Tensors that lie in a file beside the graph, which exporters make of large networks, and PyTorch since 2.9 of all. */

import { AppError } from '../../../core/app-error.ts';
import { baseName, type GivenFile, labelOf } from '../../given-file.ts';
import type { Message } from '../../protobuf/message.ts';

const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
/** Of the entries. */
const [KEY, VALUE] = [1, 2];

/** The bytes of a tensor that lies elsewhere; null for one that lies in the graph. */
export type ExternalBytes = (tensor: Message) => Uint8Array | null;

/** Where a tensor lies; null for one that lies in the graph. */
function placeOf(tensor: Message): ReadonlyMap<string, string> | null {
  if (tensor.number(DATA_LOCATION) !== 1) return null;
  return new Map(tensor.messages(EXTERNAL_DATA).map((entry) => [entry.text(KEY) ?? '', entry.text(VALUE) ?? '']));
}

/** The file that a tensor lies in, by the path from the graph's folder; null for one that lies in the graph. */
export function externalPath(tensor: Message): string | null {
  return placeOf(tensor)?.get('location') ?? null;
}

/** Whether a file is the one at this path, perhaps under a name that a browser made of its own. */
export function isLikeData(name: string, path: string): boolean {
  const plain = (text: string) =>
    baseName(text)
      .replace(/ ?\(\d+\)(?=\.|$)/g, '')
      .toLowerCase();
  return plain(name) === plain(path);
}

/** The files beside a graph that its tensors lie in. */
export class ExternalData {
  readonly #main: GivenFile;
  readonly #parts: readonly GivenFile[];
  readonly #used = new Set<GivenFile>();

  /** @param parts what may be such files */
  constructor(main: GivenFile, parts: readonly GivenFile[]) {
    this.#main = main;
    this.#parts = parts;
  }

  /** What was given and belongs to nothing. */
  unused(): GivenFile[] {
    return this.#parts.filter((part) => !this.#used.has(part));
  }

  /** @throws Error saying what is wrong, as it stands after the tensor's name; AppError `model-file-missing` */
  readonly bytesOf: ExternalBytes = (tensor) => {
    const place = placeOf(tensor);
    if (!place) return null;
    const file = this.#find(place.get('location') ?? '');
    const offset = Number(place.get('offset') ?? 0);
    const length = Number(place.get('length') ?? file.bytes.length - offset);
    const isInside = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0) && offset + length <= file.bytes.length;
    if (!isInside) throw new Error(`lies beyond the end of ${labelOf(file)}, which is cut short or belongs to another network`);
    return file.bytes.subarray(offset, offset + length);
  };

  #find(path: string): GivenFile {
    const file =
      this.#parts.find(({ name }) => baseName(name) === baseName(path)) ?? this.#parts.find(({ name }) => isLikeData(name, path));
    if (!file) {
      throw new AppError(
        'model-file-missing',
        `The weights of ${labelOf(this.#main)} lie in the file ${baseName(path) || 'beside it'}, which is missing; please give both together.`,
      );
    }
    this.#used.add(file);
    return file;
  }
}
