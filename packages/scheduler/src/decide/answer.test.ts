import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '@workflow-platform/events';
import { apply, recordRequest, waitsForPeople } from '@workflow-platform/scheduler';
import type { Answer } from './answer.ts';
import { attemptStep, brief, implied, repeatOf, groupStep, RunDriver, waitStep } from '@workflow-platform/testkit';

/** A step that asks this. */
function asking(question: { readonly [name: string]: Json }, given: Parameters<typeof waitStep>[1] = {}) {
  const asks = Object.fromEntries(Object.entries(question).map(([name, json]) => [name, { json }]));
  return waitStep('w', { asks, ...given });
}

function from(
  by: string,
  id: string,
  more: Partial<Pick<Answer, 'approved' | 'fields'>> & { atMs?: number } = {},
): Answer & { readonly kind: 'answered' } {
  const { approved = true, fields = {}, atMs = 0 } = more;
  return { kind: 'answered', step: 'w', by, approved, message: '', fields, request: { id, atMs } };
}

const note = { fields: { note: { type: 'string' } } };

test('an approval succeeds, and its fields are outputs', () => {
  const run = new RunDriver([asking(note), attemptStep('b', { needs: ['w'], when: implied("steps.w.outputs.note == 'go'") })]);
  assert.deepEqual(run.answer('w', true, { note: 'go' }), ['answered w', 'succeeded w', 'attempt-started b']);
  const succeeded = run.events.find(({ type }) => type === 'step.succeeded');
  const outputs = { note: 'go', by: 'ada', message: 'because', approved: 'true' };
  assert.deepEqual(succeeded?.type === 'step.succeeded' && succeeded.outputs, outputs);
});

test('a rejection fails the step, with who rejected and why, also as outputs', () => {
  const clearUp = attemptStep('c', { needs: ['w'], when: "failure() && steps.w.outputs.message == 'because'" });
  const run = new RunDriver([waitStep('w'), clearUp]);
  assert.deepEqual(run.answer('w', false), ['answered w', 'failed w rejected', 'attempt-started c']);
  const failed = run.events.find(({ type }) => type === 'step.failed');
  assert.deepEqual(failed?.type === 'step.failed' && failed.failure, { kind: 'rejected', by: 'ada', message: 'because' });
});

test('only the first answer counts', () => {
  const run = new RunDriver([waitStep('w')]);
  run.answer('w', true);
  assert.deepEqual(run.answer('w', false), []);
});

test('a failure elsewhere takes the question back', () => {
  const run = new RunDriver([waitStep('w'), attemptStep('a')]);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit', 'skipped w fail-fast']);
});

test('a request is acknowledged by the event of the answer, and counts once', () => {
  const run = new RunDriver([waitStep('w')]);
  run.send(from('ada@x', 'r1'));
  const answered = run.events.find(({ type }) => type === 'step.answered');
  assert.equal(answered?.type === 'step.answered' && answered.request, 'r1');
  assert.deepEqual(run.send(from('ada@x', 'r1')), []);
});

const refusals: [name: string, question: { readonly [name: string]: Json }, answer: ReturnType<typeof from>, code: string][] = [
  ['who is not asked', { by: ['grace', 'ada@y'] }, from('ada@x', 'r'), 'answer-not-allowed'],
  ['an unknown field', note, from('ada@x', 'r', { fields: { nota: 'x' } }), 'answer-invalid'],
  ['a missing field', { fields: { n: { type: 'integer', required: true } } }, from('ada@x', 'r'), 'answer-invalid'],
  ['a wrong type', { fields: { n: { type: 'integer' } } }, from('ada@x', 'r', { fields: { n: 'ten' } }), 'answer-invalid'],
  ['an unknown step', {}, { ...from('ada@x', 'r'), step: 'x' }, 'step-unknown'],
];

