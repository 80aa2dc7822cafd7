/** Whatever keeps a command from being done ends in one sentence, and a code that is not 0. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../exit-code.ts';
import { runHere } from '../testing/run-here.ts';
import { type TinySet, tinySet } from '../testing/tiny-set.ts';

let set: TinySet;
beforeAll(async () => {
  set = await tinySet(2);
  mkdirSync(set.out('empty/below'), { recursive: true });
  writeFileSync(set.out('empty/notes.txt'), 'no image');
  writeFileSync(set.out('file'), 'a file');
  writeFileSync(set.out('two.txt'), 'oak\nelm\n');
  writeFileSync(set.out('no-model.keras'), 'no model');
});
afterAll(() => set.remove());

/** `{x}` is what is called so in the folder of the test. */
function given(words: string): string[] {
  return words.split(' ').map((word) => word.replace(/\{(.*)\}/, (_, name: string) => (name === 'model' ? set.model : set.out(name))));
}

const NOBODY = 65_534;

const RUN = '--model {model} --out {out}';

describe('one sentence and a code', () => {
  it.each<[command: string, code: number, sentence: string]>([
    ['', 2, ''],
    ['explian x', 2, 'There is no command explian; please say explain, or see “fast-ablation-cam --help”.'],
    ['run x', 2, 'There is no command run; please choose one of explain, measure, layers, merge, convert, or see “fast'],
    ['explain', 2, 'Please name the images'],
    ['explain {trees} --out {out}', 2, 'Please say --model MODEL'],
    ['explain {trees} --model {model}', 2, 'Please say --out DIR'],
    [`explain {trees} ${RUN} --depth 3`, 2, 'There is no option --depth of explain; please see “fast-ablation-cam explain --help”.'],
    [
      `explain {trees} ${RUN} --modle x`,
      2,
      'There is no option --modle of explain; please say --model, or see “fast-ablation-cam explain --help”.',
    ],
    [`explain {trees} ${RUN} -m x`, 2, 'There is no option -m of explain;'],
    [`explain {trees} ${RUN} --json=1`, 2, '--json takes no value; please leave “=1” out.'],
    [`explain {trees} ${RUN} --class 1 --class 2`, 2, '--class is said twice; please say it once.'],
    [
      `explain {trees} --model --out {out}`,
      2,
      '--model needs a value after it, MODEL, and not --out: where that is meant, please say --model=--out.',
    ],
    [`explain {trees} ${RUN} --class=`, 2, '--class needs a value after it, NAME: the class to explain'],
    [`explain {trees} ${RUN} --layer`, 2, '--layer needs a value after it, NAME: the layer to explain'],
    [`explain {trees} ${RUN} --methods grad-cam,magic`, 2, '--methods grad-cam,magic is no list of some of grad-cam,'],
    [`explain {trees} ${RUN} --workers 0`, 2, '--workers 0 is no whole number from 1 to 256.'],
    [`explain {trees} ${RUN} --shard 5/4`, 2, '--shard 5/4 is no I/N'],
    [`explain {trees} ${RUN} --steps 4`, 2, '--steps is no option of explain, but of measure; please leave it out.'],
    [`explain {trees} ${RUN} --window 12`, 2, 'leaves nothing to compare at the 12 × 12 cells of joined'],
    [`explain {trees} ${RUN} --input 64x64`, 2, 'The network Trees takes images of 12x12 alone; please leave --input out.'],
    [`explain {trees} ${RUN} --output 4`, 2, 'The network Trees has no output 4 that can be explained; --output may be 0 ('],
    ['layers {model} --output 4', 2, 'The network Trees has no output 4'],
    [`explain {trees} ${RUN} --copy ema`, 2, 'leaves no choice of --copy ema; please leave it out.'],
    [`explain {trees} ${RUN} --choice pool=avg`, 2, 'leaves no choice of --choice pool=avg; please leave it out.'],
    ['explain {trees} --model hf:nothing --out {out}', 2, 'hf:nothing is no name of a model on the Hugging Face hub'],
    [`explain {trees} ${RUN} --layer magic`, 3, 'The network Trees has no layer magic;'],
    [`explain {trees} ${RUN} --layer avg_pool`, 3, 'The layer avg_pool of Trees cannot be explained: It has no cells'],
    [`explain {trees} ${RUN} --class palm`, 3, 'The network Trees has no class palm; it has oak, elm, ash.'],
    [`explain {trees} ${RUN} --labels {two.txt}`, 3, 'two.txt names other than the 3 classes of Trees; please give a name for each.'],
    [`explain {trees} ${RUN} --labels {gone.txt}`, 3, 'gone.txt is not there; please check its name.'],
    ['explain {trees} --model {gone} --out {out}', 3, 'gone is not there; please check its name.'],
    ['explain {trees} --model {no-model.keras} --out {out}', 3, 'no-model.keras'],
    ['explain {trees} --model {empty} --out {out}', 3, 'empty holds no model; please name the file of one.'],
    ['explain {trees} --model {parts/model.json} --out {out}', 3, 'model.json'],
    [`explain {empty} ${RUN}`, 4, 'There are no images in'],
    [`explain {gone} ${RUN}`, 4, 'gone is not there; please check its name.'],
    [`explain {gone/*.png} ${RUN}`, 4, 'No image is called like'],
    [`explain - ${RUN}`, 4, 'No images were named'],
    [`explain {trees} ${RUN} --labels {empty}`, 3, 'empty is a folder; please check its name.'],
    ['explain {trees} --model {model} --out {file}', 6, 'could not be written (a file stands in the place of its folder)'],
    ['explain {trees} --model {model} --out {file}/below', 6, 'could not be written (a file stands in the place of its folder)'],
    ['merge --out {out}', 2, 'Please name the folders that the shards wrote into.'],
    ['merge {empty} --out {out}', 7, 'There are no results to merge'],
    ['merge {gone} --out {out}', 7, 'gone is not there; please check its name.'],
    ['layers', 2, 'Please name one MODEL.'],
    ['layers {gone}', 3, 'gone is not there; please check its name.'],
    ['convert {model}', 2, 'Please name one FILE and one OUT.'],
  ])('%s', async (command, code, sentence) => {
    mkdirSync(set.out('parts'), { recursive: true });
    cpSync(join(set.model, 'model.json'), set.out('parts/model.json'));
    const ended = await runHere(command === '' ? [] : given(command));
    expect(ended.code, ended.said).toBe(code);
    expect(ended.said).toContain(sentence);
    if (sentence === '') return;
    expect(ended.said.split('\n')).toHaveLength(1);
    expect(ended.said).toMatch(/[.]$/);
    expect(ended.printed).toBe('');
  });

  it.each(['{file}', '{file}/below'])('for %s, where a converted model cannot be written', async (place) => {
    const { code, said } = await runHere(given(`convert {model} ${place}`));
    expect([code, said.split('\n').at(-1)]).toEqual([
      6,
      expect.stringMatching(/could not be written \(a file stands in the place of its folder\); please/),
    ]);
  });

  it.runIf(existsSync('/proc/version'))('for a place that takes no folders, where Node itself tries for ever', async () => {
    const { code, said } = await runHere(given('explain {trees} --model {model} --out /proc/none'));
    expect([code, said]).toEqual([6, expect.stringContaining('run.json could not be written (there can be no such folder)')]);
  });

  it('for a folder that may not be read', async () => {
    mkdirSync(set.out('locked/inner'), { recursive: true });
    chmodSync(set.folder, 0o755);
    chmodSync(set.out('locked/inner'), 0);
    // Root may read everything: it becomes nobody meanwhile.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    const { code, said } = await runHere(given(`explain {locked} ${RUN}`)).finally(() => isRoot && process.seteuid?.(0));
    chmodSync(set.out('locked/inner'), 0o700);
    expect([code, said]).toEqual([4, expect.stringMatching(/^The folder .*inner may not be read; please change who may\.$/)]);
  });
});

