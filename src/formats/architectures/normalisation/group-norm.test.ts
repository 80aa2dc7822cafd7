/** What has no statistics is a group normalisation where something says so, and else a batch normalisation that lost them. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { readModel } from '../../read-model.ts';
import { resNetTensors, torchFile } from '../../testing/torch/torch-files.ts';
import { variantFile } from '../../testing/torch/variant-networks.ts';

const withoutStatistics = resNetTensors().filter(({ name }) => !/running_(mean|var)$/.test(name));

function opened(name: string, bytes: Uint8Array<ArrayBuffer>) {
  return readModel([{ name, bytes }]);
}

describe('a network without statistics', () => {
  it('is refused where nothing says why it has none', async () => {
    await expect(opened('resnet18.pth', torchFile(withoutStatistics))).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(
        /^The names of the weights in resnet18\.pth come nearest to those of a ResNet, but it has no running_mean at all: either .* batch normalisations, or it has group normalisations, .*\.$/,
      ),
    });
  });

  it('is refused as before where others have theirs', async () => {
    const others = resNetTensors().filter(({ name }) => !/^bn1\.running_(mean|var)$/.test(name));
    await expect(opened('resnet18_gn.pth', torchFile(others))).rejects.toThrow('the tensor bn1.running_mean is missing');
  });

  it('has as many groups as its channels allow, where its name says that it has groups', async () => {
    const { bytes } = variantFile('resnet18_gn');
    const { artifacts, choices, remark } = await opened('my-gn-net.pth', bytes);
    const offered = choices?.find(({ id }) => id === 'norm-groups');
    expect([offered?.chosen, offered?.options.map(({ id }) => id)]).toEqual(['8', ['8', '4', '2', '1']]);
    expect(remark).toContain('“Groups of the normalisations” is assumed to be “8”, which can be changed below.');
    const norms = objectsIn(artifacts.topology.config.layers).filter(({ class_name: kind }) => kind === 'GroupNormalization');
    expect(norms.map(({ config }) => asObject(config)?.groups)).toEqual(norms.map(() => 8));
    expect(norms.length).toBe(6);
  });
});
