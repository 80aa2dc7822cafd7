/** The ready files of `docs/cluster`, run as they stand, with the built program in place of the published one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type BuiltProgram, buildProgram } from '../../src/node/testing/built-program.ts';
import { type TinySet, tinySet } from '../../src/node/testing/tiny-set.ts';

const FOLDER = join(import.meta.dirname, '../../docs/cluster');
const IMAGES = 24;

let program: BuiltProgram;
let set: TinySet;
let bin: string;

beforeAll(async () => {
  [program, set] = await Promise.all([buildProgram(), tinySet(IMAGES)]);
  bin = set.out('bin');
  mkdirSync(bin);
  // "npx --yes fast-ablation-cam ..."
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift 2\nexec '${process.execPath}' '${program.file}' "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  const whole = start('sh', ['-c', `npx --yes fast-ablation-cam explain "$IMAGES" --model "$MODEL" --out "$OUT"`], {
    OUT: set.out('whole'),
  });
  expect(await ended(whole)).toEqual({ code: 0, said: '' });
});
afterAll(() => {
  program.remove();
  set.remove();
});

/** @param env beside the paths of the images and the model */
function start(command: string, argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const all = { ...process.env, PATH: `${bin}:${process.env.PATH}`, IMAGES: set.images, MODEL: set.model, WORKERS: '1', ...env };
  // In a group of its own, so that whatever it starts can be killed with it.
  return spawn(command, argv, { env: all, cwd: set.folder, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
}

function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr?.on('data', (part) => {
    said += part;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

/** What was found, sorted, however long it took. */
function foundIn(out: string, name = 'results.jsonl'): string[] {
  const rows = readFileSync(join(out, name), 'utf8').split('\n').slice(0, -1);
  return rows.map((row) => row.replace(/"durationMs":\d+/, '')).sort();
}

async function merged(out: string): Promise<string[]> {
  const child = start('sh', ['-c', 'npx --yes fast-ablation-cam merge "$OUT" --out "$OUT"'], { OUT: out });
  expect(await ended(child)).toEqual({ code: 0, said: '' });
  return foundIn(out);
}

/** Resolves once the first image is done. */
async function begun(path: string): Promise<void> {
  while (!existsSync(path) || !readFileSync(path, 'utf8').includes('\n')) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('Slurm', () => {
  const script = join(FOLDER, 'slurm.sh');
  const task = (out: string, id: number) =>
    start('bash', [script], { OUT: out, SLURM_ARRAY_TASK_ID: String(id), SLURM_ARRAY_TASK_COUNT: '4' });

  it('gives four shards, one of them killed and started again, that are together what one run is', async () => {
    const out = set.out('slurm');
    const killed = task(out, 2);
    await begun(join(out, 'results.2-of-4.jsonl'));
    // A quick machine may be done before.
    if (killed.exitCode === null && killed.pid) process.kill(-killed.pid, 'SIGKILL');
    await ended(killed);
    const before = foundIn(out, 'results.2-of-4.jsonl');
    for (const id of [1, 2, 3, 4]) expect(await ended(task(out, id))).toEqual({ code: 0, said: '' });
    expect(foundIn(out, 'results.2-of-4.jsonl')).toEqual(expect.arrayContaining(before));
    const whole = await merged(out);
    expect(whole).toHaveLength(IMAGES);
    expect(whole).toEqual(foundIn(set.out('whole')));
  });

  it('is asked for what the script needs', () => {
    const text = readFileSync(script, 'utf8');
    expect(text.startsWith('#!/bin/bash\n')).toBe(true);
    expect(text).toMatch(/^#SBATCH --array=1-8$/m);
    expect(text.indexOf('#SBATCH --requeue')).toBeLessThan(text.indexOf('\nset -u'));
  });
});

describe('Kubernetes', () => {
  const job = parse(readFileSync(join(FOLDER, 'kubernetes.yaml'), 'utf8'));
  const { containers, restartPolicy, volumes } = job.spec.template.spec;
  const [container] = containers;
  const env: Record<string, string> = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );

  it('is given an Indexed Job whose parts fit together', () => {
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { completionMode: 'Indexed' } });
    expect(job.spec.completions).toBe(Number(env.SHARDS));
    expect(Number(container.resources.requests.cpu)).toBe(Number(env.WORKERS));
    // What a policy for failed pods needs.
    expect(restartPolicy).toBe('Never');
    expect(job.spec.podFailurePolicy.rules[0].onExitCodes.containerName).toBe(container.name);
    expect(container.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(volumes.map(({ name }: { name: string }) => name));
    for (const path of [env.IMAGES, env.MODEL, env.OUT]) expect(path).toMatch(new RegExp(`^${container.volumeMounts[0].mountPath}/`));
  });

  it('has no field that Kubernetes does not know, which it would take without a word', () => {
    // Of batch/v1, as its reference has them: as many as the file uses, each with what is in it.
    const RULE = {
      action: null,
      onExitCodes: { containerName: null, operator: null, values: null },
      onPodConditions: { type: null, status: null },
    };
    const CONTAINER = {
      ...{ name: null, image: null, command: null, args: null, env: { name: null, value: null } },
      ...{ resources: { requests: { cpu: null, memory: null }, limits: { memory: null } }, volumeMounts: { name: null, mountPath: null } },
    };
    const VOLUME = { name: null, persistentVolumeClaim: { claimName: null } };
    const POD = { restartPolicy: null, containers: CONTAINER, volumes: VOLUME };
    const JOB = {
      ...{ apiVersion: null, kind: null, metadata: { name: null } },
      spec: {
        ...{ completionMode: null, completions: null, parallelism: null, backoffLimitPerIndex: null },
        ...{ podFailurePolicy: { rules: RULE }, template: { spec: POD } },
      },
    };
    type Known = { readonly [field: string]: Known | null };
    const unknown = (value: unknown, known: Known | null, at: string): string[] => {
      if (Array.isArray(value)) return value.flatMap((one, i) => unknown(one, known, `${at}[${i}]`));
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) =>
        known && key in known ? unknown(inner, known[key] ?? null, `${at}.${key}`) : [`${at}.${key}`],
      );
    };
    expect(unknown(job, JOB, 'job')).toEqual([]);
    for (const { value } of container.env) expect(value).toBeTypeOf('string');
    for (const { onPodConditions = [] } of job.spec.podFailurePolicy.rules)
      for (const { status } of onPodConditions) expect(['True', 'False', 'Unknown']).toContain(status);
  });

  it('has pods that do their shard, and are done where images cannot be read', async () => {
    const out = set.out('kubernetes');
    const [command, ...options] = container.command;
    const broken = join(set.folder, 'broken');
    mkdirSync(broken);
    for (const name of ['a.png', 'b.png', 'c.png']) writeFileSync(join(broken, name), name);
    const pod = (index: number, images: string) =>
      ended(
        start(command, [...options, ...container.args], { OUT: out, SHARDS: '3', JOB_COMPLETION_INDEX: String(index), IMAGES: images }),
      );
    for (const index of [0, 1, 2]) expect((await pod(index, set.images)).code).toBe(0);
    expect(await merged(out)).toEqual(foundIn(set.out('whole')));
    const { code, said } = await ended(
      start(command, [...options, ...container.args], {
        OUT: set.out('broken-out'),
        SHARDS: '1',
        JOB_COMPLETION_INDEX: '0',
        IMAGES: broken,
      }),
    );
    expect([code, said.includes('3 of 3 images failed')]).toEqual([0, true]);
    // Another shard's settings in the same folder: to be given up, and not tried again.
    const other = await ended(
      start(command, [...options, ...container.args], { OUT: out, SHARDS: '3', JOB_COMPLETION_INDEX: '1', IMAGES: broken }),
    );
    expect(job.spec.podFailurePolicy.rules[0].onExitCodes.values).toContain(other.code);
  });
});

describe('GNU parallel', () => {
  const isThere = spawnSync('sh', ['-c', 'command -v parallel']).status === 0;
  if (!isThere) console.warn('SKIPPED: GNU parallel is not there, so docs/cluster/parallel.sh is not run; "apt install parallel" has it.');

  it.skipIf(!isThere)('runs all shards, and merges them', async () => {
    const out = set.out('parallel');
    const { code, said } = await ended(
      start('bash', [join(FOLDER, 'parallel.sh')], { OUT: out, SHARDS: '3', HOSTS: ':', HOME: set.folder }),
    );
    expect([code, said]).toEqual([0, expect.anything()]);
    expect(foundIn(out)).toEqual(foundIn(set.out('whole')));
  });

  it('is given a script that bash reads', () => {
    for (const name of ['parallel.sh', 'slurm.sh']) expect(spawnSync('bash', ['-n', join(FOLDER, name)]).stderr.toString()).toBe('');
  });
});

describe('Ray', () => {
  const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!python) console.warn('SKIPPED: Python is not there, so docs/cluster/ray_shards.py is not run.');

  it.skipIf(!python)('runs a task for each shard, tries again what died, and merges them', async () => {
    // As much of Ray as the file uses: tasks one after the other, with their retries.
    const stand = set.out('python');
    mkdirSync(stand);
    writeFileSync(
      join(stand, 'ray.py'),
      `class Task:
    def __init__(self, run, max_retries):
        self.run, self.max_retries = run, max_retries
    def remote(self, *given):
        for left in range(self.max_retries, -1, -1):
            try:
                return self.run(*given)
            except Exception:
                if left == 0:
                    raise
def remote(num_cpus, max_retries, retry_exceptions):
    assert num_cpus >= 1 and retry_exceptions
    return lambda run: Task(run, max_retries)
def init():
    pass
def get(results):
    return results
`,
    );
    const out = set.out('ray');
    const { code, said } = await ended(
      start(python ?? '', [join(FOLDER, 'ray_shards.py')], { OUT: out, SHARDS: '2', PYTHONPATH: stand, PYTHONDONTWRITEBYTECODE: '1' }),
    );
    expect([code, said]).toEqual([0, '']);
    expect(foundIn(out)).toEqual(foundIn(set.out('whole')));
  });
});
