import { asAppError } from '../../core/app-error.ts';
import { exportName } from '../../core/reports/export-name.ts';
import { type ReportFigure, reportHtml } from '../../core/reports/report.ts';
import { heatmapJson } from '../../explain/heatmap-json.ts';
import { ablationSweepIn } from '../../explain/methods/ablation-sweep.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import { scoreOf } from '../../explain/target.ts';
import { isSweepResult } from '../../explain/work.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { AppState, ExportSlice } from '../app-state.ts';
import type { FigureContent } from '../dependencies.ts';
import { figureOf } from '../explanation/figures.ts';
import { nothingWords } from '../explanation/nothing-words.ts';
import { classNameOf, type ShownMap, scoreNameOf, sharedLimit, shownMap } from '../explanation/selectors.ts';
import type { Image } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { logitsInView, selectedImage } from '../view/in-view.ts';
import { reportContent } from './report-content.ts';

interface Shown extends ShownMap {
  readonly image: Image;
}

/** The finished map on screen. Null when there is none: a figure that is still at work is not exported under a wrong name. */
function finished(state: AppState, method: MethodId): Shown | null {
  const shown = figureOf(state, method).status === 'done' ? shownMap(state, method) : null;
  const image = selectedImage(state);
  return shown && image ? { ...shown, image } : null;
}

function contentOf(state: AppState, { image, map }: Shown): FigureContent | null {
  const { model, view } = state;
  if (!model.card) return null;
  const { input, preprocessing } = model.card;
  const size = { width: image.width, height: image.height };
  return { image: size, map, limit: sharedLimit(state), input, fit: preprocessing.fit, display: view.display };
}

function captionOf(words: readonly string[]): string {
  return words.filter(Boolean).join(' · ');
}

function fileName(state: AppState, { image, score: { classIndex }, context }: Shown, method: string, extension: string): string {
  return exportName(image.name, classNameOf(state, classIndex), context.layer, method, extension);
}

export function createExportSlice({ store, dependencies }: SliceContext, engineInUse: () => Engine | null): ExportSlice {
  /** Runs one export at a time; what goes wrong becomes a notice. */
  async function exporting(what: string, run: (state: AppState) => Promise<void>): Promise<void> {
    if (store.getState().exporting) return;
    store.setState({ exporting: { what, share: 0 } });
    try {
      await run(store.getState());
    } catch (error) {
      store.getState().notify('error', asAppError(error).message);
    } finally {
      store.setState({ exporting: null });
    }
  }

  return {
    exporting: null,

    downloadOverlay: (method) =>
      exporting(`${methodOf(method).title} overlay`, async (state) => {
        const shown = finished(state, method);
        const content = shown && contentOf(state, shown);
        if (!shown || !content) return;
        const onProgress = (share: number) => store.setState(({ exporting: now }) => ({ exporting: now && { ...now, share } }));
        const png = await dependencies.renderOverlay(shown.image, content, onProgress);
        dependencies.saveFile(png, fileName(state, shown, methodOf(method).slug, 'png'));
      }),

    downloadHeatmap: (method) =>
      exporting(`${methodOf(method).title} heatmap`, async (state) => {
        const shown = finished(state, method);
        const { card } = state.model;
        const logits = logitsInView(state);
        if (!shown || !card || !logits) return;
        const { image, raw, result, context, score } = shown;
        const named = (index: number) => ({ index, name: classNameOf(state, index) });
        const sweep = ablationSweepIn(result);
        const baseline = isSweepResult(result) ? result.sweep.baseline : logits;
        const text = heatmapJson({
          method: methodOf(method).slug,
          model: context.modelId,
          layer: context.layer,
          class: named(score.classIndex),
          score: score.kind,
          baseline: scoreOf(baseline, score),
          map: raw,
          window: sweep?.window ?? null,
          stride: sweep?.stride ?? null,
          value: sweep?.value ?? null,
          versus: score.versus === null ? null : named(score.versus),
          input: { name: image.name, width: image.width, height: image.height },
          backend: context.backend,
          durationMs: result.durationMs,
          forwardMs: result.forwardMs,
        });
        dependencies.saveFile(new Blob([text], { type: 'application/json' }), fileName(state, shown, methodOf(method).slug, 'json'));
      }),

    downloadReport: () =>
      exporting('Report', async (state) => {
        const figures: ReportFigure[] = [];
        let name = '';
        for (const id of state.view.methods) {
          const shown = finished(state, id);
          const content = shown && contentOf(state, shown);
          if (!shown || !content) continue;
          name ||= fileName(state, shown, 'report', 'html');
          const grid = `${shown.raw.rows} × ${shown.raw.columns}`;
          const caption = captionOf([scoreNameOf(state, shown.score), shown.context.layer, grid, nothingWords(shown)]);
          if (figures.length === 0) {
            const image = await dependencies.figureImage(shown.image.bitmap, { ...content, map: null });
            figures.push({ title: 'Image', caption: shown.image.name, image, rows: 0, columns: 0, values: new Float32Array() });
          }
          const image = await dependencies.figureImage(shown.image.bitmap, content);
          figures.push({ title: methodOf(id).title, caption, image, ...shown.raw });
        }
        const engine = engineInUse();
        if (!engine || !name) return;
        const surroundings = {
          model: await engine.identify(),
          version: dependencies.version,
          url: dependencies.link(),
          madeAt: new Date(),
        };
        const html = reportHtml(reportContent(state, figures, surroundings));
        dependencies.saveFile(new Blob([html], { type: 'text/html' }), name);
      }),

    async copyLink() {
      try {
        await dependencies.copyText(dependencies.link());
        store.getState().notify('info', 'The link to this view was copied; it carries settings, and no image.');
      } catch {
        store.getState().notify('error', 'The browser did not let the link be copied; please copy it from the address bar.');
      }
    },

    downloadSideBySide: () =>
      exporting('Side by side', async (state) => {
        const all = METHODS.filter(({ id }) => state.view.methods.includes(id)).flatMap(({ id, title }) => {
          const shown = finished(state, id);
          const content = shown && contentOf(state, shown);
          if (!shown || !content) return [];
          return [
            { shown, content, caption: captionOf([title, scoreNameOf(state, shown.score), shown.context.layer, nothingWords(shown)]) },
          ];
        });
        const [first] = all;
        if (!first) return;
        const png = await dependencies.renderSideBySide(first.shown.image.bitmap, all);
        dependencies.saveFile(png, fileName(state, first.shown, 'side-by-side', 'png'));
      }),
  };
}
