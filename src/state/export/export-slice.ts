import type { Engine } from '../../protocol/engine.ts';
import type { SliceContext } from '../slice.ts';
import { createArchiveExport } from './archive-export.ts';
import type { ExportSlice } from './export-state.ts';
import { Exporter } from './exporter.ts';
import { createFigureExports } from './figure-exports.ts';
import { createPageExports } from './page-exports.ts';

export function createExportSlice(context: SliceContext, engineInUse: () => Engine | null): ExportSlice {
  const { store, dependencies } = context;
  const exporter = new Exporter(context);
  return {
    exporting: null,
    ...createFigureExports(context, exporter),
    ...createPageExports(context, exporter, engineInUse),
    ...createArchiveExport(context, exporter),

    async copyLink() {
      try {
        await dependencies.copyText(dependencies.link());
        store.getState().notify('info', 'The link to this view was copied; it carries settings and the name of a sample, and no image.');
      } catch {
        store.getState().notify('error', 'The browser did not let the link be copied; please copy it from the address bar.');
      }
    },

    cancelExport: () => exporter.cancel(),
  };
}
