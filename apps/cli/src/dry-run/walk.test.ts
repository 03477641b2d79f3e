import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, PlanStep } from '@workflow-platform/core';
import {
  attemptStep,
  foreachOf,
  groupStep,
  implied,
  planOf,
  quotaPolicy,
  repeatOf,
  retryPolicy,
  waitStep,
} from '@workflow-platform/testkit';
import { createStyle } from '../print/style.ts';
import { renderTrace } from '../print/trace.ts';
import { readStubs } from './read-stubs.ts';
import { StubBook } from './stub-book.ts';
import { walk as walkPlan } from './walk.ts';
import { draftStubs } from './write-stubs.ts';

function walk(steps: readonly PlanStep[], stubs: string, given: Partial<Omit<Plan, 'steps'>> = {}) {
  const plan = planOf(steps, { maxParallel: 8, ...given });
  const reading = readStubs({ fileName: 'stubs.toml', text: stubs, plan, actions: [] });
  assert.deepEqual(
    reading.diagnostics.map(({ message }) => message),
    [],
  );
  const book = new StubBook(reading);
  const walked = walkPlan({ plan, book, workspaceId: 'w', secrets: { key: '***' } });
  const trace = renderTrace(walked.entries, createStyle(false)).split('\n').slice(0, -1);
  return { ...walked, plan, unused: book.unused().map(({ message }) => message), trace };
}

test('attempts end one after the other as the list says, and time passes without anybody waiting', () => {
  const steps = [
    attemptStep('a', { retry: retryPolicy({ max: 2, initialMs: 3_600_000, maxDelayMs: 3_600_000 }), timeoutMs: 60_000 }),
  ];
  const { trace, status, unused } = walk(
    steps,
    '[steps.a]\nattempts = [{ exit_code = 3, message = "no" }, { duration = "2d" }, { duration = "60s" }]',
  );
  assert.deepEqual(trace, [
    '    0ms  a started',
    '           $ true',
    '    0ms  a attempt 1 failed: exit code 3 (no); the next one in 1h 00m',
    ' 1h 00m  a started (attempt 2)',
    '           $ true',
    ' 1h 01m  a is being stopped: 1m are over',
    ' 1h 01m  a attempt 2 failed: timed out after 1m; the next one in 1h 00m',
    ' 2h 01m  a started (attempt 3)',
    '           $ true',
    ' 2h 02m  a succeeded in 1m 00s',
  ]);
  assert.deepEqual([status, unused], ['succeeded', []]);
});

test('a step that is quiet for too long is stopped for that', () => {
  const { trace, status } = walk([attemptStep('a', { idleTimeoutMs: 5000 })], 'steps.a = { failure = "idle-timeout" }');
  assert.deepEqual(trace.slice(2), [
    '   5.0s  a is being stopped: it wrote nothing for 5s',
    '   5.0s  a failed: wrote nothing for 5s',
  ]);
  assert.equal(status, 'failed');
});

test('people answer when the stub says, and their fields are outputs', () => {
  const steps = [
    waitStep('ask', {
      asks: { message: { text: 'Go?' }, fields: { json: { color: { type: 'string' }, count: { type: 'integer' } } } },
    }),
    waitStep('refused', { needs: ['ask'], onFailure: 'continue' }),
    waitStep('silent', { needs: ['refused'], timeoutMs: 1000, when: 'always()' }),
    attemptStep('b', { needs: ['ask'], action: { kind: 'argv', argv: ['echo', [{ expression: 'steps.ask.outputs.color' }]] } }),
  ];
  const { trace, status } = walk(
    steps,
    `[steps.ask]
approved = true
by = "ada"
duration = "1m"
fields = { color = "red", count = 2 }
[steps.refused]
approved = false
message = "no"
[steps.silent]
failure = "unanswered"
[steps.b]`,
  );
  assert.deepEqual(trace, [
    '    0ms  ask waits for an answer: Go?',
    '           input fields = {"color":{"type":"string"},"count":{"type":"integer"}}',
    ' 1m 00s  ask approved by ada',
    ' 1m 00s  ask succeeded in 1m 00s',
    '           output color = "red"',
    '           output count = "2"',
    '           output by = "ada"',
    '           output message = ""',
    '           output approved = "true"',
    ' 1m 00s  refused waits for an answer: ',
    ' 1m 00s  b started',
    '           $ echo red',
    ' 1m 00s  refused rejected by somebody',
    ' 1m 00s  refused failed (allowed): rejected by somebody: no',
    ' 1m 00s  silent waits for an answer: ',
    ' 1m 00s  b succeeded in 0ms',
    ' 1m 01s  silent failed: nobody answered within 1s',
  ]);
  assert.equal(status, 'failed');
});

