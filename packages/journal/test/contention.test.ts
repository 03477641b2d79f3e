import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { openHistory } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder } from './event-builders.ts';
import { startChild } from './programs/child.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-contention-'));
after(() => rmSync(scratch, { recursive: true }));

test('a writer that never lets go is told by its number, and nothing is lost or half-written', async (t) => {
  const folder = join(scratch, 'held');
  const history = openHistory({ folder, mode: 'write', patience: { stillMs: 50, totalMs: 100_000 } });
  history.append(inOrder('r1', [created()]));
  const holder = startChild('hold-history.ts', join(folder, 'history.db'));
  t.after(() => holder.process.kill('SIGKILL'));
  assert.equal(await holder.nextLine(), 'held');
  const isTold = {
    name: 'UserError',
    code: 'history-busy',
    ...(process.platform === 'linux' ? { message: new RegExp(`held by process ${holder.process.pid} \\(.*hold-history`) } : {}),
  };
  assert.throws(() => history.append(inOrder('r1', [STARTED], 2)), isTold);
  assert.equal(history.readEvents('r1').length, 1, 'readers are not in its way');
  holder.process.kill('SIGKILL');
  await holder.ended();
  history.append(inOrder('r1', [STARTED, finished()], 2));
  assert.equal(history.readRun('r1')?.status, 'succeeded');
  history.close();
});

test('who waits behind a stopped writer goes on when that is gone', async (t) => {
  const folder = join(scratch, 'stopped');
  const history = openHistory({ folder, mode: 'write' });
  history.append(inOrder('r1', [created()]));
  const holder = startChild('hold-history.ts', join(folder, 'history.db'));
  t.after(() => holder.process.kill('SIGKILL'));
  assert.equal(await holder.nextLine(), 'held');
  const waiter = startChild('append-runs.ts', folder, 'w', '3');
  assert.equal(await waiter.nextLine(), 'ready');
  waiter.process.stdin.write('begin\n');
  holder.process.kill('SIGSTOP');
  holder.process.kill('SIGKILL');
  assert.equal(await waiter.ended(), 0);
  assert.equal(history.listRuns({ limit: 10 }).length, 4);
  history.close();
});

test('prunings take the note of the last look away from each other, and each ends well', async () => {
  const state = join(scratch, 'looks');
  mkdirSync(join(state, 'workflow'), { recursive: true });
  const prunings = Array.from({ length: 2 }, () => startChild('note-looks.ts', state, '3000'));
  assert.deepEqual(await Promise.all(prunings.map((each) => each.ended())), [0, 0]);
});