for (const [name, question, answer, code] of refusals) {
  test(`an answer of ${name} is refused with its reason, and the step goes on waiting`, () => {
    const run = new RunDriver([asking(question)]);
    run.send(answer);
    const refused = run.events.at(-1);
    assert.equal(refused?.type === 'run.request-refused' && refused.code, code);
    assert.deepEqual(run.send({ ...answer, request: { id: 'r', atMs: 1 } }), [], 'it was acknowledged');
    assert.ok(waitsForPeople(run.state));
  });
}

test('names are login names, with a machine where the question says so', () => {
  const run = new RunDriver([asking({ by: ['grace', 'ada@y'] })]);
  assert.deepEqual(run.send(from('ada@y', 'r1')), ['answered w', 'succeeded w']);
});

test('whoever started the run cannot answer where the question forbids it', () => {
  const run = new RunDriver([asking({ not_starter: true })], {}, { starts: false });
  apply(run.state, created, 0);
  run.send({ kind: 'start', engine: { version: '0', host: 'x', pid: 1 } });
  run.workspaceReady();
  run.send(from('ada@elsewhere', 'r1'));
  assert.equal(run.events.at(-1)?.type, 'run.request-refused');
  assert.deepEqual(run.send(from('grace@x', 'r2')), ['answered w', 'succeeded w']);
});

test('several have to approve where the question says so: each once, and one rejection is enough', () => {
  const ask = (): RunDriver => new RunDriver([asking({ approvals: 2 })]);
  const run = ask();
  assert.deepEqual(run.send(from('ada@x', 'r1')), ['answered w']);
  run.send(from('ada@y', 'r2'));
  const refused = run.events.at(-1);
  assert.equal(refused?.type === 'run.request-refused' && refused.code, 'answer-twice');
  assert.deepEqual(run.send(from('grace@x', 'r3')), ['answered w', 'succeeded w']);
  const succeeded = run.events.at(-1);
  assert.equal(succeeded?.type === 'step.succeeded' && succeeded.outputs['by'], 'ada@x, grace@x');
  const other = ask();
  other.send(from('ada@x', 'r1'));
  assert.deepEqual(other.send(from('grace@x', 'r2', { approved: false })), ['answered w', 'failed w rejected']);
});

test('a time limit fails, rejects or accepts, as the question says', () => {
  const after = (question: { readonly [name: string]: Json }): string[] => {
    const run = new RunDriver([asking(question, { timeoutMs: 500 })]);
    assert.deepEqual(run.wait(499), []);
    return run.wait(1);
  };
  assert.deepEqual(after({}), ['failed w unanswered']);
  assert.deepEqual(after({ on_timeout: 'reject' }), ['answered w', 'failed w rejected']);
  assert.deepEqual(after({ on_timeout: 'accept' }), ['answered w', 'succeeded w']);
});

test('defaults are the answer when nobody gives another', () => {
  const fields = { n: { type: 'integer', default: 3, required: true }, note: {} };
  const run = new RunDriver([asking({ fields, on_timeout: 'accept' }, { timeoutMs: 500 })]);
  run.wait(500);
  const succeeded = run.events.at(-1);
  assert.deepEqual(succeeded?.type === 'step.succeeded' && succeeded.outputs, {
    n: '3',
    by: 'time limit',
    message: 'nobody answered in time',
    approved: 'true',
  });
});

test('an answer that was made in time counts, however late an engine learns of it; one made later is refused', () => {
  const run = new RunDriver([asking({}, { timeoutMs: 500 })]);
  assert.deepEqual(
    recordRequest(run.state, from('ada@x', 'r1', { atMs: 500 }), 9000).map(({ type }) => type),
    ['run.request-refused'],
  );
  const events = recordRequest(run.state, from('ada@x', 'r2', { atMs: 499 }), 9000);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['step.answered', 'step.succeeded'],
  );
});

