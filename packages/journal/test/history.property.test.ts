// Whatever events come, in whatever portions, with whatever restarts between: all are kept in order, and the row of the run
// is the fold of them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import fc from 'fast-check';

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';
import { openHistory } from '@workflow-platform/journal';

import { applyToRunRow, firstRunRow } from '../src/run-row.ts';
import { STARTED, created, finished, inOrder, succeeded } from './event-builders.ts';

const scratch = mkdtempSync(join(tmpdir(), 'history-property-'));
after(() => rmSync(scratch, { recursive: true }));

const engine = { version: '0.1.0', host: 'desk', pid: 7 };
const event: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constant(STARTED),
  fc.string({ unit: 'binary' }).map(succeeded),
  fc.record({ allowed: fc.boolean(), message: fc.string({ unit: 'binary' }) }).map(({ allowed, message }): RunEvent => ({
    type: 'step.failed',
    step: 's',
    failure: { kind: 'lost', message },
    allowed,
    outputs: {},
  })),
  fc
    .constantFrom<'upstream' | 'fail-fast'>('upstream', 'fail-fast')
    .map((kind): RunEvent => ({ type: 'step.skipped', step: 's', reason: { kind, step: 'x' } })),
  fc.constant<RunEvent>({ type: 'step.skipped', step: 's', reason: { kind: 'no-items' } }),
  fc.constant<RunEvent>({ type: 'run.cancel-requested', by: 'ana', reason: '' }),
  fc.constant<RunEvent>({ type: 'run.resumed', engine, by: 'ana' }),
  fc.constantFrom<'succeeded' | 'failed'>('succeeded', 'failed').map((status) => finished(status)),
);
const portion = fc.record({ events: fc.array(event, { maxLength: 5 }), run: fc.constantFrom('r1', 'r2'), reopens: fc.boolean() });

let count = 0;

test('events are kept in order, and a run’s row is the fold of its events', () => {
  fc.assert(
    fc.property(fc.array(portion, { maxLength: 12 }), (portions) => {
      const folder = join(scratch, String(++count));
      const expected = new Map<string, EventEnvelope[]>();
      let history = openHistory({ folder, mode: 'write' });
      for (const { events, run, reopens } of portions) {
        const before = expected.get(run) ?? [];
        const envelopes = inOrder(run, before.length === 0 ? [created(), ...events] : events, before.length + 1);
        history.append(envelopes);
        expected.set(run, [...before, ...envelopes]);
        if (!reopens) continue;
        history.close();
        history = openHistory({ folder, mode: 'write' });
      }
      history.close();
      const reader = openHistory({ folder, mode: 'read' });
      for (const [run, envelopes] of expected) {
        assert.deepEqual(reader.readEvents(run), envelopes);
        const [first, ...rest] = envelopes;
        assert.ok(first?.event.type === 'run.created');
        assert.deepEqual(reader.readRun(run), rest.reduce(applyToRunRow, firstRunRow(first, first.event)));
      }
      assert.equal(reader.listRuns({ limit: 9 }).length, expected.size);
      reader.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 120 },
  );
});
