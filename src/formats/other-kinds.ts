/** What else people give, beside models or in place of one. */

import { imageKind } from '../core/images/image-kind.ts';
import { plainRole } from '../core/models/file-role.ts';
import { SESSION_TYPE } from '../core/models/session-type.ts';
import { type FileKind, type JsonKind, starts } from './format.ts';
import { isHubConfig } from './hub/hub-config.ts';
import { isTeachableMachine } from './usage/metadata.ts';

/** Saved by this page: a zip that says so in its first bytes, before any other zip is thought of. */
export const SESSION_KIND: FileKind = {
  id: 'session',
  role: plainRole('session'),
  isSigned: ({ text }) => text.startsWith('PK\x03\x04') && text.slice(30).startsWith(`mimetype${SESSION_TYPE}`),
  refusal: 'is a session and no model; please drop it on the page by itself',
};

export const OTHER_KINDS: readonly FileKind[] = [
  {
    id: 'image',
    role: plainRole('image'),
    isSigned: ({ bytes }) => imageKind(bytes) !== null,
    refusal: 'is an image and no model; please give it as an image',
  },
  // What hosts hand out in place of a file: a page about it, or a note of where git keeps it.
  {
    id: 'web-page',
    role: plainRole('refused'),
    isSigned: ({ text }) => /^\s*(<!--[\s\S]*?-->\s*)?<(!doctype html|html)\b/i.test(text),
    refusal: 'is a web page, most likely one about the file; please download the file itself',
  },
  {
    id: 'pointer',
    role: plainRole('refused'),
    isSigned: ({ text }) => /^version https:\/\/git-lfs/.test(text),
    refusal: 'only says where git keeps the real file; please fetch that with git lfs pull',
  },
  {
    id: 'tar',
    role: plainRole('refused'),
    isSigned: ({ bytes }) => starts(bytes, 'ustar', 257),
    refusal: 'is a tar archive; please unpack it, and give the files of the model in it',
  },
  { id: 'names', role: plainRole('names'), endings: ['txt', 'csv', 'tsv'] },
  { id: 'json', role: plainRole('json'), endings: ['json'], isLike: ({ text }) => /^(ï»¿)?\s*[[{]/.test(text) },
];

export const OTHER_JSON: readonly JsonKind[] = [
  { role: plainRole('manifest'), matches: (json) => 'preprocessing' in json && 'classNames' in json },
  {
    role: plainRole('metadata'),
    matches: (json) =>
      isTeachableMachine(json) ||
      isHubConfig(json) ||
      (typeof json.keras_version === 'string' && Object.values(json).every((value) => typeof value !== 'object')),
  },
];
