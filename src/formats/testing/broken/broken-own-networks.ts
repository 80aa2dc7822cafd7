/** Networks in this project's own format that are damaged, or of a page to come. */
import type { JsonObject } from '../../json.ts';
import { readModel } from '../../read-model.ts';
import { writeNetwork } from '../../tfjs/layers-model-writer.ts';
import { OWN_VERSION } from '../../tfjs/own-network.ts';
import { soundOnnx } from '../onnx/sound-onnx.ts';
import { utf8 } from '../sound-models.ts';
import { type BrokenCase, cutAt } from './broken-case.ts';

const NAME = 'model.json';

export async function brokenOwnNetworks(): Promise<BrokenCase[]> {
  const { artifacts } = await readModel([{ name: 'network.onnx', bytes: soundOnnx() }]);
  const [model, ...shards] = writeNetwork(artifacts, 'float16');
  if (!model) throw new Error('a network has a description');
  const sound: JsonObject = JSON.parse(new TextDecoder().decode(model.bytes));
  const beside = shards.map(({ path, bytes }) => ({ name: path, bytes }));
  const of = (what: string, bytes: Uint8Array<ArrayBuffer>): BrokenCase => ({
    what: `a network in the page’s own format ${what}`,
    files: [{ name: NAME, bytes }, ...beside],
    names: NAME,
  });
  const changed = (what: string, change: JsonObject) => of(what, utf8(JSON.stringify({ ...sound, ...change })));
  const layers = (what: string, from: string, to: string) => of(what, utf8(JSON.stringify(sound).replaceAll(from, to)));
  return [
    ...[0.2, 0.6, model.bytes.length - 1].map((at) => of(`cut short at ${at}`, cutAt(model.bytes, at))),
    changed('of a page to come', { formatVersion: OWN_VERSION + 1 }),
    changed('of no version', { formatVersion: null }),
    changed('of half a version', { formatVersion: 0.5 }),
    changed('without a network', { network: null }),
    changed('whose network is a list', { network: [] }),
    changed('whose network is of no kind', { network: { config: {} } }),
    changed('whose network has no layers', { network: { class_name: 'Functional', config: { layers: [] } } }),
    changed('that names no weights', { weightsManifest: null }),
    changed('that calls itself a graph-model', { format: 'graph-model' }),
    changed('that calls itself a layers-model', { format: 'layers-model' }),
    layers('with a layer of no known kind', 'GlobalAveragePooling2DKeepDims', 'GlobalFoo'),
    layers('whose layers take what is not there', '"conv/Conv",0,0', '"nowhere",0,0'),
    layers('whose convolution is called otherwise', '"name":"conv/Conv"', '"name":"other"'),
    layers('whose weights have other shapes', '[3,3,3,4]', '[3,3,4,3]'),
    {
      what: 'a network in the page’s own format without its weights',
      files: [{ name: NAME, bytes: utf8(JSON.stringify(sound)) }],
      names: NAME,
    },
  ];
}
