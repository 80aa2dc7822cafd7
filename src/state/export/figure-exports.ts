/** What leaves the page of one figure. */

import type { Drawing, Mark } from '../../core/reports/drawing.ts';
import { legendMarks } from '../../core/reports/legend.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { AppDependencies, FigureContent } from '../dependencies.ts';
import type { SliceContext } from '../slice.ts';
import { selectedImage } from '../view/in-view.ts';
import { derivedData, derivedFigure, derivedName } from './derived-exports.ts';
import type { ExportSlice } from './export-state.ts';
import type { Exporter, ExportRun, MadeFile } from './exporter.ts';
import { dataFile, type FinishedFigure, figureOnScreen, fileNameOf } from './finished-figures.ts';

const TITLES = { overlay: 'overlay', heatmap: 'heatmap', json: 'data (JSON)', npy: 'data (NPY)' } as const;

/** Below this no legend can be read. */
const MIN_HEATMAP_WIDTH = 240;

/** The map alone at the image's own size, transparent where the network saw nothing, and below it the colour scale. */
function heatmapDrawing(
  { content, legend }: Pick<FinishedFigure, 'content' | 'legend'>,
  { textWidth }: Pick<AppDependencies, 'textWidth'>,
): Drawing<FigureContent> {
  const { width, height } = content.image;
  const source: FigureContent = { ...content, display: { ...content.display, content: 'heatmap' } };
  const across = Math.max(width, MIN_HEATMAP_WIDTH);
  const size = Math.max(11, Math.round(across / 40));
  const margin = size / 2;
  const laid = legendMarks(legend, { left: margin, top: height + margin, width: across - 2 * margin, size }, textWidth);
  const whole = Math.ceil(laid.bottom + margin);
  // Letters must be read on any ground.
  const marks: Mark<FigureContent>[] = [
    { kind: 'image', frame: { left: 0, top: 0, width, height }, source, title: '' },
    { kind: 'box', frame: { left: 0, top: height, width: across, height: whole - height }, colour: '#ffffff' },
    ...laid.marks,
  ];
  return { width: across, height: whole, ground: null, marks };
}

export function createFigureExports(
  { store, dependencies }: SliceContext,
  exporter: Exporter,
): Pick<ExportSlice, 'saveFigure' | 'saveDerived' | 'copyFigure'> {
  function overlay({ image, content }: Pick<FinishedFigure, 'image' | 'content'>, onProgress: ExportRun['onProgress']): Promise<Blob> {
    return dependencies.renderOverlay(image, content, (share) => onProgress({ share }));
  }

  return {
    saveFigure: (method, file) =>
      exporter.run(`${methodOf(method).title} ${TITLES[file]}`, async ({ state, onProgress }): Promise<MadeFile | null> => {
        const figure = figureOnScreen(state, method);
        if (!figure) return null;
        if (file === 'json' || file === 'npy') return dataFile(state, figure, file);
        const { slug } = methodOf(method);
        if (file === 'overlay') return { content: await overlay(figure, onProgress), name: fileNameOf(state, figure, slug, 'png') };
        const image = selectedImage(state);
        const content = image && (await dependencies.renderDrawing(image.bitmap, heatmapDrawing(figure, dependencies), 1));
        return content && { content, name: fileNameOf(state, figure, `${slug}_heatmap`, 'png') };
      }),

    saveDerived: (derived, file) =>
      exporter.run(`${derived.title} ${TITLES[file]}`, async ({ state, onProgress }): Promise<MadeFile | null> => {
        const figure = derivedFigure(state, derived);
        if (!figure) return null;
        if (file === 'json' || file === 'npy')
          return { content: derivedData(state, figure, file), name: derivedName(state, figure, '', file) };
        if (file === 'overlay') return { content: await overlay(figure, onProgress), name: derivedName(state, figure, '', 'png') };
        const content = await dependencies.renderDrawing(figure.image.bitmap, heatmapDrawing(figure, dependencies), 1);
        return { content, name: derivedName(state, figure, '_heatmap', 'png') };
      }),

    copyFigure: (method) =>
      exporter.run(`${methodOf(method).title} overlay`, async ({ state, onProgress }) => {
        const figure = figureOnScreen(state, method);
        if (!figure) return null;
        const png = overlay(figure, onProgress);
        // Asked at once, while the browser knows that a person wants it.
        const isCopied = dependencies.copyImage(png).then(
          () => true,
          () => false,
        );
        // What is wrong with the image itself is said as such.
        await png;
        if (await isCopied) store.getState().notify('info', 'The overlay was copied.');
        else store.getState().notify('error', 'The browser did not let the image be copied; please save the overlay as PNG instead.');
        return null;
      }),
  };
}
