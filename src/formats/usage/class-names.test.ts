import { describe, expect, it } from 'vitest';
import { isNameList, namesInJson, parseClassNames } from './class-names.ts';

const BOM = '\uFEFF';

describe('class names', () => {
  it.each([
    ['lines', 'labels.txt', 'cat\ndog\nbird', ['cat', 'dog', 'bird']],
    ['lines that end as on Windows, and a last empty one', 'labels.txt', 'cat\r\ndog\r\n', ['cat', 'dog']],
    ['lines that end as they once did on a Mac', 'labels.txt', 'cat\rdog\r', ['cat', 'dog']],
    ['lines after a byte order mark', 'labels.txt', `${BOM}cat\ndog`, ['cat', 'dog']],
    ['names in any language, with spaces around them', 'labels.txt', ' Kätzchen \n犬\n', ['Kätzchen', '犬']],
    ['names with commas, which are no table', 'labels.txt', 'cat, domestic\ndog, domestic', ['cat, domestic', 'dog, domestic']],
    ['a single name', 'labels.txt', 'cat', ['cat']],
    ['the same name twice, as ImageNet has it', 'labels.txt', 'crane\ncrane', ['crane', 'crane']],
    ['numbers from zero before the names', 'labels.txt', '0 cat\n1 dog', ['cat', 'dog']],
    ['numbers from one before the names', 'labels.txt', '1: cat\n2: dog', ['cat', 'dog']],
    ['numbers that are a part of the names', 'labels.txt', '7 up\n3 musketeers', ['7 up', '3 musketeers']],
    ['a table of one column', 'labels.csv', 'cat\ndog', ['cat', 'dog']],
    ['a table with numbers', 'labels.csv', '0,cat\n1,dog', ['cat', 'dog']],
    ['a table whose rows are out of order', 'labels.csv', '1,dog\n0,cat\n2,bird', ['cat', 'dog', 'bird']],
    ['a table with a heading', 'labels.csv', 'index,name\n0,cat\n1,dog', ['cat', 'dog']],
    ['a table whose names hold commas and quotes', 'labels.csv', '0,"cat, domestic"\n1,"the ""dog"""', ['cat, domestic', 'the "dog"']],
    ['a table of tabs', 'labels.tsv', '0\tcat\tFelis\n1\tdog\tCanis', ['cat', 'dog']],
    ['a table of semicolons, after a byte order mark', 'labels.csv', `${BOM}0;cat\r\n1;dog\r\n`, ['cat', 'dog']],
    ['a JSON list', 'labels.json', '["cat", "dog"]', ['cat', 'dog']],
    ['JSON after a byte order mark', 'labels.json', `${BOM}["cat", "dog"]`, ['cat', 'dog']],
    ['names by number', 'labels.json', '{"0": "cat", "1": "dog"}', ['cat', 'dog']],
    [
      'names by number, above nine',
      'labels.json',
      JSON.stringify(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i, `c${i}`]))),
      Array.from({ length: 12 }, (_, i) => `c${i}`),
    ],
    ['numbers by name, as Keras’ generators have them', 'class_indices.json', '{"dog": 1, "cat": 0}', ['cat', 'dog']],
    [
      'ImageNet’s index, with its synsets',
      'imagenet_class_index.json',
      '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}',
      ['tench', 'goldfish'],
    ],
    ['pairs of synset and name', 'labels.json', '[["n01440764", "tench"], ["n01443537", "goldfish"]]', ['tench', 'goldfish']],
    ['a list inside an object', 'config.json', '{"labels": ["cat", "dog"], "version": 2}', ['cat', 'dog']],
    ['numbers for names', 'labels.json', '[2019, 2020]', ['2019', '2020']],
  ])('come as %s', (_what, file, text, names) => {
    expect(parseClassNames(file, text)).toEqual(names);
  });

  it.each([
    ['nothing', 'labels.txt', ''],
    ['empty lines', 'labels.txt', '\n\n'],
    ['a gap between the names', 'labels.txt', 'cat\n\ndog'],
    ['zeros', 'labels.txt', 'cat\0dog'],
    ['bytes that are no text', 'labels.txt', new TextDecoder().decode(new Uint8Array([0xff, 0xfe, 0x41]))],
    ['a table with a hole', 'labels.csv', '0,cat\n1,\n2,dog'],
    ['a table of nothing but a heading', 'labels.csv', '\n'],
    ['an empty list', 'labels.json', '[]'],
    ['an empty object', 'labels.json', '{}'],
    ['a number', 'labels.json', '7'],
    ['names with a gap in their numbers', 'labels.json', '{"0": "cat", "2": "dog"}'],
    ['numbers with a gap', 'labels.json', '{"cat": 0, "dog": 2}'],
    ['one number for two names', 'labels.json', '{"cat": 0, "dog": 0}'],
    ['a number that would fill the memory', 'labels.json', '{"cat": 4000000000, "dog": 0}'],
    ['negative numbers', 'labels.json', '{"cat": -1, "dog": 0}'],
    ['objects for names', 'labels.json', '[{"name": "cat"}, {"name": "dog"}]'],
    ['an empty name', 'labels.json', '["cat", ""]'],
    ['no JSON', 'labels.json', 'cat\ndog'],
    ['a list of lists of lists', 'labels.json', '[[["cat"]]]'],
  ])('are not: %s', (_what, file, text) => {
    expect(() => parseClassNames(file, text)).toThrow(new RegExp(`${file.replace('.', '\\.')}.*\\.$`));
  });

  it('are told from the parts of a model', () => {
    expect(isNameList(['cat', 'dog'])).toBe(true);
    expect(isNameList({ cat: 0, dog: 1 })).toBe(true);
    expect(isNameList({ modelTopology: {}, weightsManifest: [] })).toBe(false);
    expect(isNameList({ format: 'layers-model', weightsManifest: [] })).toBe(false);
    expect(isNameList({ preprocessing: {}, classNames: ['cat', 'dog'] })).toBe(false);
    expect(isNameList({ loss: [0.5, 0.3] })).toBe(false);
    expect(isNameList(7)).toBe(false);
    expect(namesInJson({ classes: ['cat', 'dog'] })).toEqual(['cat', 'dog']);
    expect(namesInJson(null)).toBeNull();
  });
});
