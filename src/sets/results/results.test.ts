import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SENSITIVITY } from '../../metrics/max-sensitivity.ts';
import { SETTINGS } from '../command-line/settings.ts';
import { sampleLine, sampleRecord } from '../testing/sample-run.ts';
import { formatResultLine, namedOutput, parseResultLines, setResultOf } from './result-line.ts';
import {
  formatRunRecord,
  keptSetOf,
  parseRunRecord,
  pathsOfShard,
  type RunRecord,
  recordFileName,
  resultsFileName,
  shardOfFileName,
} from './run-record.ts';
import { checkSameRun, differenceOf, type FinishedRun, mergeRuns } from './same-run.ts';

const PATHS = ['trees/ash/1.png', 'trees/elm/2.png', 'trees/elm/3.png', 'trees/oak/4.png', 'trees/oak/5.png'];
let record: RunRecord;
beforeAll(async () => {
  record = await sampleRecord(PATHS);
});

describe('results.jsonl', () => {
  const text = PATHS.map((path) => formatResultLine(sampleLine(path))).join('');

  it('is read as it is written', () => {
    expect(parseResultLines('results.jsonl', text)).toEqual({ lines: PATHS.map(sampleLine), wholeLength: text.length });
  });

  it('that was torn off is read up to its last whole line, wherever that was', () => {
    const last = formatResultLine(sampleLine(PATHS[4] ?? ''));
    for (const missing of [1, 2, 40, last.length - 1]) {
      const { lines, wholeLength } = parseResultLines('results.jsonl', text.slice(0, text.length - missing));
      expect(lines).toEqual(PATHS.slice(0, 4).map(sampleLine));
      expect(wholeLength).toBe(text.length - last.length);
    }
    expect(parseResultLines('results.jsonl', '')).toEqual({ lines: [], wholeLength: 0 });
    expect(parseResultLines('results.jsonl', '{"path":')).toEqual({ lines: [], wholeLength: 0 });
  });

  it('has of an image that was tried again what came last', () => {
    const failed = { ...sampleLine(PATHS[1] ?? ''), maps: [], error: { code: 'image-unreadable', message: 'No.' } };
    const { lines } = parseResultLines('results.jsonl', formatResultLine(failed) + text);
    expect(lines.map(({ error }) => error)).toEqual(PATHS.map(() => null));
  });

  it.each<readonly [string, string]>([
    ['no JSON', '{"path":"a"\n'],
    ['another kind of JSON', '[1]\n'],
    ['a line without a path', `${formatResultLine({ ...sampleLine('a'), path: '' })}`],
    ['a null byte', '\0\n'],
    ...['../a.png', 'maps/../../a.png', '/etc/a.png', 'maps\\..\\..\\a.png', 'C:\\a.png', ''].map(
      (path) =>
        [
          `a map at “${path}”`,
          formatResultLine({ ...sampleLine('a'), maps: sampleLine('a').maps.map((map) => ({ ...map, overlay: path })) }),
        ] as const,
    ),
  ])('with %s in the middle names the line', (_, row) => {
    expect(() => parseResultLines('results.jsonl', text + row + text)).toThrow('Line 6 of results.jsonl is no result of an image');
  });

  it('is what the page’s Dataset shows', () => {
    const line = sampleLine('trees/elm/2.png');
    const map = { rows: 1, columns: 2, values: Float32Array.of(1, 2) };
    const { predicted, scores, left } = line;
    const common = { path: line.path, label: 'elm', predicted: 'elm', value: null, left, size: { width: 40, height: 30 }, scores };
    expect(setResultOf(line)).toEqual({ ...common, probability: 0.75 });
    expect(setResultOf(line, { a: map })?.maps).toEqual({ a: map });
    const ofNumber = { ...line, label: null, predicted: predicted && { ...predicted, probability: null } };
    expect(setResultOf(ofNumber)).toMatchObject({ probability: null, value: 1.5 });
    expect(setResultOf({ ...line, error: { code: 'image-empty', message: 'No.' } })).toBeNull();
  });

  it('says what the network says of a class', () => {
    expect(namedOutput(Float32Array.of(0, Math.log(3)), 1, 'softmax', 'b')).toEqual({
      index: 1,
      name: 'b',
      probability: expect.closeTo(0.75, 6),
      value: expect.closeTo(Math.log(3), 6),
    });
    expect(namedOutput(Float32Array.of(4), 0, 'number', 'height')).toEqual({ index: 0, name: 'height', probability: null, value: 4 });
  });
});

describe('run.json', () => {
  it('is read as it is written', () => {
    expect(parseRunRecord('run.json', formatRunRecord(record))).toEqual(record);
  });

  it.each([
    ['no JSON', '{'],
    ['of another program', '{"format":"other"}'],
    ['of a later format', JSON.stringify({ ...JSON.parse('{}'), format: 'fast-ablation-cam-run', formatVersion: 2 })],
  ])('that is %s is refused', (_, text) => {
    expect(() => parseRunRecord('run.json', text)).toThrow(/^The file run\.json is no record of a run \(.+\); please/);
  });

  it('names the field that is wrong', () => {
    const broken = { ...record, settings: { ...record.settings, ablation: { ...record.settings.ablation, window: 0 } } };
    expect(() => parseRunRecord('run.json', formatRunRecord(broken))).toThrow('its field settings.ablation.window is missing or wrong');
  });

  it('has a name of its own for each shard', () => {
    for (const shard of [null, { index: 2, count: 16 }]) {
      expect(shardOfFileName(recordFileName(shard))).toEqual(shard);
      expect(shardOfFileName(resultsFileName(shard))).toEqual(shard);
    }
    for (const name of ['run.jsonl', 'run.2-of-4.jsonl', 'results.json', 'results.2-of-4.json', 'xrun.json', 'notes.txt'])
      expect(shardOfFileName(name), name).toBeUndefined();
  });

  it('is what the page keeps of a set', () => {
    expect(keptSetOf(record, PATHS)).toMatchObject({
      name: 'trees',
      paths: PATHS,
      modelId: 'trees',
      layer: 'last',
      settings: { steps: 8 },
    });
  });
});

