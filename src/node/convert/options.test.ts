import { describe, expect, it } from 'vitest';
import { parseArguments } from '../arguments.ts';
import { helpOf } from '../help.ts';
import { type ConvertOptions, convertOptions } from './options.ts';

function parseOptions(argv: readonly string[]): ConvertOptions {
  return convertOptions(parseArguments('convert', argv));
}

describe('the converter’s arguments', () => {
  it('need say no more than the files', () => {
    expect(parseOptions(['nets/grain.safetensors', 'out'])).toEqual({
      file: 'nets/grain.safetensors',
      out: 'out',
      input: null,
      preprocessing: null,
      fit: null,
      labels: null,
      title: null,
      description: null,
      origin: null,
      licence: null,
      weights: 'float16',
      images: null,
    });
  });

  it('are taken as they are given', () => {
    const how = ['--input', '96x128', '--preprocessing', 'caffe', '--fit', 'letterbox', '--uint8', '--images', 'held-out'];
    const card = ['--labels', 'l.json', '--title', 'Net', '--description', 'd', '--origin', 'o', '--licence', 'MIT'];
    expect(parseOptions(['net.h5', 'out', ...how, ...card])).toEqual({
      file: 'net.h5',
      out: 'out',
      input: { height: 96, width: 128 },
      preprocessing: 'caffe',
      fit: 'letterbox',
      labels: 'l.json',
      title: 'Net',
      description: 'd',
      origin: 'o',
      licence: 'MIT',
      weights: 'uint8',
      images: 'held-out',
    });
  });

  it.each(['float32', 'float16', 'uint8'])('have one kind of weights: --%s', (weights) => {
    expect(parseOptions(['net.h5', 'out', `--${weights}`])).toMatchObject({ weights });
  });

  it('may ask for help and nothing else, which names every option', () => {
    expect(parseArguments('convert', ['--help'])).toEqual({ positionals: [], values: { help: true } });
    const given = parseOptions(['net.h5', 'out']);
    const options = Object.keys(given).filter((name) => !['file', 'out', 'weights'].includes(name));
    for (const name of [...options, 'float32', 'float16', 'uint8']) expect(helpOf('convert')).toContain(`  --${name} `);
  });

  it.each([
    [['net.h5'], 'one FILE and one OUT'],
    [['a', 'b', 'c'], 'one FILE and one OUT'],
    [['a', 'b', '--input', '224'], '--input 224'],
    [['a', 'b', '--input', '0x224'], '--input 0x224'],
    [['a', 'b', '--input', '224x0'], '--input 224x0'],
    [
      ['a', 'b', '--preprocessing', 'imagenet'],
      '--preprocessing imagenet is none of torch, caffe, tensorflow, unit, none, and no JSON of channels,',
    ],
    [['a', 'b', '--fit', 'crop'], '--fit crop is none of stretched, letterbox, centre-crop and short-side-256'],
    [['a', 'b', '--fit', 'short-side-0'], '--fit short-side-0 is none of'],
    [['a', 'b', '--uint8', '--float32'], 'Please choose one of --float32 and --uint8.'],
    [['a', 'b', '--colour', 'red'], '--colour'],
  ])('that make no sense are refused: %j', (given, sentence) => {
    expect(() => parseOptions(given)).toThrow(sentence);
  });
});
