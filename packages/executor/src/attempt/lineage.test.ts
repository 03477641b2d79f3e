import assert from 'node:assert/strict';
import { test } from 'node:test';
import { belongsTo, lineageOf } from './lineage.ts';

test('a run within a run stands behind the attempt that started it', () => {
  const outer = lineageOf({}, { runId: 'a', attemptNo: 3 });
  assert.equal(outer, 'a/3');
  assert.equal(lineageOf({ WORKFLOW_RUN_ID: 'a', WORKFLOW_LINEAGE: outer }, { runId: 'b', attemptNo: 1 }), 'a/3,b/1');
});

test('a run that was made independent of the one it was started in has nobody above it', () => {
  assert.equal(lineageOf({ WORKFLOW_LINEAGE: 'a/3' }, { runId: 'b', attemptNo: 1 }), 'b/1');
});

const cases = [
  ['a/3', 'a', 3, 'own'],
  ['a/3', 'a', null, 'own'],
  ['a/3', 'a', 30, null],
  ['a/30', 'a', 3, null],
  ['ab/3', 'a', null, null],
  ['x/1,a/3', 'a', 3, 'own'],
  ['a/3,b/1', 'a', 3, 'nested'],
  ['a/3,b/1', 'a', null, 'nested'],
  ['a/3,b/1', 'b', 1, 'own'],
] as const;
for (const [lineage, runId, attemptNo, expected] of cases) {
  test(`a process with ${lineage} is ${expected ?? 'not'} of ${runId}/${attemptNo ?? '*'}`, () => {
    assert.equal(belongsTo([`WORKFLOW_LINEAGE=${lineage}`, 'WORKFLOW_RUN_ID=x'], { runId, attemptNo }), expected);
    assert.equal(belongsTo([`WORKFLOW_LINEAGE=${lineage}`], { runId, attemptNo }), expected && 'released');
  });
}
