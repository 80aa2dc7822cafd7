import { parseArgs } from 'node:util';
import { CHOICES, type Choice } from './choices.ts';

export const USAGE = `Usage: npm run model -- NAME [--again]

Fetches a trained network into public/models, where the page's next build finds it. NAME is one of

${CHOICES.map(({ name, summary }) => `  ${name.padEnd(22)}${summary}`).join('\n')}

  --again               fetch it even though it is there already`;

export interface ModelOptions {
  readonly choice: Choice;
  readonly again: boolean;
}

/** @throws Error with one sentence for arguments that make no sense. */
export function parseOptions(argv: string[]): ModelOptions {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { again: { type: 'boolean', default: false } },
  });
  const [name, ...rest] = positionals;
  if (!name || rest.length) throw new Error('Please name one model.');
  const choice = CHOICES.find((candidate) => candidate.name === name);
  if (!choice) throw new Error(`No model called ${name} can be fetched.`);
  return { choice, again: values.again };
}
