import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import type { UserError } from '@workflow-platform/events';
import { openHistory, statePaths } from '@workflow-platform/journal';
import type { History } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder, succeeded } from './event-builders.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-'));
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
const newFolder = (): string => statePaths({ XDG_STATE_HOME: join(scratch, String(++count)) }).folder;

function writer(folder = newFolder()): History {
  const history = openHistory({ folder, mode: 'write' });
  after(() => history.close());
  return history;
}

test('events come back as they were given, in order', () => {
  const history = writer();
  const events = inOrder('r1', [created({ params: { text: 'ü\0\u{1f600}', list: [1, null] } }), STARTED, succeeded('a')]);
  history.append(events.slice(0, 1));
  history.append(events.slice(1));
  assert.deepEqual(history.readEvents('r1'), events);
  assert.deepEqual(history.readEvents('r1', 2), events.slice(2));
  assert.deepEqual(history.readEvents('nobody'), []);
});

test('another process that reads sees what was appended, at once', () => {
  const folder = newFolder();
  const history = writer(folder);
  const reader = openHistory({ folder, mode: 'read' });
  after(() => reader.close());
  history.append(inOrder('r1', [created()]));
  assert.equal(reader.readEvents('r1').length, 1);
  const before = reader.dataVersion();
  assert.equal(reader.dataVersion(), before);
  history.append(inOrder('r1', [STARTED], 2));
  assert.notEqual(reader.dataVersion(), before);
  assert.equal(reader.readRun('r1')?.status, 'running');
});

test('events of several runs go into one transaction', () => {
  const history = writer();
  const [a, b] = [inOrder('a', [created(), STARTED]), inOrder('b', [created()])];
  history.append([...a, ...b]);
  assert.deepEqual([history.readEvents('a'), history.readEvents('b')], [a, b]);
});

test('a gap, a repetition and a run that begins in the middle are refused, and nothing of the call is kept', () => {
  const history = writer();
  history.append(inOrder('r1', [created()]));
  const refused = [
    [...inOrder('r2', [created()]), ...inOrder('r1', [STARTED], 3)],
    [...inOrder('r2', [created()]), ...inOrder('r1', [STARTED], 1)],
    [...inOrder('r2', [created()]), ...inOrder('r3', [STARTED])],
  ];
  for (const envelopes of refused) assert.throws(() => history.append(envelopes), /broken invariant/);
  assert.deepEqual(history.readEvents('r2'), []);
  history.append(inOrder('r1', [STARTED], 2));
  assert.equal(history.readEvents('r1').length, 2);
});

test('who comes back to a run that somebody else went on with goes on after them', () => {
  const folder = newFolder();
  const [first, second] = [writer(folder), writer(folder)];
  first.append(inOrder('r1', [created()]));
  second.append(inOrder('r1', [STARTED], 2));
  assert.throws(() => first.append(inOrder('r1', [STARTED], 2)), /broken invariant: event 2 of run r1 follows event 2/);
  first.append(inOrder('r1', [succeeded('a')], 3));
  second.append(inOrder('r1', [succeeded('b')], 4));
  assert.equal(first.readRun('r1')?.counts.succeeded, 2);
});

test('a plan saved before its run is kept with the first event, and once for all runs of it', () => {
  const folder = newFolder();
  const history = writer(folder);
  history.savePlan('r1', '{"plan":1}');
  assert.equal(history.readPlan('r1'), '{"plan":1}');
  history.append(inOrder('r1', [created()]));
  history.append(inOrder('r2', [created()]));
  history.savePlan('r2', '{"plan":1}');
  const reader = openHistory({ folder, mode: 'read' });
  after(() => reader.close());
  assert.deepEqual([reader.readPlan('r1'), reader.readPlan('r2')], ['{"plan":1}', '{"plan":1}']);
});

test('a plan that was never saved, and a run that never was, are told apart', () => {
  const history = writer();
  history.append(inOrder('r1', [created()]));
  assert.throws(() => history.readPlan('r1'), { name: 'UserError', code: 'plan-missing' });
  assert.throws(() => history.readPlan('r2'), { name: 'UserError', code: 'run-not-found', exitCode: 3 });
});

test('runs are listed newest first, in pages, by workflow and by status', () => {
  const history = writer();
  for (let i = 0; i < 9; i++) {
    const workflow = { id: i % 2 === 0 ? 'even' : 'odd', version: null, name: null };
    history.append(inOrder(`r${i}`, i < 3 ? [created({ workflow }), STARTED, finished()] : [created({ workflow })]));
  }
  const ids = (query: Parameters<History['listRuns']>[0]): string =>
    history
      .listRuns(query)
      .map(({ id }) => id)
      .join(' ');
  assert.equal(ids({ limit: 4 }), 'r8 r7 r6 r5');
  assert.equal(ids({ limit: 4, before: 'r5' }), 'r4 r3 r2 r1');
  assert.equal(ids({ limit: 9, workflow: 'odd' }), 'r7 r5 r3 r1');
  assert.equal(ids({ limit: 9, status: 'succeeded' }), 'r2 r1 r0');
  assert.equal(ids({ limit: 9, status: 'succeeded', workflow: 'even', before: 'r2' }), 'r0');
  assert.equal(ids({ limit: 9, workflow: 'none' }), '');
});

