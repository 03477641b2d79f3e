import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RunEvent } from '@workflow-platform/events';

import { STARTED, created, finished, inOrder, succeeded } from '../test/event-builders.ts';
import { applyToRunRow, firstRunRow } from './run-row.ts';
import type { RunRow } from './run-row.ts';

function rowAfter(...events: RunEvent[]): RunRow {
  const [first, ...rest] = inOrder('r1', [created(), ...events]);
  assert.ok(first?.event.type === 'run.created');
  return rest.reduce(applyToRunRow, firstRunRow(first, first.event));
}

const engine = { version: '0.1.0', host: 'desk', pid: 7 };
const failed = (step: string, allowed: boolean): RunEvent => ({
  type: 'step.failed',
  step,
  failure: { kind: 'exit', code: 1 },
  allowed,
  outputs: {},
});

test('a run waits in the queue until an engine takes it up', () => {
  assert.deepEqual([rowAfter().status, rowAfter().startedMs], ['queued', null]);
  assert.deepEqual([rowAfter(STARTED).status, rowAfter(STARTED).startedMs], ['running', 2000]);
});

test('a cancel shows until the run has ended', () => {
  const cancel: RunEvent = { type: 'run.cancel-requested', by: 'ana', reason: 'mistake' };
  assert.equal(rowAfter(STARTED, cancel).status, 'cancelling');
  assert.equal(rowAfter(STARTED, cancel, finished('cancelled')).status, 'cancelled');
  assert.equal(rowAfter(STARTED, finished(), cancel).status, 'succeeded');
  assert.equal(rowAfter(cancel, STARTED).status, 'cancelling', 'asked for before an engine was there');
  assert.equal(rowAfter(STARTED, cancel, { type: 'run.resumed', engine, by: 'ana' }).status, 'cancelling', 'its engine died');
});

test('steps are counted by how they ended', () => {
  const { counts } = rowAfter(
    STARTED,
    succeeded('a'),
    succeeded('b'),
    failed('c', false),
    failed('d', true),
    { type: 'step.skipped', step: 'e', reason: { kind: 'condition', source: 'false' } },
    { type: 'step.skipped', step: 'f', reason: { kind: 'upstream', step: 'c' } },
    { type: 'step.cancelled', step: 'g' },
  );
  assert.deepEqual(counts, { succeeded: 2, failed: 1, allowedFailures: 1, skipped: 1, unreached: 1, cancelled: 1 });
});

test('a resumed run runs again and forgets what did not succeed', () => {
  const row = rowAfter(STARTED, succeeded('a'), failed('b', false), finished('failed'), {
    type: 'run.resumed',
    engine,
    by: 'ana',
  });
  assert.deepEqual([row.status, row.finishedMs, row.startedMs], ['running', null, 2000]);
  assert.deepEqual([row.counts.succeeded, row.counts.failed], [1, 0]);
});

test('a run opened again after its end counts a skipped step once', () => {
  const skipped: RunEvent = { type: 'step.skipped', step: 'b', reason: { kind: 'condition', source: '!cancelled()' } };
  const row = rowAfter(
    STARTED,
    succeeded('a'),
    skipped,
    finished('cancelled'),
    { type: 'run.resumed', engine, by: 'ana' },
    succeeded('b'),
  );
  assert.deepEqual([row.counts.succeeded, row.counts.skipped], [2, 0]);
});

test('a run taken up after a crash keeps its counts', () => {
  const skipped: RunEvent = { type: 'step.skipped', step: 'b', reason: { kind: 'condition', source: 'false' } };
  const row = rowAfter(STARTED, succeeded('a'), skipped, { type: 'run.resumed', engine, by: 'ana' });
  assert.deepEqual([row.counts.succeeded, row.counts.skipped], [1, 1]);
});

test('what only holds other steps does not count beside them', () => {
  const { counts } = rowAfter(
    STARTED,
    { type: 'step.group-started', step: 'a' },
    succeeded('a.x'),
    { type: 'step.succeeded', step: 'a', attempt: 0, exitCode: null, durationMs: 5, outputs: {} },
    { type: 'step.expanded', step: 'b', items: [{ key: 'x', value: 'x' }] },
    failed('b[x]', false),
    { type: 'step.failed', step: 'b', failure: { kind: 'children', failed: ['b[x]'] }, allowed: true, outputs: {} },
    { type: 'step.failed', step: 'c', failure: { kind: 'iterations', max: 3 }, allowed: true, outputs: {} },
    { type: 'run.finished', status: 'failed', failed: ['b[x]'], allowedFailures: ['b', 'c'] },
  );
  assert.deepEqual([counts.succeeded, counts.failed, counts.allowedFailures], [1, 1, 1]);
});

test('a step that a person approved has succeeded', () => {
  const { counts } = rowAfter(
    STARTED,
    { type: 'step.answered', step: 'a', by: 'ana', approved: true, message: '', fields: {} },
    { type: 'step.succeeded', step: 'a', attempt: 0, exitCode: null, durationMs: 5, outputs: {} },
  );
  assert.equal(counts.succeeded, 1);
});

test('the workspace is known while it is there', () => {
  const workspace = { id: 'w', path: '/ws/w', provider: 'git', from: '/repo', base: null, why: '' } as const;
  const made: RunEvent = { type: 'workspace.created', workspace };
  assert.equal(rowAfter(made).workspacePath, '/ws/w');
  assert.equal(rowAfter(made, { type: 'workspace.released', id: 'w', reason: 'kept' }).workspacePath, '/ws/w');
  assert.equal(rowAfter(made, { type: 'workspace.removed', id: 'w' }).workspacePath, null);
});

test('an event that does not show leaves the row as it is', () => {
  const before = rowAfter(STARTED);
  const [envelope] = inOrder('r1', [{ type: 'step.attempt-started', step: 'a', attempt: 1, attemptNo: 1 }], 3);
  assert.ok(envelope !== undefined);
  assert.equal(applyToRunRow(before, envelope), before);
});
