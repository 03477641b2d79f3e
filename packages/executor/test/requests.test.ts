// Requests of other processes to a run: files that are taken in once, whoever dies.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { PlanStep } from '@workflow-platform/core';
import { waitStep } from '@workflow-platform/testkit';
import { readRequests, recordRequests, requestFolder, writeRequest } from '../src/index.ts';
import type { ControlRequest } from '../src/index.ts';
import { ArrayJournal, makeFolder, planOf, removeRuns, script, startRun, testRunId } from './support/make-run.ts';

after(removeRuns);

const by = 'ada@desk';

function approval(id: string, more: Partial<Extract<ControlRequest, { kind: 'answer' }>> = {}): ControlRequest {
  return { id, atMs: Date.now(), by, kind: 'answer', step: 'ask', approved: true, message: '', fields: {}, ...more };
}

function cancel(id: string, now = false): ControlRequest {
  return { id, atMs: Date.now(), by, kind: 'cancel', reason: 'enough', now };
}

const resume = { kind: 'resume', by: 'somebody' } as const;
const asking: readonly PlanStep[] = [waitStep('ask'), script('next', 'true', { needs: ['ask'] })];

/** A run that waits for a person, and is left so. */
async function leftWaiting(steps: readonly PlanStep[] = asking) {
  const [journal, base] = [new ArrayJournal(), makeFolder()];
  const plan = planOf(steps);
  const { handle } = startRun(plan, { journal, base, leavesToPeople: true });
  assert.equal((await handle.finished).status, 'waiting');
  const runFolder = join(base, 'run');
  const record = (): boolean => recordRequests({ runId: testRunId, plan, journal, runFolder, nowMs: Date.now() });
  const goOn = async (): Promise<string> => (await startRun(plan, { journal, base, start: resume }).handle.finished).status;
  return { journal, runFolder, record, goOn };
}

const acknowledged = ({ envelopes }: ArrayJournal): string[] =>
  envelopes.flatMap(({ event }) => ('request' in event && event.request !== undefined ? [`${event.type} ${event.request}`] : []));

