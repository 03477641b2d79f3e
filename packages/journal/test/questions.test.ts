import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';

import type { RunEvent } from '@workflow-platform/events';
import { checkHistory, openHistory, rebuildRows, statePaths } from '@workflow-platform/journal';
import type { History } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder } from './event-builders.ts';

const scratch = mkdtempSync(join(tmpdir(), 'questions-'));
after(() => rmSync(scratch, { recursive: true }));

let count = 0;

/** A history with one run in which this has happened. */
function historyOf(...events: RunEvent[]): History {
  const { folder } = statePaths({ XDG_STATE_HOME: join(scratch, String(++count)) });
  const history = openHistory({ folder, mode: 'write' });
  after(() => history.close());
  history.append(inOrder('r1', [created(), STARTED, ...events]));
  return history;
}

function asks(step: string): RunEvent {
  return { type: 'step.waiting', step, action: 'human/approve', inputs: { message: 'Ship it?' }, untilMs: 9000 };
}

function answers(step: string, more: { readonly approved?: boolean; readonly missing?: number } = {}): RunEvent {
  return { type: 'step.answered', step, by: 'ana@desk', approved: true, message: '', fields: {}, ...more };
}

const open = (history: History): string[] => history.openQuestions(100).map(({ runId, step }) => `${runId} ${step}`);

test('an open question is listed with its run, until when, and what is asked', () => {
  const history = historyOf(asks('ship'));
  assert.deepEqual(history.openQuestions(100), [
    {
      runId: 'r1',
      workflow: { id: 'review', name: 'Review' },
      step: 'ship',
      action: 'human/approve',
      inputs: { message: 'Ship it?' },
      sinceMs: 3000,
      untilMs: 9000,
      missing: null,
    },
  ]);
});

const ends: [name: string, event: RunEvent][] = [
  ['approved', answers('ship')],
  ['rejected', answers('ship', { approved: false })],
  ['over time', { type: 'step.failed', step: 'ship', failure: { kind: 'unanswered', limitMs: 1 }, allowed: false, outputs: {} }],
  ['left out', { type: 'step.skipped', step: 'ship', reason: { kind: 'fail-fast', step: 'x' } }],
  ['cancelled', { type: 'step.cancelled', step: 'ship' }],
  ['of a run that has ended', finished('failed')],
];

for (const [name, event] of ends) {
  test(`a question that is ${name} is listed no more`, () => {
    assert.deepEqual(open(historyOf(asks('ship'), asks('other'), event)).includes('r1 ship'), false);
  });
}

test('one of several approvals leaves the question open, and says how many are to come', () => {
  const history = historyOf(asks('ship'), answers('ship', { missing: 1 }));
  assert.equal(history.openQuestions(100)[0]?.missing, 1);
});

test('a question that is asked again, by a resume, is a new one', () => {
  const resumed: RunEvent = { type: 'run.resumed', engine: { version: '0', host: 'x', pid: 1 }, by: 'ana' };
  const history = historyOf(asks('ship'), answers('ship', { approved: false }), finished('failed'), resumed, asks('ship'));
  assert.equal(history.openQuestions(100)[0]?.sinceMs, 7000);
});

test('a question that is missing in the table is found by the check, and made again from the events', () => {
  const { folder } = statePaths({ XDG_STATE_HOME: join(scratch, String(++count)) });
  const history = openHistory({ folder, mode: 'write' });
  history.savePlan('r1', '{}');
  history.append(inOrder('r1', [created(), STARTED, asks('ship'), answers('ship', { missing: 1 })]));
  const before = history.openQuestions(100);
  history.close();
  const database = new DatabaseSync(join(folder, 'history.db'));
  database.exec('DELETE FROM questions');
  database.close();
  const { findings } = checkHistory(folder, { full: false });
  assert.deepEqual(
    findings.map(({ code, isDerived }) => [code, isDerived]),
    [['questions-wrong', true]],
  );
  rebuildRows(folder, ['r1']);
  const again = openHistory({ folder, mode: 'read' });
  assert.deepEqual(again.openQuestions(100), before);
  again.close();
});
