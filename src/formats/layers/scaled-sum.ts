/**
 * `x + scale * residual`: how Keras' InceptionResNetV2 joins its branches. Newer versions have a layer for it (`CustomScaleLayer`), older
 * ones a Lambda, `lambda inputs, scale: inputs[0] + inputs[1] * scale`. Its code is never run, but compared with what each version of Python
 * makes of that very line.
 */

import { asObject, type JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { commonConfig, type Part, type Rule, Unsupported } from './layer-rule.ts';

/** In hexadecimal digits: two arguments, then what is computed from them. */
const INSTRUCTIONS = [
  // Python 2, and 3 up to 3.5.
  '7c0000640100197c0000640200197c0100141753',
  // 3.6 to 3.10.
  '7c00640119007c00640219007c01140017005300',
  '97007c006401190000000000000000007c006402190000000000000000007c017a0500007a0000005300',
  '97007c006401190000007c006402190000007c017a0500007a0000005300',
  '95005500530105000000550053020500000055012d0500002d0000002400',
];

/** The constants that go with them, `(None, 0, 1)`, in Python 2 and 3. Marks say whether something may occur again. */
const CONSTANTS = '(?:28030000004e69000000006901000000|[2a]9034e[6e]900000000[6e]901000000)';

/** A code object begins with its kind, that it takes two arguments, further counts, and its length. */
const KNOWN = new RegExp(`^[6e]302000000(?:[\\da-f]{8}){3,5}[7f]3[\\da-f]{8}(?:${INSTRUCTIONS.join('|')})${CONSTANTS}`);

function hexadecimal(base64: string): string {
  try {
    return [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  } catch {
    return '';
  }
}

/** Code, default values of its arguments, and what it takes from around it. */
function functionIn(json: Json | undefined): readonly (Json | undefined)[] {
  const { code, defaults, closure } = asObject(asObject(json)?.config) ?? {};
  return Array.isArray(json) ? json : [code, defaults, closure];
}

export function scaledSum(config: JsonObject): readonly Part[] {
  if (typeof config.scale !== 'number') throw new Unsupported('does not say by how much it scales; please save the model again');
  return [{ kind: 'CustomScaleLayer', config: { ...commonConfig(config), scale: config.scale } }];
}

export const lambda: Rule = ({ config }) => {
  const [code, defaults, closure] = functionIn(config.function);
  const { scale, ...others } = asObject(config.arguments) ?? {};
  const isAlone = Object.keys(others).length === 0 && [defaults, closure].every((value) => value === null || value === undefined);
  if (typeof code === 'string' && typeof scale === 'number' && isAlone && KNOWN.test(hexadecimal(code)))
    return scaledSum({ ...config, scale });
  throw new Unsupported(
    'is a Lambda, whose code is not run here, because it could do anything; please give a network that has a layer of Keras, such as Rescaling, in its place',
  );
};
