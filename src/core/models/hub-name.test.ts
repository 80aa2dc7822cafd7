import { describe, expect, it } from 'vitest';
import { asHubName, formatHubName, isPinned, parseHubName } from './hub-name.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

describe('the name of a model on the hub', () => {
  it.each([
    ['hf:timm/densenet169.tv_in1k', 'timm/densenet169.tv_in1k', null],
    ['hf:microsoft/resnet-50@main', 'microsoft/resnet-50', 'main'],
    [`hf:a/b@${SHA}`, 'a/b', SHA],
    ['hf:a/b@refs/pr/12', 'a/b', 'refs/pr/12'],
  ])('is read and written: %s', (text, repository, revision) => {
    const name = parseHubName(text);
    expect(name).toEqual({ repository, revision });
    expect(name && formatHubName(name)).toBe(text);
  });

  it.each([
    'hf:',
    'hf:resnet50',
    'hf:a/b/c',
    'hf:../b',
    'hf:a/..',
    'hf:a/b..c',
    'hf:a/b@',
    'hf:a/b@../x',
    'hf:a/b@/x',
    'hf:a/b@x//y',
    'hf:a /b',
    'hf:a/b?x',
    'timm/x',
    'https://huggingface.co/a/b',
  ])('is not %s', (text) => expect(parseHubName(text)).toBeNull());

  it.each([
    ['https://huggingface.co/timm/resnet18.a1_in1k', 'timm/resnet18.a1_in1k', null],
    ['https://huggingface.co/timm/resnet18.a1_in1k/', 'timm/resnet18.a1_in1k', null],
    ['https://hf.co/timm/x/tree/main', 'timm/x', 'main'],
    [`https://huggingface.co/timm/x/blob/${SHA}/config.json?a=b#c`, 'timm/x', SHA],
  ])('is that of its page, too: %s', (text, repository, revision) => expect(asHubName(text)).toEqual({ repository, revision }));

  it.each(['https://huggingface.co/timm', 'https://example.org/a/b', 'https://huggingface.co/a/../b', 'http://huggingface.co/a/b'])(
    'is not that of %s',
    (text) => expect(asHubName(text)).toBeNull(),
  );

  it('is pinned by a commit alone', () => {
    expect(isPinned({ repository: 'a/b', revision: SHA })).toBe(true);
    expect(isPinned({ repository: 'a/b', revision: 'main' })).toBe(false);
    expect(isPinned({ repository: 'a/b', revision: null })).toBe(false);
  });
});