test('a listed run says all that its events say about it', () => {
  const history = writer();
  const parent = { runId: 'p1', step: 'child' };
  history.append(inOrder('r1', [created({ parent }), STARTED, succeeded('a'), finished()]));
  const [row] = history.listRuns({ limit: 1 });
  assert.deepEqual(row, {
    id: 'r1',
    workflow: { id: 'review', version: '1.2.0', name: 'Review' },
    status: 'succeeded',
    createdMs: 1000,
    startedMs: 2000,
    finishedMs: 4000,
    by: { user: 'ana', host: 'desk', cwd: '/repo' },
    source: '/repo/workflow.toml',
    parent,
    workspacePath: null,
    planDigest: 'd'.repeat(64),
    counts: { succeeded: 1, failed: 0, allowedFailures: 0, skipped: 0, unreached: 0, cancelled: 0 },
  });
});

test('a run is meant by its id, by the beginning of one id, or by @ for the latest that a person started', () => {
  const history = writer();
  for (const id of ['ab1', 'ab12', 'b1']) history.append(inOrder(id, [created()]));
  history.append(inOrder('c1', [created({ parent: { runId: 'b1', step: 's' } })]));
  assert.equal(history.resolveRun('ab1'), 'ab1');
  assert.equal(history.resolveRun('b'), 'b1');
  assert.equal(history.resolveRun('c'), 'c1');
  assert.equal(history.resolveRun('@'), 'b1');
  for (const text of ['x', '', '%', 'AB1', 'b1 ']) {
    assert.throws(() => history.resolveRun(text), { name: 'UserError', code: 'run-not-found', exitCode: 3 }, text);
  }
  assert.throws(
    () => history.resolveRun('a'),
    (error: UserError) => error.code === 'run-ambiguous' && /ab1, ab12/.test(error.message),
  );
});

test('artifacts are listed by run; storing one again replaces it', () => {
  const history = writer();
  const stored = {
    type: 'artifact.stored',
    name: 'report',
    path: 'a.md',
    digest: '1',
    sizeBytes: 10,
    retainUntilMs: null,
  } as const;
  history.append(inOrder('r1', [created(), stored, { ...stored, digest: '2', retainUntilMs: 99 }, { ...stored, path: 'b.md' }]));
  assert.deepEqual(history.artifactsOf('r1'), [
    { name: 'report', path: 'a.md', digest: '2', sizeBytes: 10, retainUntilMs: 99, prunedMs: null },
    { name: 'report', path: 'b.md', digest: '1', sizeBytes: 10, retainUntilMs: null, prunedMs: null },
  ]);
  assert.deepEqual(history.artifactsOf('r2'), []);
});

test('reading where there is no history finds nothing and makes nothing, and sees the first run when it comes', () => {
  const folder = newFolder();
  const reader = openHistory({ folder, mode: 'read' });
  after(() => reader.close());
  assert.deepEqual([reader.listRuns({ limit: 5 }), reader.readEvents('r1'), reader.artifactsOf('r1')], [[], [], []]);
  assert.throws(() => reader.resolveRun('@'), { code: 'run-not-found', exitCode: 3 });
  assert.equal(statSync(folder, { throwIfNoEntry: false }), undefined);
  const before = reader.dataVersion();
  writer(folder).append(inOrder('r1', [created()]));
  assert.notEqual(reader.dataVersion(), before);
  assert.equal(reader.resolveRun('@'), 'r1');
});

test('files are the user’s alone, and none is left over from making them', () => {
  const folder = newFolder();
  writer(folder).append(inOrder('r1', [created()]));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  assert.deepEqual(readdirSync(folder).sort(), ['history.db', 'history.db-shm', 'history.db-wal']);
});

test('what was appended is there for the next process, however this one closed', () => {
  const folder = newFolder();
  for (let i = 1; i <= 3; i++) {
    const history = openHistory({ folder, mode: 'write' });
    history.append(inOrder(`r${i}`, [created()]));
    history.close();
    history.close();
  }
  const reader = openHistory({ folder, mode: 'read' });
  after(() => reader.close());
  assert.equal(reader.listRuns({ limit: 9 }).length, 3);
});

test('the log that stays between runs does not grow without end', () => {
  const folder = newFolder();
  for (let run = 0; run < 40; run++) {
    const history = openHistory({ folder, mode: 'write' });
    history.append(inOrder(`r${100 + run}`, [created({ source: 'x'.repeat(300_000) })]));
    history.close();
  }
  assert.ok((statSync(join(folder, 'history.db-wal'), { throwIfNoEntry: false })?.size ?? 0) < 3_000_000);
});
