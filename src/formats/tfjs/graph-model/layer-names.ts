/** Names without the scopes that they all stand in, such as `StatefulPartitionedCall/model/`: what tells layers apart stays. */

/** Scopes of functions that were put in place of their calls, and say nothing. */
const CALL = /^(Stateful)?PartitionedCall(_\d+)?$/;

/** Where optimisers put nodes of their own. */
const BY_OPTIMISERS = /^(\w+Optimizer|ConstantFolding|unroll_\w+)\//;

function scopesOf(name: string): string[] {
  return name.split('/').filter((part, i, parts) => i === parts.length - 1 || !CALL.test(part));
}

/** So few may stand in no scope at all: what a network ends in, mostly. */
const FEW = 0.2;

/** The scopes that all names stand in, from the outermost. */
export function sharedScopes(names: readonly string[]): string[] {
  const all = names.filter((name) => !BY_OPTIMISERS.test(name)).map((name) => scopesOf(name).slice(0, -1));
  const scoped = all.filter(({ length }) => length > 0);
  const [first = [], ...others] = scoped;
  if (others.length === 0 || all.length - scoped.length > FEW * all.length) return [];
  const end = first.findIndex((scope, i) => others.some((scopes) => scopes[i] !== scope));
  return end < 0 ? first : first.slice(0, end);
}

/** What is left of a name. */
export function withoutScopes(name: string, shared: readonly string[]): string {
  const scopes = scopesOf(name);
  const own = scopes.findIndex((scope, i) => scope !== shared[i] || i === scopes.length - 1);
  return scopes.slice(Math.max(0, own)).join('/');
}