test('what is recorded without an engine starts nothing before one takes the run up', () => {
  const run = new RunDriver([waitStep('w'), attemptStep('b', { needs: ['w'] })]);
  const events = recordRequest(run.state, from('ada@x', 'r1'), 0);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['step.answered', 'step.succeeded'],
  );
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started b']);
});

test('a run waits for people when nothing else is under way', () => {
  const loop = groupStep('g', [attemptStep('x')], { repeat: repeatOf({ max: 2, delayMs: 100 }) });
  const run = new RunDriver([
    waitStep('w'),
    attemptStep('a', { retry: { ...attemptStep('a').retry, max: 1, initialMs: 10 } }),
    loop,
  ]);
  assert.equal(waitsForPeople(run.state), false, 'attempts run');
  run.fail('a');
  assert.equal(waitsForPeople(run.state), false, 'a retry is to come');
  run.wait(10);
  run.succeed('a');
  run.succeed('g[1].x');
  assert.equal(waitsForPeople(run.state), false, 'a turn is to come');
  run.wait(100);
  run.succeed('g[2].x');
  assert.equal(waitsForPeople(run.state), true);
  run.answer('w', true);
  assert.equal(waitsForPeople(run.state), false, 'artifacts are to be kept');
});

test('a cancel is acknowledged once; one that is too late is refused', () => {
  const run = new RunDriver([attemptStep('a')]);
  const cancel = (id: string) => ({ kind: 'cancel', by: 'ada@x', reason: '', request: { id, atMs: 0 } }) as const;
  assert.equal(run.send(cancel('r1'))[0], 'run.cancel-requested');
  assert.deepEqual(run.send(cancel('r1')), []);
  run.fail('a');
  run.send(cancel('r2'));
  const refused = run.events.at(-1);
  assert.equal(refused?.type === 'run.request-refused' && refused.code, 'cancel-late');
});

test('a cancel for now also ends what would clear up', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('c', { needs: ['a'], when: 'always()' })]);
  const events = run.send({ kind: 'cancel', by: 'ada', reason: '', now: true });
  assert.deepEqual(events, ['run.cancel-requested', 'stop-requested a cancel', 'skipped c cancelled']);
});

const created = {
  type: 'run.created',
  workflow: { id: 'x', version: null, name: null },
  source: '/x.toml',
  fileDigest: '',
  planDigest: '',
  params: {},
  by: { user: 'ada', host: 'x', cwd: '/' },
  parent: null,
  workspaceId: null,
} as const;

const toEdit = { message: 'Mend it', files: ['a.md', 'docs'], must_change: true };

test('files are looked at before anybody is asked to edit them', () => {
  const run = new RunDriver([asking(toEdit)]);
  assert.deepEqual(run.events.slice(-1).map(brief), ['observation-requested w ask digest:a.md digest:docs']);
  assert.deepEqual(run.observe('w', 'ask', { 'digest:a.md': 'aa', 'digest:docs': null }), ['observed w ask', 'waiting w']);
  assert.deepEqual(run.send(from('ada@x', 'r', { fields: { files: ['docs'] } })), ['answered w', 'succeeded w']);
  const succeeded = run.last('w');
  const { files, changed } = succeeded?.type === 'step.succeeded' ? succeeded.outputs : {};
  assert.deepEqual([files, changed], ['["docs"]', 'true']);
});

test('an edit that does not fit what was asked is refused', () => {
  const refused = (fields: { readonly [name: string]: Json }): string => {
    const run = new RunDriver([asking(toEdit)]);
    run.observe('w', 'ask', { 'digest:a.md': 'aa', 'digest:docs': null });
    run.send(from('ada@x', 'r', { fields }));
    const last = run.events.at(-1);
    return last?.type === 'run.request-refused' ? last.message : brief(last!);
  };
  assert.equal(refused({}), 'nothing in the files has changed, and something has to');
  assert.equal(refused({ files: ['b.md'] }), '`b.md` is none of the files that are to be edited');
  assert.match(refused({ file: ['a.md'] }), /there is no field `file`/);
});
