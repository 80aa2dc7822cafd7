/** What leaves the page of all that is on screen, in one file. */
import { withSources } from '../../core/reports/drawing.ts';
import { type ReportFigure, reportHtml } from '../../core/reports/report.ts';
import { drawingSvg } from '../../core/reports/svg.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { Engine } from '../../protocol/engine.ts';
import { combinedMaps } from '../across-layers/depth-maps.ts';
import type { AppState } from '../app-state.ts';
import { derivedHeading } from '../compare/derived-words.ts';
import { disagreementInView } from '../compare/disagreement-map.ts';
import type { FigureContent } from '../dependencies.ts';
import { caveatInFull, caveatWords } from '../explanation/nothing-words.ts';
import { explainedName } from '../explanation/selectors.ts';
import type { Image } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { steadyMaps } from '../stability/steady-maps.ts';
import { selectedImage } from '../view/in-view.ts';
import { derivedFigure } from './derived-exports.ts';
import type { PageFile } from './export-state.ts';
import type { MadeFile } from './exporter.ts';
import { captionOf, paperCaption, paperDrawing, paperScale, sideBySideDrawing } from './figure-sheets.ts';
import { type FinishedFigure, figuresOnScreen, fileNameOf } from './finished-figures.ts';
import { reportContent } from './report-content.ts';

/** Of a figure in a report: enough for a page of paper. */
const REPORT_SIDE = 1000;
/** Of a figure in a paper: what is scaled down there is printed finer. */
const PAPER_SIDE = 1600;

/** What is on screen. */
interface Shown {
  readonly state: AppState;
  readonly image: Image;
  readonly figures: readonly FinishedFigure[];
  readonly first: FinishedFigure;
}

interface PageExport {
  /** In the file's name, and its ending. */
  readonly file: readonly [string, string];
  make(shown: Shown): Promise<Blob | null>;
}

/** @returns null: there is nothing on screen */
export async function makePageFile(
  page: PageFile,
  state: AppState,
  { dependencies }: SliceContext,
  engineInUse: () => Engine | null,
): Promise<MadeFile | null> {
  const { textWidth, version } = dependencies;

  async function paperSvg({ state, image, figures }: Shown): Promise<Blob | null> {
    const drawing = paperDrawing(state, figures, version, textWidth);
    if (!drawing) return null;
    const images = new Map<FigureContent, string>();
    for (const mark of drawing.marks)
      if (mark.kind === 'image') images.set(mark.source, await dependencies.figureImage(image.bitmap, mark.source, PAPER_SIDE));
    const svg = drawingSvg(
      withSources(drawing, (source) => images.get(source) ?? ''),
      paperCaption(state, figures, version),
    );
    return new Blob([svg], { type: 'image/svg+xml' });
  }

  async function report({ state, image: { bitmap, name }, figures, first }: Shown): Promise<Blob | null> {
    const engine = engineInUse();
    if (!engine) return null;
    const original = await dependencies.figureImage(bitmap, { ...first.content, map: null }, REPORT_SIDE);
    const shown: ReportFigure[] = [
      { title: 'Image', caption: name, image: original, legend: null, rows: 0, columns: 0, values: new Float32Array() },
    ];
    for (const { method, shown: map, content, legend } of figures) {
      const grid = `${map.raw.rows} × ${map.raw.columns}`;
      const made = methodOf(method).details(map.result);
      const caption = captionOf([explainedName(state, map), map.context.layer, grid, ...made, caveatWords(map)]);
      const image = await dependencies.figureImage(bitmap, content, REPORT_SIDE);
      shown.push({ title: methodOf(method).title, caption, image, legend, ...map.map });
    }
    for (const derived of [disagreementInView(state) ?? [], combinedMaps(state), steadyMaps(state)].flat()) {
      const figure = derivedFigure(state, derived);
      if (!figure) continue;
      const { map, name: explained, layer, caveat } = derived;
      shown.push({
        title: derivedHeading(derived),
        caption: captionOf([explained, layer, `${map.rows} × ${map.columns}`, caveatInFull(caveat)]),
        image: await dependencies.figureImage(bitmap, figure.content, REPORT_SIDE),
        legend: figure.legend,
        ...map,
      });
    }
    const surroundings = { model: await engine.identify(), version, url: dependencies.link(), madeAt: new Date() };
    return new Blob([reportHtml(reportContent(state, shown, surroundings))], { type: 'text/html' });
  }

  const EXPORTS: Readonly<Record<PageFile, PageExport>> = {
    'paper-png': {
      file: ['figure', 'png'],
      async make({ state, image, figures, first }) {
        const drawing = paperDrawing(state, figures, version, textWidth);
        return drawing && dependencies.renderDrawing(image.bitmap, drawing, paperScale(first));
      },
    },
    'paper-svg': { file: ['figure', 'svg'], make: paperSvg },
    report: { file: ['report', 'html'], make: report },
    'side-by-side': {
      file: ['side-by-side', 'png'],
      async make({ state, image, figures }) {
        const drawing = sideBySideDrawing(state, figures, textWidth);
        return drawing && dependencies.renderDrawing(image.bitmap, drawing, 1);
      },
    },
  };

  const { file, make } = EXPORTS[page];
  const figures = figuresOnScreen(state);
  const [first] = figures;
  const image = selectedImage(state);
  const content = first && image && (await make({ state, image, figures, first }));
  return content ? { content, name: fileNameOf(state, first, ...file) } : null;
}
