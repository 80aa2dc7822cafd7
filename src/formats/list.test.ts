import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isModelRole } from '../core/models/file-role.ts';
import { kindOfFile } from './file-kind.ts';
import type { Format, FormatRow } from './format.ts';
import { FORMATS, READABLE, READABLE_AT_LENGTH, READABLE_AT_URL } from './list.ts';
import { readModel } from './read-model.ts';
import { utf8 } from './testing/sound-models.ts';
import { given, refusal } from './testing/sound-reading.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The rows of the table under “What it takes”. */
function rowsOfReadme(): FormatRow[] {
  const readme = readFileSync(`${HERE}/../../README.md`, 'utf8');
  const [, section = ''] = /^## What it takes$([\s\S]*?)^## /m.exec(readme) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [what = '', fromWhere = '', whatIsRead = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { what, fromWhere, whatIsRead };
  });
}

const folders = readdirSync(HERE).filter((name) => existsSync(`${HERE}/${name}/format.ts`));

describe('the list of formats', () => {
  it('is the README’s table, row by row', () => {
    expect(rowsOfReadme()).toEqual(FORMATS.flatMap(({ rows = [] }) => rows));
  });

  it('has every folder with a format in it, once', async () => {
    const described = await Promise.all(
      folders.map(async (folder): Promise<Format[]> => Object.values(await import(`./${folder}/format.ts`))),
    );
    expect(described.flat()).toHaveLength(FORMATS.length);
    expect(new Set(described.flat())).toEqual(new Set(FORMATS));
  });

  it('says of each how it is read, or why it is not', () => {
    for (const { title, hint, rows, reader, begins, kinds } of FORMATS) {
      const isListed = (rows ?? []).length > 0;
      expect(isListed, title).toBe((title ?? hint) !== undefined);
      expect(begins !== undefined, title).toBe(reader !== undefined);
      for (const { id, role, refusal: sentence } of kinds) {
        expect(sentence !== undefined, id).toBe(role.use === 'refused');
        expect(role.use === 'refused' || isListed, id).toBe(true);
      }
    }
  });

  it('has a reader for every role of a model, and every reader one', async () => {
    const begun = FORMATS.flatMap(({ begins = [] }) => begins);
    const roles = FORMATS.flatMap(({ kinds, json = [] }) => [...kinds, ...json].map(({ role }) => role)).filter(isModelRole);
    for (const { id } of roles) expect(begun, id).toContain(id);
    for (const { reader } of FORMATS) if (reader) expect(await reader()).toHaveProperty('find');
  });

  it('names no kind twice', () => {
    const ids = FORMATS.flatMap(({ kinds }) => kinds.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(FORMATS.flatMap(({ kinds }) => kinds.flatMap(({ id, endings = [] }) => endings.map((ending) => [ending, id]))))(
    'tells .%s by its name where nothing else does: %s',
    (ending, id) => {
      expect(kindOfFile(`MODEL.${ending.toUpperCase()}`, utf8('nothing in particular')).id).toBe(id);
    },
  );
});

describe('what the page says of formats', () => {
  it('names every one that is read', () => {
    for (const { title, hint, atUrl = [] } of FORMATS) {
      if (title) expect(READABLE).toContain(title);
      if (hint ?? title) expect(READABLE_AT_LENGTH).toContain(hint ?? title);
      for (const ending of atUrl) expect(READABLE_AT_URL).toContain(ending);
    }
    expect(READABLE).toBe(
      'a Keras model (.keras, .h5), a PyTorch checkpoint (.pth, .pt, .ckpt), a tf.js model (model.json with its shards), the .safetensors of a known architecture, an ONNX model (.onnx), a TensorFlow checkpoint (.index with its .data files) or a TensorFlow Lite model (.tflite)',
    );
  });

  it('stands in the sentence about what cannot be read', async () => {
    const files = given({ 'paper.pdf': utf8('%PDF-1.4') });
    await expect(readModel(files)).rejects.toMatchObject(
      refusal('model-unsupported', 'The file paper\\.pdf is neither a model', 'a Keras'),
    );
    await expect(readModel(files)).rejects.toThrow(`please give ${READABLE}, or a PNG, JPEG, WebP, AVIF, GIF or TIFF.`);
  });
});
