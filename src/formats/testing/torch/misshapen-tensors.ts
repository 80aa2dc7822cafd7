/** Tensors that no file holds, in a checkpoint whose only storage has one number. */
import { utf8 } from '../sound-models.ts';
import type { HostilePickle } from './hostile-pickles.ts';
import {
  BUILD,
  bytesOf,
  call,
  dict,
  float,
  global,
  int,
  ints,
  joined,
  long,
  NONE,
  type Part,
  storage,
  TRUE,
  tensor,
  text,
  tuple,
  view,
} from './pickle-writer.ts';

const HUGE = 100_000;
const of = (size: Part, stride: Part, offset: Part = int(0), count: Part = int(1)): Part =>
  dict({ w: view(storage(text('0'), count), offset, size, stride) });

export const MISSHAPEN: readonly HostilePickle[] = [
  ['ten gigabytes of a tensor', of(ints(HUGE, 25_000), ints(25_000, 1), int(0), long(2_500_000_000n)), 'takes more room'],
  ['ten gigabytes of one number', of(ints(HUGE, HUGE), ints(0, 0)), 'takes more room'],
  ['a side of all there can be', of(tuple(long(2n ** 62n)), ints(0)), 'negative or no list'],
  [
    'endlessly many numbers',
    of(tuple(...Array.from({ length: 60 }, () => int(2_000_000_000))), tuple(...Array.from({ length: 60 }, () => int(0)))),
    'takes more room',
  ],
  [
    'a hundred sides',
    of(tuple(...Array.from({ length: 100 }, () => int(1))), tuple(...Array.from({ length: 100 }, () => int(1)))),
    'negative or no list',
  ],
  ['a negative side', of(ints(-1), ints(1)), 'negative or no list'],
  ['two negative sides', of(ints(-1, -1), ints(1, 1)), 'negative or no list'],
  ['half a side', of(tuple(float(0.5)), ints(1)), 'negative or no list'],
  ['a side that is no number', of(tuple(float(Number.NaN)), ints(1)), 'negative or no list'],
  ['a side that is a text', of(tuple(text('1')), ints(1)), 'negative or no list'],
  ['a side that is true', of(tuple(TRUE), ints(1)), 'negative or no list'],
  ['sides that are a number', of(int(1), ints(1)), 'negative or no list'],
  ['a negative stride', of(ints(2), ints(-1), int(1), int(2)), 'negative or no list'],
  ['a stride beyond its storage', of(ints(2), ints(1_000_000)), 'beyond its storage'],
  ['fewer strides than sides', of(ints(1, 1), ints(1)), 'another number of strides'],
  ['a negative offset', of(ints(1), ints(1), int(-1)), 'begins nowhere'],
  ['an offset beyond its storage', of(ints(1), ints(1), int(1)), 'beyond its storage'],
  ['a storage of negative size', of(ints(1), ints(1), int(0), int(-1)), 'storage of no size'],
  ['a storage whose size is a text', of(ints(1), ints(1), int(0), text('1')), 'storage of no size'],
  ['a storage that is longer in the pickle than in the file', of(ints(4), ints(1), int(0), int(4)), 'too short'],
  ['a storage that is not there', dict({ w: tensor('9', [1]) }), 'is not in it'],
  ['a storage that leads out of the file', dict({ w: tensor('../../../etc/passwd', [1]) }), 'is not in it'],
  ['a storage under __proto__', dict({ w: tensor('__proto__', [1]) }), 'is not in it'],
  ['a storage that is a text', dict({ w: view(text('0'), int(0), ints(1), ints(1)) }), 'no numbers in the file'],
  ['a storage that is nothing', dict({ w: view(NONE, int(0), ints(1), ints(1)) }), 'no numbers in the file'],
  [
    'complex numbers',
    dict({ w: view(storage(text('0'), int(1), global('torch', 'ComplexFloatStorage')), int(0), ints(1), ints(1)) }),
    'ComplexFloatStorage',
  ],
  [
    'numbers of a kind that there is not',
    dict({ w: view(storage(text('0'), int(1), global('torch', '__proto__')), int(0), ints(1), ints(1)) }),
    '__proto__',
  ],
  ['a quantized tensor', dict({ w: call(global('torch._utils', '_rebuild_qtensor'), NONE) }), '_rebuild_qtensor'],
  [
    'keys that every object has',
    dict(['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((key) => [key, tensor('0', [1])])),
    '__proto__',
  ],
  [
    'a tensor whose file is in the pickle, and is none',
    dict({ w: view(call(global('torch.storage', '_load_from_bytes'), bytesOf(utf8('none'))), int(0), ints(1), ints(1)) }),
    'w',
  ],
  ['an array of objects', dict({ w: array('O8', ints(1), new Uint8Array(8)), v: tensor('0', [1]) }), 'v'],
  ['an array that is longer than its bytes', dict({ w: array('f4', ints(HUGE), new Uint8Array(8)) }), 'w is cut short'],
  ['an array of ten gigabytes', dict({ w: array('f4', ints(HUGE, HUGE), new Uint8Array(8)) }), 'takes more room'],
];

/** NumPy's way: an empty array, and what is in it. */
function array(kind: string, shape: Part, content: Uint8Array): Part {
  const empty = call(global('numpy.core.multiarray', '_reconstruct'), global('numpy', 'ndarray'), ints(0), bytesOf(utf8('b')));
  const dtype = joined(
    call(global('numpy', 'dtype'), text(kind), TRUE, TRUE),
    tuple(int(3), text('<'), NONE, NONE, NONE, int(-1), int(-1), int(0)),
    BUILD,
  );
  return joined(empty, tuple(int(1), shape, dtype, [0x89], bytesOf(content)), BUILD);
}