describe('requests to a run', () => {
  it('reach the engine that drives it, and go when the journal has answered for them', async () => {
    const base = makeFolder();
    const { handle, journal, event } = startRun(planOf(asking), { base });
    await event(({ type }) => type === 'step.waiting');
    writeRequest(join(base, 'run'), approval('r1'));
    assert.equal((await handle.finished).status, 'succeeded');
    assert.deepEqual(acknowledged(journal), ['step.answered r1']);
    assert.ok(!existsSync(requestFolder(join(base, 'run'))), 'nothing of it is left');
  });

  it('that make no sense are answered for too, and the run goes on', async () => {
    const base = makeFolder();
    const { handle, journal, event } = startRun(planOf(asking), { base });
    await event(({ type }) => type === 'step.waiting');
    const runFolder = join(base, 'run');
    mkdirSync(requestFolder(runFolder), { recursive: true });
    writeFileSync(join(requestFolder(runFolder), 'half.new'), '{"id":');
    const texts = ['', '{}', '[1]', '{"id":"x","atMs":1,"by":"x","kind":"x"}', JSON.stringify(cancel('other'))];
    for (const [index, text] of texts.entries()) {
      const refused = event((seen) => seen.type === 'run.request-refused' && seen.request === `bad${index}`);
      // By rename, as real ones come.
      writeFileSync(join(base, 'bad'), text);
      renameSync(join(base, 'bad'), join(requestFolder(runFolder), `bad${index}.json`));
      await refused;
    }
    writeRequest(runFolder, approval('r1', { step: 'nosuch' }));
    await event((seen) => seen.type === 'run.request-refused' && seen.code === 'step-unknown');
    writeRequest(runFolder, approval('r2'));
    assert.equal((await handle.finished).status, 'succeeded');
    assert.equal(acknowledged(journal).length, 7);
  });

  it('to end now end what ignores a polite request, without the time it would be given', async () => {
    const base = makeFolder();
    const stubborn = script('deaf', 'trap "" TERM; touch up; while :; do sleep 0.01; done');
    const clearsUp = script('clear', 'true', { needs: ['deaf'], when: 'always()' });
    const { handle, event } = startRun(planOf([stubborn, clearsUp]), { base, graceMs: 3_600_000 });
    await event(({ type }) => type === 'step.attempt-started');
    while (!existsSync(join(base, 'ws', 'up'))) await new Promise(setImmediate);
    writeRequest(join(base, 'run'), cancel('r1', true));
    assert.equal((await handle.finished).status, 'cancelled');
  });

  it('are recorded where no engine is, start nothing, and are what the next engine goes on from', async () => {
    const { journal, runFolder, record, goOn } = await leftWaiting();
    writeRequest(runFolder, approval('r1'));
    assert.ok(record());
    assert.deepEqual(
      journal.envelopes.slice(-2).map(({ event }) => event.type),
      ['step.answered', 'step.succeeded'],
    );
    assert.deepEqual(readRequests(runFolder), []);
    assert.equal(await goOn(), 'succeeded');
    assert.deepEqual(acknowledged(journal), ['step.answered r1']);
  });

  it('that nobody recorded are taken in by the next engine', async () => {
    const { journal, runFolder, goOn } = await leftWaiting();
    writeRequest(runFolder, approval('r1'));
    assert.equal(await goOn(), 'succeeded');
    assert.deepEqual(acknowledged(journal), ['step.answered r1']);
  });

  it('count once when whoever recorded them died before the file was gone', async () => {
    const { journal, runFolder, record, goOn } = await leftWaiting([...asking, waitStep('other')]);
    writeRequest(runFolder, approval('r1'));
    record();
    writeRequest(runFolder, approval('r1'));
    writeRequest(runFolder, approval('r2', { step: 'other' }));
    assert.equal(await goOn(), 'succeeded');
    assert.deepEqual(acknowledged(journal), ['step.answered r1', 'step.answered r2']);
  });

  it('to cancel are carried out by the next engine, which starts nothing else', async () => {
    const { journal, runFolder, goOn } = await leftWaiting();
    writeRequest(runFolder, cancel('r1'));
    assert.equal(await goOn(), 'cancelled');
    assert.ok(!journal.envelopes.some(({ event }) => event.type === 'step.attempt-started'));
  });

  it('to a run that is over go away, and do nothing to the run when it is taken up again', async () => {
    const { journal, runFolder, record, goOn } = await leftWaiting();
    writeRequest(runFolder, approval('r1', { approved: false }));
    assert.equal(await goOn(), 'failed');
    writeRequest(runFolder, cancel('r2'));
    assert.ok(!record());
    assert.deepEqual(readRequests(runFolder), []);
    writeRequest(runFolder, cancel('r3'));
    const before = journal.envelopes.length;
    const { handle, event } = startRun(planOf(asking), { journal, base: join(runFolder, '..'), start: resume });
    await event(({ type }) => type === 'step.waiting' && journal.envelopes.length > before);
    writeRequest(runFolder, approval('r4'));
    assert.equal((await handle.finished).status, 'succeeded');
    assert.ok(!journal.envelopes.slice(before).some(({ event: seen }) => seen.type === 'run.cancel-requested'));
  });

  it('come in the order in which they were made', () => {
    const runFolder = makeFolder();
    for (const id of ['01b', '01a', '01c']) writeRequest(runFolder, approval(id));
    assert.deepEqual(
      readRequests(runFolder).map(({ id }) => id),
      ['01a', '01b', '01c'],
    );
  });

  it('are refused where nothing can be written, and nothing is left', () => {
    const runFolder = makeFolder();
    writeFileSync(join(runFolder, 'requests'), 'no folder');
    assert.throws(() => writeRequest(runFolder, approval('r1')), { code: 'request-not-written' });
    mkdirSync(join(runFolder, 'other'));
    assert.deepEqual(readdirSync(runFolder), ['other', 'requests']);
  });
});
