import { describe, expect, it } from 'vitest';
import type { GivenFile } from '../given-file.ts';
import { readModel } from '../read-model.ts';
import { checkpointLayers, networkFile, soundCheckpoint } from '../testing/sound-checkpoints.ts';
import { utf8, zipOf } from '../testing/sound-models.ts';
import { expectSound, refusal } from '../testing/sound-reading.ts';
import { checkpointFiles, kerasLayers, withTraining } from '../testing/tensorflow-writer.ts';

const [INDEX, SHARD] = soundCheckpoint() as [GivenFile, GivenFile];

function called(index: string, shard: string, ...others: GivenFile[]): GivenFile[] {
  return [{ ...INDEX, name: index }, { ...SHARD, name: shard }, ...others, networkFile()];
}

/** Sound in form, and of another checkpoint. */
function older(name: string): GivenFile {
  const layers = checkpointLayers().map((layer) => ({
    ...layer,
    weights: layer.weights.map((weight) => ({ ...weight, bytes: new Uint8Array(weight.bytes.length) })),
  }));
  return { ...(soundCheckpoint('x', {}, layers)[1] as GivenFile), name };
}

function state(latest: string): GivenFile {
  return { name: 'checkpoint', bytes: utf8(`model_checkpoint_path: "${latest}"\nall_model_checkpoint_paths: "${latest}"\n`) };
}

describe('the shards of a checkpoint', () => {
  const end = 'data-00000-of-00001';

  it.each<[string, GivenFile[]]>([
    ['have the name of their index', called('a.index', `a.${end}`)],
    ['have a name with numbers at its end', called('a-7.index', `a-7.${end}`, older(`a-8.${end}`))],
    ['were renamed with their index by a browser', called('a (1).index', `a (1).${end}`)],
    ['were renamed by another browser', called('a(2).index', `a(2).${end}`)],
    ['were not renamed as the index was', called('a (1).index', `a.${end}`)],
    ['were renamed though the index was not', called('a.index', `a (3).${end}`)],
    ['were renamed at their very end', called('a.index', `a.${end} (1)`)],
    ['were given an ending', called('a.index', `a.${end}.bin`)],
    ['lie beside an older copy', called('a (1).index', `a (1).${end}`, older(`a.${end}`))],
    ['have an index that was given an ending', called('a.index.txt', `a.${end}`)],
    ['have an index whose ending was lost', called('a', `a.${end}`)],
    [
      'have an index that was packed, and is called by another name',
      [
        ...soundCheckpoint('ckpt-7', { isPacked: true }).map((file, i) => (i === 0 ? { ...file, name: 'weights.dat' } : file)),
        networkFile(),
      ],
    ],
    ['are the only ones there are', called('renamed.index', `ckpt-7.${end}`)],
  ])('%s', async (_what, files) => {
    await expectSound(files);
  });

  it('that could be either are not guessed', async () => {
    await expect(readModel(called('a.index', `a (1).${end}`, older(`a (2).${end}`)))).rejects.toMatchObject(
      refusal('model-unsupported', 'The files a \\(1\\)\\.data', 'a \\(2\\)\\.data', 'could both be a\\.data-00000-of-00001 of a\\.index'),
    );
  });

  it('of another checkpoint are no part of it', async () => {
    await expect(readModel([{ ...INDEX, name: 'a.index' }, older(`a.${end}`), networkFile()])).rejects.toMatchObject(
      refusal('model-file-broken', 'In the checkpoint a\\.index the tensor ', 'is damaged'),
    );
  });

  it('are waited for, with how many tensors lie in them', async () => {
    const { tensors, model } = kerasLayers(checkpointLayers());
    const spread = withTraining(tensors, model).map((tensor, i) => ({ ...tensor, shard: i % 3 }));
    const [index, first, second, third] = checkpointFiles('a', spread, { shards: 3 }) as [GivenFile, GivenFile, GivenFile, GivenFile];
    const missing = (...parts: string[]) => refusal('model-file-missing', 'The checkpoint a\\.index is not whole: ', ...parts);
    await expect(readModel([index])).rejects.toMatchObject(
      missing(
        'all of its 19 tensors lie in the shards a\\.data-00000-of-00003, a\\.data-00001-of-00003 and a\\.data-00002-of-00003, which are not there; please give those files',
      ),
    );
    await expect(readModel([index, first, third])).rejects.toMatchObject(
      missing('6 of its tensors lie in the shard a\\.data-00001-of-00003, which is not there; please give that file as well'),
    );
    await expectSound([index, first, second, third, networkFile()]);
  });

  it('without their index wait for it', async () => {
    await expect(readModel([SHARD])).rejects.toMatchObject(
      refusal(
        'model-file-missing',
        'The file ckpt-7\\.data-00000-of-00001 holds weights of a TensorFlow checkpoint, which needs its \\.index',
      ),
    );
  });

  it('and the index wait for the network', async () => {
    await expect(readModel([INDEX, SHARD])).rejects.toMatchObject(
      refusal('model-file-missing', 'The checkpoint ckpt-7\\.index holds weights without a network', 'please give the network’s JSON'),
    );
  });
});

describe('of several checkpoints', () => {
  const two = [...soundCheckpoint('ckpt-8'), ...soundCheckpoint('ckpt-9'), networkFile()];

  it('the one is opened that the file beside them calls the latest, and it is said', async () => {
    const { remark } = await expectSound([...two, state('/home/me/ckpt-9')]);
    expect(remark).toMatch(/^Of two checkpoints ckpt-9\.index was opened, as checkpoint says that it is the latest\./);
  });

  it('the latest is looked for', async () => {
    await expect(readModel([...two, state('ckpt-10')])).rejects.toMatchObject(
      refusal(
        'model-unsupported',
        'The file checkpoint names ckpt-10 as the latest checkpoint, which is not one of ckpt-8\\.index and ckpt-9\\.index',
      ),
    );
  });

  it('one must be chosen where nothing says which', async () => {
    await expect(readModel(two)).rejects.toMatchObject(
      refusal('model-unsupported', 'The files ckpt-8\\.index and ckpt-9\\.index are two models'),
    );
  });

  it('a single one needs nobody’s word', async () => {
    await expectSound([...soundCheckpoint('ckpt-8'), networkFile(), state('ckpt-9')]);
  });
});

it('a zip archive may hold all of it', async () => {
  const members = [...soundCheckpoint('ckpt-8'), ...soundCheckpoint('ckpt-9'), networkFile(), state('ckpt-8')];
  const zip = zipOf(Object.fromEntries(members.map(({ name, bytes }) => [`training/${name}`, bytes])));
  const read = await expectSound([{ name: 'training.zip', bytes: zip }]);
  expect(read.manifest.title).toBe('training');
});
