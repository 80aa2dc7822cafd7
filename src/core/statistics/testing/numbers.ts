import { readFileSync } from 'node:fs';

/** A file of reference numbers; `tools/fixtures/make_faithfulness_numbers.py` says how they were made. */
export function readNumbers<Numbers>(name: string): Numbers {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Numbers;
}
