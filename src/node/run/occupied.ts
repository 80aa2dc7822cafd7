/**
 * Keeps two runs of one machine out of the same folder at once. The system itself tells whether the other one is alive: it listens at a
 * place that is named after the folder, and whoever is killed listens no more.
 */
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { recordFileName, type Shard } from '../../sets/results/run-record.ts';
import { diskCode } from '../disk-faults.ts';
import { makeFolder, unwritable } from '../output/whole-file.ts';

/** Short: such places may have some hundred characters. */
export async function placeOf(out: string, shard: Shard | null): Promise<string> {
  const record = join(await realpath(out).catch(() => resolve(out)), recordFileName(shard));
  const name = `fast-ablation-cam-${createHash('sha256').update(record).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function listen(place: string): Promise<Server> {
  return new Promise((resolveWith, reject) => {
    const server = createServer((other) => other.on('error', () => {}).end(String(process.pid)));
    server.once('error', reject).listen(place, () => resolveWith(server.unref()));
  });
}

/** Who listens there: the number of its process; null for nobody. */
function whoListens(place: string): Promise<string | null> {
  return new Promise((resolveWith) => {
    let said = '';
    connect(place)
      .on('data', (part) => {
        said += part;
      })
      .on('error', () => resolveWith(null))
      .on('end', () => resolveWith(said));
  });
}

/**
 * @returns gives the folder free again
 * @throws AppError `results-other` where another run is at work there
 */
export async function occupy(out: string, shard: Shard | null): Promise<() => Promise<void>> {
  // Its name may be another one once it is there: it may be a link.
  await makeFolder(out).catch((cause: unknown) => {
    throw unwritable(join(out, recordFileName(shard)), cause);
  });
  const place = await placeOf(out, shard);
  const take = async (): Promise<Server | null> => {
    try {
      return await listen(place);
    } catch (cause) {
      // Where a system has no such places, nobody is kept out.
      if (diskCode(cause) !== 'EADDRINUSE') return null;
      const other = await whoListens(place);
      if (other === null) {
        // Of a run that was killed.
        await rm(place, { force: true });
        return await listen(place).catch(() => null);
      }
      throw new AppError(
        'results-other',
        `Another run (process ${other}) is at work in the folder ${out}; please wait for it, or name another folder.`,
      );
    }
  };
  const server = await take();
  return () => new Promise((done) => (server ? server.close(() => done()) : done()));
}
