/** The hub, as a server on this machine that behaves like it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseHubName } from '../../../core/models/hub-name.ts';
import { DENSENET_CONFIG, RESNET_CONFIG } from '../../../formats/hub/testing/hub-configs.ts';
import { denseNetTensors, safetensorsWith } from '../../../formats/testing/sound-safetensors.ts';
import type { LoadProgress } from '../../../protocol/engine.ts';
import { type HubRepository, type HubServer, SHA, serveHub } from '../../testing/hub-server.ts';
import { hubDownload, searchHub } from './hub.ts';
import { PartStore } from './part-store.ts';

const utf8 = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const WEIGHTS = safetensorsWith(denseNetTensors());
const CONFIG = utf8(DENSENET_CONFIG);
const INDEX = {
  weight_map: { 'layer1.0.conv1.weight': 'model-00001-of-00002.safetensors', 'fc.weight': 'model-00002-of-00002.safetensors' },
};
const SHARDED = {
  'model.safetensors.index.json': utf8(INDEX),
  'model-00001-of-00002.safetensors': WEIGHTS.slice(0, 3000),
  'model-00002-of-00002.safetensors': WEIGHTS.slice(0, 4000),
};

const REPOSITORIES: readonly HubRepository[] = [
  {
    name: 'timm/densenet169.tv_in1k',
    files: { 'README.md': utf8('x'), 'config.json': CONFIG, 'model.safetensors': WEIGHTS, 'pytorch_model.bin': WEIGHTS },
  },
  { name: 'lab/sharded', files: { ...SHARDED, 'config.json': utf8(RESNET_CONFIG) } },
  { name: 'lab/halved', files: { 'model.safetensors.index.json': utf8(INDEX), 'model-00001-of-00002.safetensors': WEIGHTS } },
  {
    name: 'lab/divided-vit',
    files: {
      'model.safetensors.index.json': utf8({ weight_map: { 'vit.a': 'model-00001-of-00002.safetensors' } }),
      'model-00001-of-00002.safetensors': WEIGHTS,
    },
  },
  { name: 'lab/gated', files: { 'model.safetensors': WEIGHTS }, gated: 'auto' },
  { name: 'lab/closed', files: { 'model.safetensors': WEIGHTS, 'config.json': CONFIG }, isClosed: true },
  { name: 'lab/disabled', files: { 'model.safetensors': WEIGHTS, 'config.json': CONFIG }, disabled: 'said' },
  { name: 'lab/taken-down', files: { 'model.safetensors': WEIGHTS }, disabled: 'refused' },
  { name: 'lab/unlawful', files: { 'model.safetensors': WEIGHTS }, disabled: 'legal' },
  { name: 'lab/pickled', files: { 'pytorch_model.bin': WEIGHTS, 'config.json': CONFIG } },
  { name: 'lab/many', files: { 'a.safetensors': WEIGHTS, 'b.safetensors': WEIGHTS } },
  { name: 'lab/nothing', files: { 'README.md': utf8('x') } },
  { name: 'lab/text', files: { 'model.safetensors': WEIGHTS }, task: 'text-generation' },
  {
    name: 'lab/words',
    files: { 'model.safetensors': WEIGHTS, 'config.json': utf8({ architectures: ['BertForMaskedLM'], model_type: 'bert' }) },
    task: null,
  },
  {
    name: 'lab/blurred',
    files: { 'model.safetensors': WEIGHTS, 'config.json': utf8({ ...DENSENET_CONFIG, architecture: 'xceptionblur41' }) },
  },
];

/** More than comes at once, and no network that is known. */
const TRANSFORMER = safetensorsWith([
  { name: 'vit.encoder.layer.0.attention.attention.query.weight', shape: [1500, 1500], values: new Float32Array(1500 * 1500) },
]);

let hub: HubServer;
let parts: PartStore;

beforeEach(async () => {
  hub = await serveHub(REPOSITORIES);
  parts = new PartStore();
});
afterEach(() => hub.close());

function download(text: string, onProgress: (progress: LoadProgress) => void = () => {}, signal?: AbortSignal) {
  const name = parseHubName(text);
  if (!name) throw new Error(`${text} is no name`);
  return hubDownload(parts)(hub.url, name, onProgress, signal);
}

async function bytesOf(file: File | undefined): Promise<Uint8Array> {
  return new Uint8Array((await file?.arrayBuffer()) ?? []);
}

const DENSENET = 'hf:timm/densenet169.tv_in1k';

function ofWeights(): (string | null)[] {
  return hub.requests.filter(({ path }) => path.startsWith('/store/')).map(({ range }) => range);
}