test('several people approve one after the other, and an answer that would be refused is told', () => {
  const asks = { message: { text: 'Go?' }, approvals: { json: 2 }, by: { json: ['ada', 'grace'] } };
  const several = walk(
    [waitStep('ask', { asks })],
    '[steps.ask]\nanswers = [{ approved = true, duration = "1m" }, { approved = true, duration = "1m" }]',
  );
  assert.deepEqual(
    several.trace.filter((line) => / by (ada|grace)|output by/.test(line)),
    [
      ' 1m 00s  ask approved by ada; 1 more approval to come',
      ' 2m 00s  ask approved by grace',
      '           output by = "ada, grace"',
    ],
  );
  const twice = walk([waitStep('ask', { asks })], 'steps.ask.answers = [{ approved = true }, { approved = true, by = "ada" }]');
  const message = '`ada` has approved step `ask` already; somebody else has to';
  assert.deepEqual(twice.missing, [{ step: 'ask', what: { kind: 'refusal', message } }]);
  const once = walk([waitStep('ask', { asks })], 'steps.ask.answers = [{ approved = true }]');
  assert.deepEqual(once.missing, [{ step: 'ask', what: { kind: 'turn', of: 'answer', count: 2, stub: 'ask' } }]);
});

test('answers about the workspace are given in order, and changed() compares with what the turn began with', () => {
  const loop = groupStep('turns', [attemptStep('fix', { when: implied("exists('todo')") })], {
    repeat: repeatOf({ until: "!changed('src')", max: 9 }),
    watch: ['src'],
  });
  const { trace, status, unused } = walk(
    [loop],
    `[steps.turns]
changed = { src = [true, true, false] }
[steps."turns[*].fix"]
exists = { todo = [true, false, true] }`,
  );
  assert.deepEqual(
    trace.filter((line) => !line.includes('$')),
    [
      '    0ms  turns turn 1',
      '    0ms  turns[1].fix started',
      '    0ms  turns[1].fix succeeded in 0ms',
      '    0ms  turns turn 2',
      "    0ms  turns[2].fix skipped: not exists('todo')",
      // Nothing ran in that turn, and a run does not begin the next one at once then.
      '    0ms  turns turn 3 in 1.0s',
      '   1.0s  turns turn 3',
      '   1.0s  turns[3].fix started',
      '   1.0s  turns[3].fix succeeded in 0ms',
      '   1.0s  turns succeeded in 1.0s',
    ],
  );
  assert.deepEqual([status, unused], ['succeeded', []]);
});

test('an answer that is wanted once more than it is given is missing, and one that nobody wants is told', () => {
  const step = attemptStep('a', { when: "exists('x')" });
  assert.deepEqual(
    walk([step, attemptStep('b', { when: "exists('x')" })], 'steps.a.exists = { x = false }\nsteps.b = {}').missing,
    [{ step: 'b', what: { kind: 'fact', query: 'exists:x', used: null } }],
  );
  const loop = groupStep('g', [step], { repeat: repeatOf({ max: 2 }) });
  assert.deepEqual(walk([loop], 'steps.a.exists = { x = [true] }').missing, [
    { step: 'g[2].a', what: { kind: 'fact', query: 'exists:x', used: { stub: 'a', count: 1 } } },
  ]);
  assert.deepEqual(walk([step], 'steps.a = { exists = { x = [true, true], y = true }, file = { z = "" } }').unused, [
    '`a` asked this once, and there are 2 answers',
    '`a` asked this never',
    '`a` asked this never',
  ]);
});

test('all that is missing at one time is found at once, and nothing after that', () => {
  const steps = [
    attemptStep('a'),
    attemptStep('b'),
    attemptStep('c', { needs: ['a'] }),
    attemptStep('d'),
    attemptStep('e', { needs: ['d'] }),
  ];
  const { missing, status } = walk(steps, 'steps.d = {}');
  assert.deepEqual([missing.map(({ step }) => step), status], [['a', 'b', 'e'], null]);
});

