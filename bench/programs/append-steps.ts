// Appends what an engine does for a run of some steps, without the steps: `append-steps.ts STATE_HOME STEPS`.

import { join } from 'node:path';

import type { RunEvent } from '@workflow-platform/events';
import { RUN_ID_RANDOM_BYTES, newRunId, openHistory } from '@workflow-platform/journal';

const [state = '', steps = '0'] = process.argv.slice(2);
const history = openHistory({ folder: join(state, 'workflow'), mode: 'write' });
const runId = newRunId(Date.now(), process.getBuiltinModule('node:crypto').randomBytes(RUN_ID_RANDOM_BYTES));
let seq = 0;
const append = (...events: readonly RunEvent[]): void =>
  history.append(events.map((event) => ({ runId, seq: ++seq, atMs: Date.now(), event })));
append({
  type: 'run.created',
  workflow: { id: 'bench', version: null, name: null },
  source: '/x',
  fileDigest: 'f',
  planDigest: 'd',
  params: {},
  by: { user: 'ana', host: 'desk', cwd: '/' },
  parent: null,
  workspaceId: null,
});
for (let attemptNo = 1; attemptNo <= Number(steps); attemptNo++) {
  const step = `step-${attemptNo}`;
  append({ type: 'step.attempt-started', step, attempt: 1, attemptNo });
  append({ type: 'step.succeeded', step, attempt: 1, exitCode: 0, durationMs: 5, outputs: {} });
}
append({ type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: [] });
history.close();
