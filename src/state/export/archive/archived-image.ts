/** The files of an image in an archive, and what its manifest says of them. */
import { asAppError } from '../../../core/app-error.ts';
import { commonLimit, displayScale } from '../../../core/maps/display-scale.ts';
import { methodOf } from '../../../explain/methods/list.ts';
import { unitOf } from '../../../explain/methods/method.ts';
import type { Engine } from '../../../protocol/engine.ts';
import { namedOutput } from '../../../sets/results/result-line.ts';
import type { AppState } from '../../app-state.ts';
import type { AppDependencies } from '../../dependencies.ts';
import { classNameOf } from '../../explanation/selectors.ts';
import type { SliceContext } from '../../slice.ts';
import type { MadeFile } from '../exporter.ts';
import { dataFile, exportedScore, type FinishedFigure, fileNameOf, finishedFigure } from '../finished-figures.ts';
import type { ArchivedImage, ArchivedMap } from './archive-manifest.ts';
import { type ExplainedImage, explainedImage, type ListedImage } from './explained-image.ts';

/** The files of one map, before they are in the archive. */
interface MadeMap {
  readonly about: Pick<ArchivedMap, 'method' | 'unit' | 'minimum' | 'maximum'>;
  readonly files: Readonly<Record<'overlay' | 'data' | 'array', MadeFile>>;
}

export interface MadeImage {
  /** Without its maps, whose files have no names of their own yet. */
  readonly entry: ArchivedImage;
  readonly maps: readonly MadeMap[];
}

async function madeMap(dependencies: AppDependencies, state: AppState, figure: FinishedFigure): Promise<MadeMap> {
  const { method, shown, content } = figure;
  const { slug } = methodOf(method);
  const overlay = {
    content: await dependencies.renderOverlay(figure.image, content, () => {}),
    name: fileNameOf(state, figure, slug, 'png'),
  };
  const { minimum, maximum } = displayScale(shown.map, state.view.display, content.limit);
  const about = { method: slug, unit: unitOf(methodOf(method), shown.score), minimum, maximum };
  return { about, files: { overlay, data: dataFile(state, figure, 'json'), array: dataFile(state, figure, 'npy') } };
}

/** The class that is best, and the one that is explained. */
function outputsOf(state: AppState, { logits, score }: ExplainedImage): Pick<ArchivedImage, 'predicted' | 'explained'> {
  const named = (index: number) => namedOutput(logits, index, score.reading, classNameOf(state, index));
  const best = exportedScore({ ...state, view: { ...state.view, classIndex: null } }, logits).classIndex;
  return { predicted: named(best), explained: named(score.classIndex) };
}

/** @throws AppError where no other image can be made either; what is wrong with this one alone is noted in its entry */
export async function madeImage(
  context: SliceContext,
  state: AppState,
  image: ListedImage,
  engine: Engine,
  signal: AbortSignal,
): Promise<MadeImage> {
  const { name, width, height } = image;
  const nothing = { name, width, height, predicted: null, explained: null, maps: [], error: null };
  try {
    const found = await explainedImage(context, state, image, engine, signal);
    const limit = commonLimit(
      state.view.display,
      found.maps.map(({ shown }) => shown.map),
    );
    const maps: MadeMap[] = [];
    for (const { method, shown } of found.maps) {
      signal.throwIfAborted();
      const figure = finishedFigure(state, image, method, shown, found.logits, limit);
      if (figure) maps.push(await madeMap(context.dependencies, state, figure));
    }
    return { entry: { ...nothing, ...outputsOf(state, found) }, maps };
  } catch (error) {
    const { code, message } = asAppError(error);
    if (signal.aborted || code === 'device-lost' || code === 'internal') throw error;
    return { entry: { ...nothing, error: message }, maps: [] };
  }
}
