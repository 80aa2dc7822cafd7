/** `layers MODEL`: what there is to explain in a network, and what it costs. */
import { AppError } from '../core/app-error.ts';
import { ablationAt } from '../explain/ablation-plan.ts';
import type { LayerInfo } from '../explain/layer-info.ts';
import { methodOf } from '../explain/methods/list.ts';
import type { ModelInfo } from '../protocol/engine.ts';
import { askedOf } from '../sets/command-line/flags.ts';
import type { Asked } from '../sets/command-line/settings.ts';
import { ablationOf, checkOpened } from '../sets/command-line/settings-for.ts';
import { type Arguments, isSaid, textOf } from './arguments.ts';
import { EXIT_CODES } from './exit-code.ts';
import { openModel } from './model/open-model.ts';
import { remarkOn } from './model/remarks.ts';
import type { Program } from './program.ts';

/** What each method costs at a layer, in forward passes of the whole network, by the method's name; null where it cannot be explained. */
function costsAt(layer: LayerInfo, asked: Asked, info: ModelInfo): Record<string, number> | null {
  if (layer.unsupportedReason !== null) return null;
  const ablation = ablationAt(layer, ablationOf(asked));
  return Object.fromEntries(asked.methods.map((id) => [methodOf(id).slug, methodOf(id).cost(layer, ablation, info).passes]));
}

function rowsOf(info: ModelInfo, asked: Asked): string[][] {
  const head = ['layer', 'kind', 'cells', 'channels', ...asked.methods.map((id) => methodOf(id).slug), ''];
  const rows = info.layers.map((layer) => {
    const costs = costsAt(layer, asked, info);
    const note = layer.unsupportedReason ?? (layer.name === info.defaultLayer ? 'default' : '');
    const costTexts = asked.methods.map((id) => costs?.[methodOf(id).slug]?.toPrecision(3) ?? '-');
    return [layer.name, layer.kind, `${layer.rows}x${layer.columns}`, `${layer.channels}`, ...costTexts, note];
  });
  return [head, ...rows];
}

/** Columns of a width each; names on the left, numbers on the right. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const last = widths.length - 1;
  const cellOf = (text: string, column: number) => {
    if (column === last) return text;
    return column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  };
  return rows.map((row) => row.map(cellOf).join('  ').trimEnd()).join('\n');
}

export async function layers(given: Arguments, { terminal, makeWorker }: Program): Promise<number> {
  const [name, ...rest] = given.positionals;
  if (!name || rest.length > 0) throw new AppError('option-wrong', 'Please name one MODEL.');
  const asked = askedOf('layers', given.values);
  const labels = textOf(given, 'labels');
  const { id, model } = await openModel(name, { copy: asked.copy, choices: asked.choice, input: asked.input, labels });
  const worker = makeWorker();
  try {
    const { input, output } = asked;
    const { info } = await worker.open({ model, modelId: id, backend: 'wasm', input, output, isIdentified: false, isPlanned: true });
    checkOpened(asked, info);
    const remark = remarkOn(info, asked, labels);
    if (remark !== '') terminal.say(remark);
    if (isSaid(given, 'json')) {
      const rows = info.layers.map((layer) => ({
        name: layer.name,
        kind: layer.kind,
        block: layer.block,
        shape: [layer.rows, layer.columns, layer.channels],
        isDefault: layer.name === info.defaultLayer,
        unsupportedReason: layer.unsupportedReason,
        passes: costsAt(layer, asked, info),
      }));
      terminal.print(JSON.stringify({ model: id, title: info.title, input: info.input, classNames: info.classNames, layers: rows }));
    } else {
      terminal.note(`${info.title}: images of ${info.input.height} x ${info.input.width}; costs in forward passes of the whole network.`);
      terminal.print(tableOf(rowsOf(info, asked)));
    }
    return EXIT_CODES.done.code;
  } finally {
    await worker.close();
  }
}