test('the closest stub counts', () => {
  const loop = groupStep('turns', [attemptStep('fix', { onFailure: 'continue' })], { repeat: repeatOf({ max: 3 }) });
  const { trace } = walk(
    [loop],
    'steps."turns[*].fix" = { exit_code = 1 }\nsteps."turns[2].fix" = {}\nsteps."turns[3].fix" = { exit_code = 3 }',
  );
  assert.deepEqual(
    trace.filter((line) => / (failed|succeeded)/.test(line)),
    [
      '    0ms  turns[1].fix failed (allowed): exit code 1',
      '    0ms  turns[2].fix succeeded in 0ms',
      '    0ms  turns[3].fix failed (allowed): exit code 3',
      '    0ms  turns succeeded in 0ms',
    ],
  );
});

test('a quota that is used up is waited for, and the trace knows no time of day', () => {
  const step = attemptStep('a', { quota: quotaPolicy({ maxWaitMs: 86_400_000 }) });
  const { trace } = walk([step], 'steps.a.attempts = [{ failure = "quota", reset_after = "2h" }, { exit_code = 75 }, {}]');
  assert.deepEqual(
    trace.filter((line) => !line.includes('$')),
    [
      '    0ms  a started',
      '    0ms  quota of claude is used up for 2h 00m: a was turned away',
      '    0ms  a waits for quota of claude for 2h 00m',
      ' 2h 00m  a started (attempt 2)',
      ' 2h 00m  quota of claude is used up for 2m 00s (a guess): a was turned away',
      ' 2h 00m  a waits for quota of claude for 2m 00s',
      ' 2h 02m  a started (attempt 3)',
      ' 2h 02m  there is quota of claude again',
      ' 2h 02m  a succeeded in 0ms',
    ],
  );
});

test('values are shown as they would be given to the step, secrets as stars', () => {
  const step = attemptStep('a', {
    action: { kind: 'script', shell: 'python3 -u', script: 'import os\nprint(os.environ["V"])\n' },
    env: { V: [{ expression: 'secrets.key' }] },
    stdin: ['items: ', { expression: "file('list')" }],
    workspace: 'ephemeral',
  });
  const { trace } = walk([step], 'steps.a.file = { list = "x y" }', { env: { ALL: [{ expression: 'run.id' }] } });
  assert.deepEqual(trace, [
    '    0ms  a started',
    '           by python3 -u',
    '           │ import os',
    '           │ print(os.environ["V"])',
    '           ALL=dry-run',
    "           V='***'",
    '           stdin',
    '           │ items: x y',
    '           in a workspace of its own',
    '    0ms  a succeeded in 0ms',
  ]);
});

test('a text that cannot be computed fails the step as it would in a run', () => {
  const step = attemptStep('a', { stdin: [{ expression: "fromJSON('{')" }] });
  const { trace, status } = walk([step], '');
  assert.match(trace[1]!, /a failed: `fromJSON\('\{'\)`/);
  assert.equal(status, 'failed');
});

test('a loop that these stubs never end is broken off', () => {
  const loop = groupStep('turns', [attemptStep('fix')], { repeat: repeatOf({ until: "steps.fix.outputs.open == '0'" }) });
  const { isEndless, status } = walk([loop], 'steps.fix.outputs.open = 1');
  assert.deepEqual([isEndless, status], [true, null]);
});

test('the draft of a workflow is a stubs file that names all of its steps', () => {
  const steps = [
    attemptStep('build', { outputs: [{ name: 'version', from: 'file', pattern: null, value: null, required: true }] }),
    groupStep(
      'turns',
      [
        attemptStep('fix', { breakWhen: "changed('a b')" }),
        waitStep('ask', { asks: { fields: { json: { n: { type: 'integer', required: true }, m: { type: 'string' } } } } }),
      ],
      {
        repeat: repeatOf({ max: 2, until: "exists('done')" }),
      },
    ),
    attemptStep('lint', { foreach: foreachOf(['a']), stdin: [{ expression: "file('notes')" }] }),
  ];
  const plan = planOf(steps);
  const draft = draftStubs(plan, []);
  assert.equal(
    draft.split('\n').slice(4).join('\n'),
    `[steps.build]
outputs = { version = "" }

[steps.turns]
exists = { done = true }

[steps."turns[*].fix"]
changed = { "a b" = false }

[steps."turns[*].ask"]
approved = true
fields = { n = 0 }

[steps.lint]
file = { notes = "" }
`,
  );
  const { status, unused, missing } = walk(steps, draft);
  assert.deepEqual([status, unused, missing], ['succeeded', [], []]);
});
