import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const RUNS = 50;
const STEPS = 4;

let sandbox: Sandbox;
before(() => {
  sandbox = createSandbox();
  const steps = Array.from({ length: STEPS }, (_, index) => `[steps.s${index}]\nrun = "echo ${index}"\n`);
  sandbox.write('workflow.toml', `id = "many"\nmax_parallel = 1\n\n${steps.join('\n')}`);
});
after(() => sandbox.remove());

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

async function start(command: string): Promise<Ended> {
  const child = spawn('sh', ['-c', command], { cwd: sandbox.folder, env: sandbox.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const note = (text: string): void => {
    said += text;
  };
  child.stdout.setEncoding('utf8').on('data', note);
  child.stderr.setEncoding('utf8').on('data', note);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, said };
}

test(`${RUNS} runs that begin at once, beside those who look, all end well, and nobody hears of a lock`, async () => {
  const runs = Array.from({ length: RUNS }, () => start('workflow run --in-place'));
  const looks = Array.from({ length: 10 }, () => start('for i in 1 2 3; do workflow status --json >/dev/null || exit 1; done'));
  const backups = Array.from({ length: 2 }, (_, index) =>
    start(`until workflow doctor --backup b${index}.db; do rm -f b${index}.db; done`),
  );
  const ended = await Promise.all([...runs, ...looks, ...backups]);
  const bad = ended.filter(({ status, said }) => status !== 0 || /locked|history-busy|held by/.test(said));
  assert.deepEqual(bad, []);
  const listed = JSON.parse(sandbox.run('workflow status --json --limit 1000').stdout) as {
    status: string;
    counts: { succeeded: number };
  }[];
  assert.deepEqual(
    listed.map(({ status, counts }) => `${status} ${counts.succeeded}`),
    Array(RUNS).fill(`succeeded ${STEPS}`),
  );
  const doctor = sandbox.run('workflow doctor --full --json');
  assert.deepEqual([doctor.status, (JSON.parse(doctor.stdout) as { findings: unknown[] }).findings], [0, []]);
});

test('runs go well while everything that is over is pruned all the time, and what is left is whole', async () => {
  const runs = Array.from({ length: 12 }, () => start('workflow run --in-place'));
  const prunings = Array.from({ length: 2 }, () =>
    start(
      'for i in 1 2 3 4 5 6; do workflow prune --older-than 1ms --keep-last 0 --what runs,logs,artifacts,blobs || exit 1; done',
    ),
  );
  const ended = await Promise.all([...runs, ...prunings]);
  assert.deepEqual(
    ended.filter(({ status }) => status !== 0),
    [],
  );
  const doctor = sandbox.run('workflow doctor --full --json');
  assert.deepEqual([doctor.status, (JSON.parse(doctor.stdout) as { findings: unknown[] }).findings], [0, []]);
});
