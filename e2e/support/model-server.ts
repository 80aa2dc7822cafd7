/** A server of model files, on this machine, that lets other pages fetch them or not. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GivenFile } from './app.ts';

export interface ModelServer {
  readonly url: string;
  close(): void;
}

export async function serveFiles(files: readonly GivenFile[], letsOthers: boolean): Promise<ModelServer> {
  const server = createServer(({ url = '' }, response) => {
    const file = files.find(({ name }) => url.endsWith(`/${name}`));
    response.writeHead(file ? 200 : 404, letsOthers ? { 'Access-Control-Allow-Origin': '*' } : {});
    response.end(file?.buffer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/flowers/`, close: () => server.close() };
}
