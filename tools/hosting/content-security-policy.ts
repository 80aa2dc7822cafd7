/**
 * What the page and its workers may do, as Content-Security-Policy.
 *
 * The page talks to its own host alone. So does the engine's worker, but for one thing: it fetches a model from any URL that a person
 * gives. The worker that reads models which nobody has checked talks to nobody. Nowhere is code made from text.
 *
 * A page's policy stands in the page; a worker's must come as a header with its script. The preview server sends them; on hosts that
 * cannot, the service worker does that adds the headers for isolation.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

type Directives = Readonly<Record<string, string>>;

const PAGE: Directives = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval' blob:",
  'worker-src': "'self' blob:",
  'img-src': "'self' blob: data:",
  'connect-src': "'self' blob: data:",
  'style-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

const ENGINE_WORKER: Directives = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval' blob:",
  'worker-src': "'self' blob:",
  // Other hosts than a person's own machine must be reached safely.
  'connect-src': "'self' blob: data: https: http://localhost:* http://127.0.0.1:*",
};

const FILE_WORKER: Directives = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
};

function policyOf(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}

/** By the names of the scripts, which the build gives a hash. */
const WORKERS: readonly { readonly script: RegExp; readonly policy: string }[] = [
  { script: /\/(file|image)-worker-[\w-]+\.js$/, policy: policyOf(FILE_WORKER) },
  { script: /\/worker-[\w-]+\.js$/, policy: policyOf(ENGINE_WORKER) },
];

/** The policy that belongs to a path of the built page. */
function policyFor(pathname: string): string {
  return WORKERS.find(({ script }) => script.test(pathname))?.policy ?? policyOf(PAGE);
}

const ISOLATION_WORKER = 'src/platform/isolation-worker.js';

export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    transformIndexHtml() {
      return [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policyOf(PAGE) }, injectTo: 'head-prepend' }];
    },
    generateBundle() {
      const workers = WORKERS.map(({ script, policy }) => ({ script: script.source, policy }));
      const source = readFileSync(ISOLATION_WORKER, 'utf8').replace('/* WORKERS */ []', JSON.stringify(workers));
      this.emitFile({ type: 'asset', fileName: 'isolation-worker.js', source });
    },
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeader('Content-Security-Policy', policyFor(new URL(request.url ?? '/', 'http://localhost').pathname));
        next();
      });
    },
  };
}
