/** What the hub answers: https://huggingface.co/docs/hub/api. It may say more, and say it otherwise one day: then that is said. */
import * as v from 'valibot';
import type { HubResult } from '../../core/models/hub-model.ts';
import type { Json } from '../network/artifacts.ts';
import { maybe } from './hub-usage.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Gated = v.fallback(v.optional(v.union([v.boolean(), v.string()]), false), false);

const Disabled = v.fallback(v.optional(v.boolean(), false), false);

const Info = v.object({
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  gated: Gated,
  disabled: Disabled,
  pipeline_tag: maybe(v.string()),
});

export interface HubInfo {
  /** The commit that the revision is. */
  readonly sha: string;
  readonly isGated: boolean;
  readonly isDisabled: boolean;
  readonly task: string | null;
}

/** Null for an answer of another form. */
export function parseInfo(json: Json): HubInfo | null {
  const { success, output } = v.safeParse(Info, json);
  if (!success) return null;
  const { sha, gated, disabled: isDisabled, pipeline_tag: task = null } = output;
  return { sha, isGated: gated !== false, isDisabled, task };
}

const Tree = v.array(
  v.object({
    type: v.string(),
    path: v.pipe(v.string(), v.nonEmpty()),
    size: Count,
    lfs: v.nullish(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size: Count })),
  }),
);

/** A file of a model, as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** In hex; null for what is small enough to stand in git. */
  readonly sha256: string | null;
}

/** Files alone, not folders; null for an answer of another form. */
export function parseTree(json: Json): readonly HubFile[] | null {
  const { success, output } = v.safeParse(Tree, json);
  if (!success) return null;
  const files = output.filter(({ type }) => type === 'file');
  return files.map(({ path, size, lfs }) => ({ path, bytes: lfs?.size ?? size, sha256: lfs?.oid ?? null }));
}

const Found = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
  downloads: v.fallback(v.optional(Count, 0), 0),
  gated: Gated,
  disabled: Disabled,
  pipeline_tag: maybe(v.string()),
  tags: v.fallback(v.optional(v.array(v.string()), []), []),
  safetensors: maybe(v.object({ parameters: v.record(v.string(), Count) })),
});

/** Of the types that weights are kept in, in bytes. */
const BYTES: Readonly<Record<string, number>> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, I16: 2, I8: 1, U8: 1, BOOL: 1 };

/** Null where a type is none that is known. */
function bytesOf(parameters: Readonly<Record<string, number>>): number | null {
  const sizes = Object.entries(parameters).map(([type, count]) => (BYTES[type] ?? Number.NaN) * count);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes > 0 ? bytes : null;
}

/** Null for an answer of another form; a model whose entry makes no sense is left out. */
export function parseSearch(json: Json): readonly HubResult[] | null {
  if (!Array.isArray(json)) return null;
  return json.flatMap((entry): HubResult[] => {
    const { success, output } = v.safeParse(Found, entry);
    if (!success) return [];
    const { id: repository, downloads, gated, disabled: isDisabled, pipeline_tag: task = null, tags, safetensors } = output;
    return [
      {
        repository,
        task,
        downloads,
        bytes: safetensors ? bytesOf(safetensors.parameters) : null,
        isGated: gated !== false,
        isDisabled,
        hasSafetensors: safetensors !== undefined || tags.includes('safetensors'),
        licence: tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null,
      },
    ];
  });
}
