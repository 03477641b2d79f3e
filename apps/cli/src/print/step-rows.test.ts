import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewOfRun, type EventEnvelope, type RunEvent } from '@workflow-platform/events';
import { chooseGlyphs } from './glyphs.ts';
import { renderFrame } from './run-frame.ts';
import { nestedSteps } from './step-rows.ts';
import { createStyle } from './style.ts';
import { renderSummary } from './summary.ts';
import { widthOf } from './width.ts';

const glyphs = chooseGlyphs({ LANG: 'C.UTF-8' });
const style = createStyle(false);

function view(events: readonly RunEvent[], ids: readonly string[] = []) {
  const created: RunEvent = {
    type: 'run.created',
    workflow: { id: 'demo', version: null, name: null },
    source: '/w.toml',
    fileDigest: '',
    planDigest: '',
    params: {},
    by: { user: 'ana', host: 'here', cwd: '/' },
    parent: null,
    workspaceId: null,
  };
  const engine = { version: '0', host: 'here', pid: 1 };
  const all: RunEvent[] = [created, { type: 'run.started', engine }, ...events];
  return viewOfRun(
    all.map((event, index): EventEnvelope => ({ runId: '0123456789abcdef', seq: index + 1, atMs: 1000 + index * 100, event })),
    ids,
  );
}

const started = (step: string, attemptNo = 1): RunEvent => ({ type: 'step.attempt-started', step, attempt: 1, attemptNo });
const succeeded = (step: string): RunEvent => ({
  type: 'step.succeeded',
  step,
  attempt: 1,
  exitCode: 0,
  durationMs: 100,
  outputs: {},
});

test('items, turns and inner steps stand below what they belong to', () => {
  const items = [
    { key: 'a.ts', value: 1 },
    { key: 'b.ts', value: 2 },
  ];
  const rows = nestedSteps(
    view(
      [
        { type: 'step.expanded', step: 'lint', items },
        { type: 'step.iteration-started', step: 'turns', iteration: 1 },
        started('turns[1].fix'),
      ],
      ['lint', 'turns', 'end'],
    ),
  );
  assert.deepEqual(
    rows.map(({ step, depth }) => `${'  '.repeat(depth)}${step.id}`),
    ['lint', '  lint[a.ts]', '  lint[b.ts]', 'turns', '  turns[1].fix', 'end'],
  );
});

const frameLook = { style, glyphs, nowMs: 3000, frame: 0, runFolder: '/nonexistent', making: null, note: null };

test('a frame never has more lines or columns than the terminal', () => {
  const ids = Array.from({ length: 60 }, (_, index) => `step-${index}-with-a-long-name-日本語`);
  const events = ids.slice(0, 30).flatMap((id, index) => (index < 25 ? [started(id), succeeded(id)] : [started(id)]));
  const state = view(events, ids);
  for (const columns of [10, 20, 41, 80, 200]) {
    for (const rows of [3, 5, 12, 24]) {
      const lines = renderFrame(state, { ...frameLook, columns, rows });
      assert.ok(lines.length <= Math.max(rows, 3), `${lines.length} lines in ${rows} rows`);
      for (const line of lines) assert.ok(widthOf(line) <= columns, `${widthOf(line)} columns in ${columns}: ${line}`);
    }
  }
});

test('when not all steps fit, the running ones are shown and the others counted', () => {
  const ids = Array.from({ length: 40 }, (_, index) => `s${index}`);
  const events = ids.slice(0, 22).flatMap((id, index) => (index < 20 ? [started(id), succeeded(id)] : [started(id)]));
  const text = renderFrame(view(events, ids), { ...frameLook, columns: 80, rows: 10 }).join('\n');
  assert.match(text, /s20 /);
  assert.match(text, /s21 /);
  assert.match(text, /and \d+ steps more: 20 finished, \d+ waiting/);
});

test('what a step is called cannot reach the terminal as a sequence', () => {
  const text = renderFrame(view([started('x[\u001b[2J]')]), { ...frameLook, columns: 80, rows: 10 }).join('\n');
  assert.doesNotMatch(text, /\u001b/);
});

const summaryLook = { style, glyphs, nowMs: 3000, columns: 80, runFolder: '/nonexistent', interrupted: false, everyStep: false };

test('the last line names allowed failures', () => {
  const state = view([
    started('lint'),
    { type: 'step.attempt-failed', step: 'lint', attempt: 1, failure: { kind: 'exit', code: 2 }, exitCode: 2, durationMs: 5 },
    { type: 'step.failed', step: 'lint', failure: { kind: 'exit', code: 2 }, allowed: true, outputs: {} },
    { type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: ['lint'] },
  ]);
  assert.match(renderSummary(state, summaryLook).trimEnd().split('\n').at(-1)!, /succeeded, with 1 allowed failure: lint/);
});

test('a run that failed for no step says why', () => {
  const failure = { kind: 'workspace', message: 'no room' } as const;
  const state = view([{ type: 'run.finished', status: 'failed', failed: [], allowedFailures: [], failure }], ['build']);
  assert.match(renderSummary(state, summaryLook), /failed: no room \(1 waiting\)\n {2}go on with it: workflow resume/);
});

test('an interrupted run is called that', () => {
  assert.match(
    renderSummary(view([started('build')]), { ...summaryLook, interrupted: true }),
    /interrupted: nobody drives this run/,
  );
});

test('of very many steps the remarkable ones are listed', () => {
  const items = Array.from({ length: 100 }, (_, index) => ({ key: String(index), value: index }));
  const refs = items.map(({ key }) => `all[${key}]`);
  const state = view([{ type: 'step.expanded', step: 'all', items }, ...refs.flatMap((ref) => [started(ref), succeeded(ref)])]);
  const text = renderSummary(state, summaryLook);
  assert.match(text, /and 100 steps more, none of which failed/);
  assert.ok(text.split('\n').length < 15);
});

const asked: RunEvent = {
  type: 'step.waiting',
  step: 'ship',
  action: 'human/approve',
  inputs: { message: 'Ship\u001b[2J it?' },
  untilMs: 3000 + 3_600_000,
};

test('a run in which only a question is open is called waiting, and shows how to answer, with an engine or without', () => {
  for (const interrupted of [false, true]) {
    const text = renderSummary(view([asked]), { ...summaryLook, interrupted });
    assert.match(text, /demo {2}waiting/);
    assert.match(text, /workflow approve 0123456789abcdef ship\n/);
    assert.equal(text.includes('workflow resume'), interrupted);
    assert.ok(!text.includes('\u001b'));
  }
  assert.doesNotMatch(renderSummary(view([asked, started('build')]), summaryLook), /waiting for an answer/);
});

test('the live view says how to answer, and stays within the terminal', () => {
  const events = Array.from({ length: 8 }, (_, index): RunEvent => ({ ...asked, step: `ask-${index}` }));
  const tall = renderFrame(view(events), { ...frameLook, columns: 100, rows: 24 });
  assert.match(tall.join('\n'), /answer with: workflow approve 0123456789abcdef ask-0/);
  for (const rows of [3, 4, 5, 12]) {
    const lines = renderFrame(view(events), { ...frameLook, columns: 60, rows });
    assert.ok(lines.length <= rows, `${lines.length} lines in ${rows} rows`);
  }
});
