import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RunEvent } from '@workflow-platform/events';
import { AskedAnew } from './asked-anew.ts';

const engine = { version: '0', host: 'h', pid: 1 };
const resumed: RunEvent = { type: 'run.resumed', engine, by: 'x' };
const retried = (step: string, downstream: 'all' | 'changed'): RunEvent => ({
  ...resumed,
  retry: { step, downstream, reopens: [] },
});
const finished: RunEvent = { type: 'run.finished', status: 'failed', failed: [], allowedFailures: [] };

function askedAfter(...events: RunEvent[]): readonly string[] {
  const asked = new AskedAnew();
  for (const event of events) asked.note(event);
  return ['build', 'build[a]', 'builder', 'test'].filter((step) => asked.has(step));
}

for (const [title, events, expected] of [
  ['nothing in a run that nobody has retried', [resumed], []],
  ['the step that is named, with all in it', [retried('build', 'changed')], ['build', 'build[a]']],
  ['everything, where all that follows is meant', [retried('build', 'all')], ['build', 'build[a]', 'builder', 'test']],
  ['it still, when another engine goes on', [retried('test', 'changed'), resumed], ['test']],
  ['nothing more once the run is over', [retried('test', 'changed'), finished, resumed], []],
] as const satisfies readonly (readonly [string, readonly RunEvent[], readonly string[]])[]) {
  it(`a retry asks for ${title}`, () => assert.deepEqual(askedAfter(...events), expected));
}
