// An engine in a process of its own, with a real history: for tests that kill it. Takes one JSON argument.

import { mkdirSync } from 'node:fs';
import { openHistory } from '@workflow-platform/journal';
import { startRun, testRunId } from './make-run.ts';
import type { RunTweaks } from './make-run.ts';

const { plan, base, start } = JSON.parse(process.argv[2] ?? '') as {
  plan: Parameters<typeof startRun>[0];
  base: string;
  start?: NonNullable<RunTweaks['start']>;
};
mkdirSync(base, { recursive: true });
const history = openHistory({ folder: base, mode: 'write' });
history.savePlan(testRunId, JSON.stringify(plan));
const { handle } = startRun(plan, { base, ports: { journal: history }, ...(start === undefined ? {} : { start }) });
const outcome = await handle.finished;
history.close();
process.stdout.write(`${outcome.status}\n`);
