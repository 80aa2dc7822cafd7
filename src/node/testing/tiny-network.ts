import { denseModel, withTrainedShifts } from '../../engine/testing/tiny-models.ts';
import type { ModelArtifacts } from '../../formats/network/artifacts.ts';

/** The pixels of a side. */
export const SIDE = 12;

/** A network of three classes, as it would stand in a file. */
export async function tinyNetwork(): Promise<ModelArtifacts> {
  const artifacts = withTrainedShifts(await denseModel(SIDE, SIDE));
  // Models that tf.js has in memory call it otherwise than those that it writes.
  const topology = JSON.parse(JSON.stringify(artifacts.topology).replaceAll('"channelsLast"', '"channels_last"'));
  return { ...artifacts, topology };
}
