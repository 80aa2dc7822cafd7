import { describe, expect, it } from 'vitest';
import { METHODS } from '../../explain/methods/list.ts';
import { COMMANDS, type CommandName, described, isSetting, OPTIONS, type OptionName } from './commands.ts';
import { askedOf, commandLine, flagsOf, usualFor } from './flags.ts';
import { type Asked, SETTINGS, type SettingName, USUAL } from './settings.ts';

/** One value of every setting that is not the usual one, as text. */
const UNUSUAL: Readonly<Record<SettingName, string>> = {
  layer: 'block/conv 2',
  class: "it's -1",
  target: 'probability',
  versus: 'look-alikes',
  methods: METHODS.map(({ id }) => id)
    .slice(2)
    .join(),
  window: '3',
  stride: '2',
  value: '-1.5',
  channels: '0',
  patch: '32',
  'patch-stride': '8',
  'patch-value': 'blur',
  masks: '100',
  seed: '0',
  steps: '8',
  replacement: 'black',
  sensitivity: 'none',
  samples: '3',
  radius: '0.5',
  input: '160x192',
  output: '1',
  reading: 'binary',
  preprocessing: '{"channels":"bgr","scale":0.5,"mean":[1,2,3],"std":[1,1,2]}',
  fit: 'short-side-256',
  resampling: 'bicubic',
  copy: 'ema',
  choice: 'pool=avg,act=silu',
  stretch: 'true',
  backend: 'cpu',
  colormap: 'turbo',
  sign: 'positive',
  opacity: '0.25',
  contrast: 'shared',
  cells: 'crisp',
  content: 'heatmap',
  files: 'overlay,array',
};

const NAMES = Object.keys(COMMANDS) as CommandName[];

/** The values that an argument list says, as a shell and Node's parser would give them. */
function valuesIn(flags: readonly string[]): Record<string, string | boolean> {
  const values: Record<string, string | boolean> = {};
  for (let i = 0; i < flags.length; i++) {
    const [, name = '', own] = /^--([a-z-]+)(?:=(.*))?$/.exec(flags[i] ?? '') ?? [];
    const isFlag = name in SETTINGS && SETTINGS[name as SettingName].value === null;
    values[name] = own ?? (isFlag ? true : (flags[++i] ?? ''));
  }
  return values;
}

describe('settings on the command line', () => {
  it.each(NAMES)('%s: every one of them is read as it is written', (command) => {
    const own = (COMMANDS[command].options as readonly OptionName[]).filter(isSetting);
    const asked = askedOf(command, Object.fromEntries(own.map((name) => [name, UNUSUAL[name]])));
    for (const name of own) expect(asked[name], name).not.toEqual(usualFor(command)[name]);
    const flags = flagsOf(command, asked);
    expect(Object.keys(valuesIn(flags)).sort()).toEqual([...own].sort());
    expect(askedOf(command, valuesIn(flags))).toEqual(asked);
  });

  it('that are as usual are left out', () => {
    for (const command of NAMES) {
      expect(askedOf(command, {})).toEqual(usualFor(command));
      expect(flagsOf(command, usualFor(command))).toEqual([]);
    }
    expect(flagsOf('explain', USUAL)).toEqual([]);
    expect(flagsOf('measure', USUAL)).toEqual(['--files', 'overlay,data,array']);
  });

  it('are pasted into a shell as they are', () => {
    const asked: Asked = { ...USUAL, class: "it's", layer: 'a b', value: -2, stretch: true };
    expect(commandLine('explain', ['my images/'], { model: 'hf:timm/x@main', out: 'results' }, asked)).toBe(
      `npx fast-ablation-cam explain 'my images/' --model hf:timm/x@main --out results --layer 'a b' --class 'it'\\''s' --value=-2 --stretch`,
    );
  });

  it.each<[SettingName, string]>([
    ['window', '0'],
    ['window', '1.5'],
    ['methods', 'grad-cam,magic'],
    ['methods', ''],
    ['files', 'overlay,overlay'],
    ['files', 'pdf'],
    ['opacity', '1.2'],
    ['opacity', '-0.1'],
    ['preprocessing', '{"channels":"rgb","scale":1,"mean":[0],"std":[1]}'],
    ['preprocessing', '{"channels":"rgb","scale":1,"mean":[0,0,0],"std":[1,1,0]}'],
    ['preprocessing', 'imagenet'],
    ['input', '224'],
    ['fit', 'cropped'],
    ['choice', 'pool'],
    ['steps', '1'],
    ['layer', ''],
    ['backend', 'cuda'],
  ])('that make no sense are refused in one sentence: --%s %s', (name, value) => {
    const command = name === 'steps' ? 'measure' : 'explain';
    expect(() => askedOf(command, { [name]: value })).toThrow(new RegExp(`^--${name} .* is [^.]+.*\\.$`));
  });

  it('have a sentence of help each, and every command says what it takes', () => {
    const all = [...Object.keys(OPTIONS), ...Object.keys(SETTINGS)] as OptionName[];
    for (const name of all) expect(described(name).help.length, name).toBeGreaterThanOrEqual(10);
    const used = new Set(Object.values(COMMANDS).flatMap(({ options }): readonly OptionName[] => options));
    expect(all.filter((name) => !used.has(name))).toEqual([]);
    for (const [name, { example, options }] of Object.entries(COMMANDS)) {
      expect(example.startsWith(`${name} `)).toBe(true);
      const flags = [...example.matchAll(/--([a-z0-9-]+)/g)].map(([, flag = '']) => flag);
      expect(flags.filter((flag) => !(options as readonly string[]).includes(flag))).toEqual([]);
    }
  });
});