describe('runs that belong together', () => {
  it('ask the same of the same network', () => {
    expect(differenceOf(record, { ...record, startedAt: 'later' })).toBeNull();
    expect(() => checkSameRun('out', record, record)).not.toThrow();
  });

  it.each<[string, Partial<RunRecord> | ((of: RunRecord) => RunRecord)]>([
    ['the versions 0.1.0 and 0.2.0 may find other numbers', { version: '0.2.0' }],
    ['for “measure”, the other for “explain”', { command: 'explain' }],
    ['other weights', (of) => ({ ...of, model: { ...of.model, sha256: 'cd' } })],
    ['--layer is last in the one and other in the other', (of) => ({ ...of, settings: { ...of.settings, layer: 'other' } })],
    ['--class is the best one in the one and elm in the other', (of) => ({ ...of, settings: { ...of.settings, classIndex: 1 } })],
    ['--target is logit in the one and probability in the other', (of) => ({ ...of, settings: { ...of.settings, score: 'probability' } })],
    ['--backend is wasm in the one and cpu in the other', (of) => ({ ...of, settings: { ...of.settings, backend: 'cpu' } })],
    ['the classes are called otherwise', (of) => ({ ...of, model: { ...of.model, classNames: ['oak', 'elm', 'fir'] } })],
    ['other images (5 and 4)', { set: { count: 4, sha256: 'ef' } }],
    ['other shards', { shard: { index: 1, count: 2 } }],
    ['--replacement auto chose another one', { chosen: null }],
  ])('do not where %s', (words, change) => {
    const other = typeof change === 'function' ? change(record) : { ...record, ...change };
    expect(() => checkSameRun('out', record, other)).toThrow(words);
  });

  it('do not where any setting is another one, which is said by its option', () => {
    const options: string[] = [];
    // Every number, word and list of a record's settings in turn, changed.
    const change = (value: unknown, rebuild: (changed: unknown) => RunRecord['settings']): void => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        for (const [key, inner] of Object.entries(value)) change(inner, (changed) => rebuild({ ...value, [key]: changed }));
        return;
      }
      const changed = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : Array.isArray(value) ? ['x'] : 'other';
      const [, option = ''] = /^--(\S+) is /.exec(differenceOf(record, { ...record, settings: rebuild(changed) }) ?? '') ?? [];
      options.push(option);
    };
    const { sensitivity: _, ...measure } = record.settings.measure;
    const settings = { ...record.settings, choices: { pool: 'mean' }, measure: { ...measure, sensitivity: DEFAULT_SENSITIVITY } };
    change(settings, (changed) => changed as RunRecord['settings']);
    expect(options).toHaveLength(38);
    for (const option of options) expect(Object.keys(SETTINGS)).toContain(option);
  });
});

describe('shards', () => {
  const shardsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ index: i + 1, count }));

  it.each([1, 2, 3, 5, 8])('in %d take every image once', (count) => {
    const parts = shardsOf(count).map((shard) => pathsOfShard(PATHS, shard));
    expect(parts.flat().sort()).toEqual(PATHS);
    expect(Math.max(...parts.map(({ length }) => length)) - Math.min(...parts.map(({ length }) => length))).toBeLessThanOrEqual(1);
  });

  async function finished(count: number): Promise<FinishedRun[]> {
    const runs = shardsOf(count).map(async (shard): Promise<FinishedRun> => {
      const own = await sampleRecord(PATHS, shard);
      return { fileName: recordFileName(shard), record: own, lines: own.paths.map(sampleLine).toReversed() };
    });
    return Promise.all(runs);
  }

  it.each([1, 2, 4, 8])('in %d are one run once they are merged, in whatever order', async (count) => {
    const { record: merged, lines } = await mergeRuns((await finished(count)).toReversed());
    expect(merged).toEqual(record);
    expect(lines).toEqual(PATHS.map(sampleLine));
  });

  it('are not merged where one is missing, there twice, unfinished, or of another run', async () => {
    const runs = await finished(4);
    const [first, second] = runs as [FinishedRun, FinishedRun];
    await expect(mergeRuns([])).rejects.toThrow('There are no results to merge');
    await expect(mergeRuns(runs.slice(1))).rejects.toThrow('Shard 1 of 4 is not there');
    await expect(mergeRuns([...runs, first])).rejects.toThrow('Shard 1 of 4 is there twice');
    const unfinished = runs.map((run) => (run === first ? { ...run, lines: run.lines.slice(1) } : run));
    await expect(mergeRuns(unfinished)).rejects.toThrow(/Of shard 1 of 4 1 of 2 images are missing, such as trees/);
    const other = { ...second, record: { ...second.record, model: { ...second.record.model, sha256: 'ef' } } };
    await expect(mergeRuns(runs.map((run) => (run === second ? other : run)))).rejects.toThrow('other weights');
    const lessThanAll = runs.map((run) => ({ ...run, record: { ...run.record, paths: run.record.paths.slice(0, 1) } }));
    await expect(mergeRuns(lessThanAll)).rejects.toThrow('have 4 images together, and not the 5');
  });
});
