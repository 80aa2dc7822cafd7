/**
 * `models/index.json`, the list of built-in models that the page offers, made from the folders that are there: a model which a script put
 * into `public/models` is a choice without any file being edited.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { parseManifest } from '../../src/formats/usage/manifest.ts';
import type { StoredSample } from '../../src/platform/samples.ts';

const PATH = 'models/index.json';

/** The models of the repository come first, in this order: the page opens the first one. */
export const SHIPPED: readonly string[] = ['densenet169-everyday', 'densenet169-polen23e'];

export interface ListedModel {
  /** The name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Whether images come with it, in `samples/<id>`. */
  readonly hasSamples: boolean;
}

/**
 * The models in `models` of a folder such as `public`. A model is complete when it has a manifest, which is written last.
 *
 * @throws AppError `model-file-broken` naming a manifest that the page could not read either
 */
export function listModels(folder: string): ListedModel[] {
  const manifestOf = (id: string) => join(folder, 'models', id, 'manifest.json');
  const present = readdirSync(join(folder, 'models')).filter((id) => existsSync(manifestOf(id)));
  const shipped = SHIPPED.filter((id) => present.includes(id));
  const others = present.filter((id) => !SHIPPED.includes(id)).sort();
  return [...shipped, ...others].map((id) => {
    const path = manifestOf(id);
    const { title, description } = parseManifest(path, readFileSync(path, 'utf8'));
    return { id, title, description, hasSamples: existsSync(join(folder, 'samples', id, 'samples.json')) };
  });
}

/** Of a sample, what decides which one a first visit begins with: one that the network gets wrong, else the first. */
type ListedSample = Pick<StoredSample, 'name' | 'label' | 'named'>;

/** What every first look at the page needs, from the page's own URL: each would else be asked for once the one before has come. */
export function neededFirst(folder: string): string[] {
  const [first] = listModels(folder);
  if (!first) return [PATH];
  const ofModel = [PATH, `models/${first.id}/manifest.json`];
  if (!first.hasSamples) return ofModel;
  const list = `samples/${first.id}/samples.json`;
  const samples: ListedSample[] = JSON.parse(readFileSync(join(folder, list), 'utf8'));
  const shown = samples.find(({ label, named }) => label !== null && label !== named) ?? samples[0];
  return [...ofModel, list, ...(shown ? [`samples/${first.id}/${shown.name}`] : [])];
}

/** Writes the list into the built page, and makes it anew for each request while developing. */
export function modelIndex(): Plugin {
  let folder = '';
  const text = () => `${JSON.stringify(listModels(folder), null, 2)}\n`;
  return {
    name: 'model-index',
    configResolved({ publicDir }) {
      folder = publicDir;
    },
    // As the page fetches them: another mode would download them twice.
    transformIndexHtml: () =>
      neededFirst(folder).map((path) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'fetch', crossorigin: true, href: `./${path}` },
        injectTo: 'head' as const,
      })),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: PATH, source: text() });
    },
    configureServer({ config, middlewares }) {
      middlewares.use(`${config.base}${PATH}`, (_request, response, next) => {
        try {
          const body = text();
          response.setHeader('Content-Type', 'application/json');
          response.end(body);
        } catch (error) {
          next(error);
        }
      });
    },
  };
}
