/** What is in an archive of all images, for programs. The fields are a promise (docs/interface.md). */
import { methodOf } from '../../../explain/methods/list.ts';
import type { ModelIdentity } from '../../../protocol/engine.ts';
import type { NamedOutput } from '../../../sets/results/result-line.ts';
import type { AppState } from '../../app-state.ts';
import { classNameOf } from '../../explanation/selectors.ts';
import { ablationInView } from '../../view/in-view.ts';

export interface ArchivedMap {
  readonly method: string;
  readonly overlay: string;
  readonly data: string;
  readonly array: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
}

export interface ArchivedImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly predicted: NamedOutput | null;
  readonly explained: NamedOutput | null;
  readonly maps: readonly ArchivedMap[];
  /** Why there are no maps, in one sentence; null where there are. */
  readonly error: string | null;
}

/** JSON text. */
export function archiveManifest(
  state: AppState,
  images: readonly ArchivedImage[],
  surroundings: { readonly model: ModelIdentity | null; readonly version: string; readonly link: string; readonly madeAt: Date },
): string {
  const { view, model } = state;
  const { window, stride, value, channelValue = 0, occlusion, rise } = ablationInView(state);
  const manifest = {
    format: 'fast-ablation-cam-images',
    formatVersion: 1,
    version: surroundings.version,
    madeAt: surroundings.madeAt.toISOString(),
    link: surroundings.link,
    model: { id: model.card?.id ?? '', title: model.card?.title ?? '', sha256: surroundings.model?.sha256 ?? '' },
    layer: view.layer,
    score: model.card?.reading === 'number' ? 'value' : view.score,
    versus: typeof view.versus !== 'number' ? view.versus : { index: view.versus, name: classNameOf(state, view.versus) },
    ablation: { window, stride, value, channelValue, occlusion, rise },
    methods: view.methods.map((id) => methodOf(id).slug),
    display: view.display,
    images,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