describe('help', () => {
  it('is there for the program and every command, with an example each', async () => {
    const { code, printed } = await runHere(['--help']);
    expect(code).toBe(0);
    for (const name of ['explain', 'measure', 'layers', 'merge', 'convert']) {
      expect(printed).toContain(`npx fast-ablation-cam ${name} `);
      const own = await runHere([name, '--help']);
      expect(own.code).toBe(0);
      expect(own.printed).toContain(`Example\n  npx fast-ablation-cam ${name} `);
      expect(own.printed).toContain('Exit codes\n  0 ');
    }
    expect((await runHere(['--version'])).printed).toBe('test');
  });
});

it('the codes are those that are documented', () => {
  const documented = readFileSync('docs/command-line.md', 'utf8');
  for (const { code, when } of Object.values(EXIT_CODES)) expect(documented).toContain(`| ${code} | ${when} |`);
});

describe('layers', () => {
  it('lists the layers with what they cost, those that cannot be explained with the reason', async () => {
    const { code, printed } = await runHere(['layers', set.model, '--methods', 'eigen-cam,ablation-cam']);
    expect(code).toBe(0);
    const rows = printed.split('\n').map((row) => row.split(/ {2,}/));
    expect(rows[0]).toEqual(['layer', 'kind', 'cells', 'channels', 'ablation-cam', 'eigen-cam']);
    expect(rows.find(([name]) => name === 'joined')?.slice(0, 4)).toEqual(['joined', 'Concatenate', '12x12', '6']);
    expect(rows.find(([name]) => name === 'avg_pool')?.at(-1)).toMatch(/^It has no cells/);
    const { printed: json } = await runHere(['layers', set.model, '--json', '--methods', 'eigen-cam']);
    const { layers, model, input, classNames } = JSON.parse(json);
    expect({ model, input, classNames }).toEqual({
      model: 'trees-net',
      input: { width: 12, height: 12 },
      classNames: ['oak', 'elm', 'ash'],
    });
    expect(layers.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toEqual([
      expect.objectContaining({ name: 'joined', shape: [12, 12, 6], unsupportedReason: null, passes: { 'eigen-cam': 1 } }),
    ]);
  });
});
