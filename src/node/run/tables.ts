/** What was measured, as the page's Dataset writes it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseResultLines, setResultOf } from '../../sets/results/result-line.ts';
import { keptSetOf, type RunRecord, resultsFileName } from '../../sets/results/run-record.ts';
import { setTable, setTableName, TABLE_FORMATS } from '../../sets/set-table.ts';
import { writeWhole } from '../output/whole-file.ts';

/** @returns the names of the files */
export async function writeTables(out: string, record: RunRecord): Promise<string[]> {
  const path = join(out, resultsFileName(null));
  const { lines } = parseResultLines(path, await readFile(path, 'utf8'));
  const byPath = new Map(lines.map((line) => [line.path, line]));
  const results = record.paths.flatMap((image) => {
    const line = byPath.get(image);
    return (line && setResultOf(line)) ?? [];
  });
  const kept = keptSetOf(record, record.paths);
  const names = TABLE_FORMATS.map((format) => [format, setTableName(kept, format)] as const);
  for (const [format, name] of names) await writeWhole(join(out, name), setTable(kept, results, format));
  return names.map(([, name]) => name);
}
