import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyToView, createRunView, eventExamples, type EventEnvelope } from '@workflow-platform/events';
import { readRequests } from '@workflow-platform/executor';
import { statePaths } from '@workflow-platform/journal';
import { planOf, waitStep } from '@workflow-platform/testkit';
import { OwnQuestions, type OwnQuestionsOptions } from './own-questions.ts';
import type { OpenQuestion } from './question-asker.ts';
import type { Turn } from './terminal-turns.ts';

const RUN = '01jd3k8fz2m7q9xv';

/** A run that asks one question, with somebody at its terminal who approves at once. */
function asking(folder: string) {
  const view = createRunView(['approve']);
  const paths = statePaths({ XDG_STATE_HOME: folder });
  const turns: Turn[] = [];
  const told: (string | null)[] = [];
  const asker = {
    mayAnswer: () => true,
    ask: async (question: OpenQuestion) => void told.push(await question.send({ approved: true, message: '', fields: {} })),
  };
  const options = {
    context: { env: {} },
    view,
    plan: planOf([waitStep('approve')]),
    paths,
    asker,
    turns: { add: (turn: Turn) => turns.push(turn) },
  };
  const questions = new OwnQuestions(options as unknown as OwnQuestionsOptions);
  let seq = 0;
  const record = (event: EventEnvelope['event']): void => {
    const envelope = { runId: RUN, seq: ++seq, atMs: 0, event };
    applyToView(view, envelope);
    questions.onEvents([envelope]);
  };
  record(eventExamples['step.waiting'].event);
  return { turns, told, record, requests: () => readRequests(paths.runFolder(RUN)) };
}

test('an answer that the run takes is told so, one that it does not take is told why', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'own-questions-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [refusal, told] of [
    [false, null],
    [true, 'too late'],
  ] as const) {
    const run = asking(folder);
    const turn = run.turns[0]!(new AbortController().signal);
    const request = run.requests().at(-1)?.id ?? '';
    if (refusal) run.record({ type: 'run.request-refused', request, by: 'ada', code: 'answer-late', message: 'too late' });
    else run.record({ type: 'step.answered', step: 'approve', by: 'ada', approved: true, message: '', fields: {}, request });
    await turn;
    assert.deepEqual(run.told, [told]);
  }
});

test('an engine that cannot go on keeps nobody waiting, and the request stays for the next one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'own-questions-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = asking(folder);
  const closing = new AbortController();
  const turn = run.turns[0]!(closing.signal);
  closing.abort();
  await turn;
  assert.match(run.told[0] ?? '', /whoever takes the run up next/);
  assert.equal(run.requests().length, 1);
});
