/** Which of torch's modules a node was a part of, as PyTorch's exporters note it. */

/** In which those since PyTorch 2.5 list modules from the outermost in, and last the operation: `['', 'layer1', 'layer1.0', 'add']`. */
export const SCOPES = 'pkg.torch.onnx.name_scopes';

function joined(scopes: readonly string[]): string {
  const path: string[] = [];
  for (const scope of scopes) {
    // What is in a Sequential is called by it: `/layer1/layer1.0/conv1`.
    if (path.length > 0 && scope.startsWith(`${path.at(-1)}.`)) path.pop();
    path.push(scope);
  }
  return path.join('.');
}

/** @param scopes what the exporter notes of it @returns `module`, if any is known */
export function moduleOf(name: string, scopes: string | undefined): { readonly module?: string } {
  const noted = scopes === undefined ? [] : [...scopes.matchAll(/'([^']*)'/g)].map(([, scope = '']) => scope);
  const module = noted.at(-2) ?? (name.startsWith('/') ? joined(name.split('/').slice(1, -1)) : '');
  return module === '' ? {} : { module };
}
