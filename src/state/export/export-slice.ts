import { exportName } from '../../core/reports/export-name.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { SliceContext } from '../slice.ts';
import type { ExportSlice, PageFile } from './export-state.ts';
import { Exporter } from './exporter.ts';
import { createFigureExports } from './figure-exports.ts';

const PAGE_TITLES: Readonly<Record<PageFile, string>> = {
  'paper-png': 'Figure for a paper',
  'paper-svg': 'Figure for a paper',
  report: 'Report',
  'side-by-side': 'Side by side',
};

/** What makes the larger files is loaded when one is asked for. */
export function createExportSlice(context: SliceContext, engineInUse: () => Engine | null): ExportSlice {
  const { store, dependencies } = context;
  const exporter = new Exporter(context);
  return {
    exporting: null,
    ...createFigureExports(context, exporter),

    savePage: (page) =>
      exporter.run(PAGE_TITLES[page], async ({ state }) => {
        const { makePageFile } = await import('./page-exports.ts');
        return makePageFile(page, state, context, engineInUse);
      }),

    saveArchive: () =>
      exporter.run('All images (ZIP)', async (run) => {
        const { makeArchive } = await import('./archive/make-archive.ts');
        return makeArchive(context, run);
      }),

    saveSession: () =>
      exporter.run('Session', async ({ state }) => {
        const { sessionOf } = await import('../session/session-content.ts');
        const engine = engineInUse();
        const session = engine && sessionOf(state, context.cache, await engine.identify(), dependencies.version);
        if (!session) return null;
        const first = session.images.find(({ id }) => id === session.selectedId) ?? session.images[0];
        const content = await dependencies.writeSession(session);
        return { content, name: exportName(first?.name ?? 'no-image', session.model.id, session.view.layer, 'session', 'fastcam') };
      }),

    async copyLink() {
      try {
        await dependencies.copyText(dependencies.link());
        store.getState().notify('info', 'The link to this view was copied; it carries settings and the name of a sample, and no image.');
      } catch {
        store.getState().notify('error', 'The browser did not let the link be copied; please copy it from the address bar.');
      }
    },

    copyText: (text) =>
      dependencies.copyText(text).then(
        () => true,
        () => false,
      ),

    cancelExport: () => exporter.cancel(),
  };
}
