/** Images that several maps ask for: each is scored once. Maps that rank the pixels alike have all of theirs in common. */
import type { ChangedImage, PixelChange } from './metric.ts';

/** Of what is changed (FNV-1a): the same for the same change, and hardly ever for another one. */
function hashOf(kind: PixelChange['kind'], mask: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const isChanged of mask) hash = Math.imul(hash ^ isChanged, 0x01000193);
  return `${kind} ${hash}`;
}

function isSameMask(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((isChanged, pixel) => isChanged === second[pixel]);
}

/** Who asks for images, by image. Masks are made again to be compared, as all of them together may be large. */
export class SharedImages<Asker> {
  readonly #images: { readonly image: ChangedImage; readonly askers: Asker[] }[] = [];
  readonly #byHash = new Map<string, { readonly change: PixelChange; readonly askers: Asker[] }[]>();

  /** In the order in which they were first asked for. */
  get images(): readonly { readonly image: ChangedImage; readonly askers: readonly Asker[] }[] {
    return this.#images;
  }

  add(image: ChangedImage, asker: Asker): void {
    const { change } = image;
    if (!change) {
      this.#images.push({ image, askers: [asker] });
      return;
    }
    const mask = change.mask();
    const hash = hashOf(change.kind, mask);
    const alike = this.#byHash.get(hash) ?? [];
    const known = alike.find((other) => isSameMask(other.change.mask(), mask));
    if (known) {
      known.askers.push(asker);
      return;
    }
    const askers = [asker];
    this.#images.push({ image, askers });
    this.#byHash.set(hash, [...alike, { change, askers }]);
  }
}
