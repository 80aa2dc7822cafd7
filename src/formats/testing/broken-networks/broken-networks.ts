/** Networks that cannot be run here, that hang together in no way, or that are made to do harm, in every format. Their weights are sound. */
import { alone, type BrokenCase } from '../broken/broken-case.ts';
import { kerasArchive, kerasH5, layersModel, numberedWeights } from '../sound-models.ts';
import { networkAround, networkWith, tensorOf, WEIGHTS } from '../sound-network.ts';
import { BROKEN_DESCRIPTIONS } from './broken-descriptions.ts';
import { BROKEN_ENDS } from './broken-ends.ts';
import { BROKEN_GRAPHS, doubling } from './broken-graphs.ts';
import { BROKEN_SIZES, HUGE } from './broken-sizes.ts';
import { call, type Fault, middle, setting, takes, textOf } from './network-fault.ts';
import { UNSUPPORTED_LAYERS } from './unsupported-layers.ts';

const NAME = 'network.keras';

/** The same faults where the other formats have their networks. */
async function inOtherFormats(): Promise<BrokenCase[]> {
  const circle = networkWith(takes('conv', call(tensorOf('norm'))));
  const some: readonly Fault[] = [
    ['layers in a circle', circle],
    ['a Lambda', middle('Lambda')],
    ['two billion units', setting('scores', { units: HUGE })],
    ['channels first', setting('conv', { data_format: 'channels_first' })],
    ['grey images', setting('image', { batch_shape: [null, 12, 12, 1] })],
    ['models that double thirty times', networkAround(doubling(30))],
    ['filters that contradict its weights', setting('conv', { filters: 5 })],
  ];
  const h5 = await Promise.all(
    some.map(async ([what, network]) => alone(`${what}, in HDF5`, 'network.h5', await kerasH5(textOf(network)))),
  );
  const json = some.map(([what, network]): BrokenCase => {
    const files = layersModel(JSON.parse(textOf(network)));
    return { what: `${what}, in a layers-model`, files, names: 'model.json' };
  });
  return [...h5, ...json];
}

export async function brokenNetworks(): Promise<BrokenCase[]> {
  const faults = [...UNSUPPORTED_LAYERS, ...BROKEN_ENDS, ...BROKEN_GRAPHS, ...BROKEN_DESCRIPTIONS, ...BROKEN_SIZES];
  const archives = faults.map(async ([what, network, weights = []]) =>
    alone(what, NAME, await kerasArchive(textOf(network), await numberedWeights([...WEIGHTS, ...weights]))),
  );
  return [...(await Promise.all(archives)), ...(await inOtherFormats())];
}
