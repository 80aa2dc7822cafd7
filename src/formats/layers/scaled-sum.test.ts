import { describe, expect, it } from 'vitest';
import type { Json } from '../network/artifacts.ts';
import { partsFor } from './inference-layers.ts';
import { plainKind } from './kind-names.ts';

function parts(kind: string, config: { readonly [key: string]: Json }) {
  return partsFor({ kind: plainKind(kind), config: { name: 'block35_1', ...config }, weights: new Map() });
}

const SUM = [{ kind: 'CustomScaleLayer', config: { name: 'block35_1', scale: 0.17 } }];

/** `lambda inputs, scale: inputs[0] + inputs[1] * scale`, as each Python writes it down. */
const COMPILED: Readonly<Record<string, string>> = {
  '2.7':
    'YwIAAAACAAAAAwAAAEMAAABzFAAAAHwAAGQBABl8AABkAgAZfAEAFBdTKAMAAABOaQAAAABpAQAAACgAAAAAKAIAAAB0BgAAAGlucHV0c3QFAAAAc2NhbGUoAAAAACgAAAAAcwsAAAAvdG1wL2xhbS5weXQIAAAAPGxhbWJkYT4CAAAAdAAAAAA=',
  '3.6':
    '4wIAAAAAAAAAAgAAAAMAAABDAAAAcxQAAAB8AGQBGQB8AGQCGQB8ARQAFwBTACkDTukAAAAA6QEAAACpACkC2gZpbnB1dHPaBXNjYWxlcgMAAAByAwAAAPoLL3RtcC9sYW0ucHnaCDxsYW1iZGE+AgAAAHMAAAAA',
  '3.9':
    '4wIAAAAAAAAAAAAAAAIAAAADAAAAQwAAAHMUAAAAfABkARkAfABkAhkAfAEUABcAUwApA07pAAAAAOkBAAAAqQApAtoGaW5wdXRz2gVzY2FsZXIDAAAAcgMAAAD6Cy90bXAvbGFtLnB52gg8bGFtYmRhPgIAAADzAAAAAA==',
  '3.11':
    '4wIAAAAAAAAAAAAAAAMAAAADAAAA8yoAAACXAHwAZAEZAAAAAAAAAAAAfABkAhkAAAAAAAAAAAB8AXoFAAB6AAAAUwApA07pAAAAAOkBAAAAqQApAtoGaW5wdXRz2gVzY2FsZXMCAAAAICD6Cy90bXAvbGFtLnB5+gg8bGFtYmRhPnIIAAAAAgAAAHMYAAAAgACYBphxnAmgRqgxpEmwBdEkNdEYNYAA8wAAAAA=',
  '3.12':
    '4wIAAAAAAAAAAAAAAAMAAAADAAAA8x4AAACXAHwAZAEZAAAAfABkAhkAAAB8AXoFAAB6AAAAUwApA07pAAAAAOkBAAAAqQApAtoGaW5wdXRz2gVzY2FsZXMCAAAAICD6Cy90bXAvbGFtLnB5+gg8bGFtYmRhPnIIAAAAAgAAAHMYAAAAgACYBphxmQmgRqgxoUmwBdEkNdEYNYAA8wAAAAA=',
  '3.13':
    '4wIAAAAAAAAAAAAAAAMAAAADAAAA8x4AAACVAFUAUwEFAAAAVQBTAgUAAABVAS0FAAAtAAAAJAApA07pAAAAAOkBAAAAqQApAtoGaW5wdXRz2gVzY2FsZXMCAAAAICDaCy90bXAvbGFtLnB52gg8bGFtYmRhPnIIAAAAAgAAAHMWAAAAgACYBphxmQmgRqgxoUmwBdEkNdIYNfMAAAAA',
};

const PYTHON_3_8 = '4wIAAAAAAAAAAAAAAAIAAAADAAAAQwAAAHMUAAAA';

const OTHER_CODE: Readonly<Record<string, string>> = {
  'a difference': `${PYTHON_3_8}fABkARkAfABkAhkAfAEUABgAUwCpA07pAAAAAOkBAAAAqQCpAtoGaW5wdXRz2gVzY2FsZXIEAAAAcgQAAADaCDxzdHJpbmc+2gg8bGFtYmRhPgMAAADzAAAAAA==`,
  'the other one scaled': `${PYTHON_3_8}fABkARkAfABkAhkAfAEUABcAUwCpA07pAQAAAOkAAAAAqQCpAtoGaW5wdXRz2gVzY2FsZXIDAAAAcgMAAADaCDxzdHJpbmc+2gg8bGFtYmRhPgMAAADzAAAAAA==`,
  'three arguments':
    '4wMAAAAAAAAAAAAAAAMAAAADAAAAQwAAAHMUAAAAfABkARkAfABkAhkAfAEUABcAUwCpA07pAAAAAOkBAAAAqQApA9oGaW5wdXRz2gVzY2FsZdoEbW9yZXIEAAAAcgQAAADaCDxzdHJpbmc+2gg8bGFtYmRhPgMAAADzAAAAAA==',
  nothing: '',
  'no base64': '*',
};

describe('the sum that joins the branches of InceptionResNetV2', () => {
  it.each(['CustomScaleLayer', 'Custom>CustomScaleLayer'])('is the layer %s', (kind) => {
    expect(parts(kind, { scale: 0.17 })).toEqual(SUM);
    expect(() => parts(kind, {})).toThrow('by how much it scales');
  });

  it.each(Object.entries(COMPILED))('is known as a Lambda of Python %s', (_version, code) => {
    // Base64 is broken into lines.
    const lines = `${code.slice(0, 76)}\n${code.slice(76)}\n`;
    const settings = { function_type: 'lambda', output_shape: [35, 35, 320], output_shape_type: 'raw', arguments: { scale: 0.17 } };
    expect(parts('Lambda', { function: [lines, null, null], ...settings })).toEqual(SUM);
    const asKeras3 = { class_name: '__lambda__', config: { code: lines, defaults: null, closure: null } };
    expect(parts('Lambda', { function: asKeras3, arguments: { scale: 0.17 } })).toEqual(SUM);
  });

  it.each(Object.entries(OTHER_CODE))('is not %s', (_what, code) => {
    expect(() => parts('Lambda', { function: [code, null, null], arguments: { scale: 0.17 } })).toThrow('is a Lambda');
  });

  it.each([
    ['without a scale', [COMPILED['3.9'] ?? '', null, null], {}],
    ['with more than a scale', [COMPILED['3.9'] ?? '', null, null], { scale: 0.17, more: 1 }],
    ['with values from around it', [COMPILED['3.9'] ?? '', null, [1]], { scale: 0.17 }],
    ['that is only named', 'scaled_sum', { scale: 0.17 }],
  ])('is not one %s', (_what, code, settings) => {
    expect(() => parts('Lambda', { function: code, arguments: settings })).toThrow('is a Lambda');
  });
});