describe('a model of the hub', () => {
  it('is its safetensors and what says how they are used, at a commit', async () => {
    const reports: LoadProgress[] = [];
    const { name, files } = await download(DENSENET, (progress) => reports.push(progress));
    expect(name).toEqual({ repository: 'timm/densenet169.tv_in1k', revision: SHA });
    expect(files.map((file) => file.name)).toEqual(['densenet169.tv_in1k.safetensors', 'config.json']);
    expect(await bytesOf(files[0])).toEqual(WEIGHTS);
    const totalBytes = WEIGHTS.length + CONFIG.length;
    expect(reports.at(-1)).toEqual({ loadedBytes: totalBytes, totalBytes, isFromCache: false });
    expect(reports.every((report) => report.totalBytes === totalBytes)).toBe(true);
  });

  it('is asked for without telling who asks, and without asking first', async () => {
    await download(DENSENET);
    await searchHub(hub.url, { text: '', author: '', isClassifier: true, hasSafetensors: true });
    expect(hub.requests.every(({ method, isPrivate }) => method === 'GET' && isPrivate)).toBe(true);
    expect(hub.requests.filter(({ path }) => /resolve/.test(path)).every(({ path }) => path.includes(SHA))).toBe(true);
  });

  it('is had at a revision, and in parts', async () => {
    expect((await download(`${DENSENET}@main`)).name.revision).toBe(SHA);
    expect((await download(`${DENSENET}@${SHA}`)).name.revision).toBe(SHA);
    const { files } = await download('hf:lab/sharded');
    expect(files.map((file) => file.name)).toEqual([
      'sharded.safetensors.index.json',
      'config.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);
  });

  it('goes on where the connection broke off, by itself', async () => {
    hub.faults.breaksAfter = [4000, 4000];
    const { files } = await download(DENSENET);
    expect(await bytesOf(files[0])).toEqual(WEIGHTS);
    expect(ofWeights()).toEqual([null, 'bytes=4000-', 'bytes=8000-']);
  });

  it('goes on when it is asked for again, after it broke off for good or was cancelled', async () => {
    hub.faults.breaksAfter = [0, 0, 0];
    await expect(download(DENSENET)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/could not be reached/),
    });
    hub.faults.breaksAfter = [4000];
    const controller = new AbortController();
    const cancelled = download(DENSENET, ({ loadedBytes }) => loadedBytes >= 4000 + CONFIG.length && controller.abort(), controller.signal);
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    hub.requests.length = 0;
    const { files } = await download(DENSENET);
    expect(await bytesOf(files[0])).toEqual(WEIGHTS);
    expect(ofWeights()).toEqual(['bytes=4000-']);
  });

  it('says how far it came where it breaks off again and again', async () => {
    hub.faults.breaksAfter = [4000, 0, 0];
    await expect(download(DENSENET)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(
        /^The download of model\.safetensors from .* broke off after .* which are kept.*goes on from there\.$/,
      ),
    });
  });

  it('begins anew where the server knows no ranges', async () => {
    hub.faults.breaksAfter = [4000];
    hub.faults.knowsNoRanges = true;
    expect(await bytesOf((await download(DENSENET)).files[0])).toEqual(WEIGHTS);
  });

  it('that is another file than the list says is thrown away', async () => {
    hub.faults.sendsOther = true;
    await expect(download(DENSENET)).rejects.toMatchObject({
      code: 'checksum-mismatch',
      message: expect.stringMatching(/^The file model\.safetensors that .* is not the one in its own list/),
    });
    hub.faults.sendsOther = false;
    expect(await bytesOf((await download(DENSENET)).files[0])).toEqual(WEIGHTS);
  });

  it('is asked for once more as a whole where what was kept is of no use', async () => {
    hub.faults.sendsOther = true;
    hub.faults.breaksAfter = [4000];
    const controller = new AbortController();
    await download(DENSENET, ({ loadedBytes }) => loadedBytes >= 4000 + CONFIG.length && controller.abort(), controller.signal).catch(
      () => {},
    );
    hub.faults.sendsOther = false;
    hub.requests.length = 0;
    expect(await bytesOf((await download(DENSENET)).files[0])).toEqual(WEIGHTS);
    expect(ofWeights()).toEqual(['bytes=4000-', null]);
  });

  it.each([
    ['hf:lab/none', 'download-failed', /^There is no public model hf:lab\/none at 127/],
    [`${DENSENET}@v9`, 'download-failed', /has no revision v9/],
    ['hf:lab/gated', 'model-unsupported', /is gated: its makers/],
    ['hf:lab/closed', 'model-unsupported', /gives the model lab\/closed only to those who are known to it/],
    ['hf:lab/disabled', 'model-unsupported', /^The model lab\/disabled was disabled by 127\.[\d.:]+, .*; please choose another one\.$/],
    ['hf:lab/taken-down', 'model-unsupported', /^The model lab\/taken-down was disabled by 127\.[\d.:]+, .*; please choose/],
    ['hf:lab/unlawful', 'model-unsupported', /^For legal reasons 127\.[\d.:]+ does not give the model lab\/unlawful .*; please choose/],
    ['hf:lab/pickled', 'model-unsupported', /weights as a pickle alone \(pytorch_model\.bin\)/],
    ['hf:lab/many', 'model-unsupported', /several files of weights, a\.safetensors and b\.safetensors/],
    ['hf:lab/nothing', 'model-unsupported', /has no weights as safetensors/],
    ['hf:lab/text', 'model-unsupported', /is for text-generation, and no image classifier/],
    ['hf:lab/words', 'model-unsupported', /“BertForMaskedLM”, and no image classifier/],
    ['hf:lab/divided-vit', 'model-unsupported', /^The file model\.safetensors\.index\.json of lab\/divided-vit holds weights without/],
    ['hf:lab/blurred', 'model-unsupported', /blurs before its strides/],
    ['hf:lab/halved', 'model-file-broken', /names model-00002-of-00002\.safetensors, which is not there/],
  ])('that cannot be opened is one sentence, before its weights are downloaded: %s', async (name, code, message) => {
    await expect(download(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(ofWeights()).toEqual([]);
  });

  it.each([
    [429, /asked too often/],
    [503, /cannot answer at the moment \(it said 503\)/],
    [400, /refused the model/],
    [403, /only to those who are known to it/],
  ])('is one sentence where the hub says %i', async (status, message) => {
    hub.faults.status = status;
    await expect(download(DENSENET)).rejects.toThrow(message);
  });

  it('is one sentence where a file of it is no longer given for legal reasons', async () => {
    hub.faults.storeStatus = 451;
    await expect(download(DENSENET)).rejects.toThrow(/^For legal reasons .* does not give the model timm\/densenet169\.tv_in1k/);
  });

  it.each([403, 404, 410])('is one sentence that names the file where %i is said of that', async (status) => {
    hub.faults.storeStatus = status;
    await expect(download(DENSENET)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(
        new RegExp(
          `^127\\.0\\.0\\.1:\\d+ refused the file model\\.safetensors of timm/densenet169\\.tv_in1k \\(it said ${status}\\); please try again later\\.$`,
        ),
      ),
    });
  });

  it('is one sentence where a page comes in its place, or nobody is there', async () => {
    hub.faults.sendsWebPage = true;
    await expect(download(DENSENET)).rejects.toThrow(/answered with a web page in place of model\.safetensors/);
    await hub.close();
    await expect(download(DENSENET)).rejects.toThrow(/could not be reached; please check the network connection/);
    hub = await serveHub([]);
  });
});

describe('a large model of the hub', () => {
  it('that is of no known architecture is given up as soon as its names are there', async () => {
    await hub.close();
    hub = await serveHub([{ name: 'lab/vit', files: { 'model.safetensors': TRANSFORMER } }]);
    let loaded = 0;
    const failing = download('hf:lab/vit', (progress) => {
      loaded = progress.loadedBytes;
    });
    await expect(failing).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/^The file model\.safetensors of lab\/vit holds weights without a network/),
    });
    expect(loaded).toBeLessThan(TRANSFORMER.length / 1.5);
  });
});

describe('a search of the hub', () => {
  const query = { text: '', author: '', isClassifier: true, hasSafetensors: true };

  it('says size, downloads, licence and what is gated', async () => {
    expect(await searchHub(hub.url, { ...query, text: 'DenseNet', author: 'timm' })).toEqual([
      {
        repository: 'timm/densenet169.tv_in1k',
        task: 'image-classification',
        downloads: 1000,
        bytes: WEIGHTS.length - (WEIGHTS.length % 4),
        isGated: false,
        isDisabled: false,
        hasSafetensors: true,
        licence: 'apache-2.0',
      },
    ]);
    const found = await searchHub(hub.url, { ...query, author: 'lab' });
    expect(found.map(({ repository, isGated, isDisabled }) => [repository, isGated, isDisabled])).toEqual([
      ['lab/gated', true, false],
      ['lab/closed', false, false],
      ['lab/disabled', false, true],
      ['lab/taken-down', false, true],
      ['lab/unlawful', false, true],
      ['lab/blurred', false, false],
    ]);
  });

  it('finds other tasks and other weights where it is asked to', async () => {
    const all = await searchHub(hub.url, { text: '', author: 'lab', isClassifier: false, hasSafetensors: false });
    expect(all.find(({ repository }) => repository === 'lab/pickled')).toMatchObject({ hasSafetensors: false, bytes: null });
    expect(all.find(({ repository }) => repository === 'lab/text')?.task).toBe('text-generation');
  });

  it('without the network is one sentence', async () => {
    await hub.close();
    const message = `${hub.host} could not be reached; please check the network connection and try again.`;
    await expect(searchHub(hub.url, query)).rejects.toMatchObject({ code: 'download-failed', message });
    hub = await serveHub([]);
  });

  it('that is refused is one sentence', async () => {
    hub.faults.status = 400;
    await expect(searchHub(hub.url, query)).rejects.toThrow(/refused the search \(it said 400\)/);
  });
});
