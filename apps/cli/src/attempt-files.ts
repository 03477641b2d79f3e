// Which attempts a run made, from its events, and which files hold what they wrote.
// Not here: reading the files (log-reader.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suggest, type Plan, type PlanStep } from '@workflow-platform/core';
import { childRef, UserError, type EventEnvelope } from '@workflow-platform/events';
import { exitCodes } from './exit-codes.ts';
import { harmless } from './print/harmless.ts';

/** One attempt of a step. */
export interface AttemptRow {
  readonly step: string;
  readonly attempt: number;
  readonly attemptNo: number;
}

/** Returns the attempts that these events start, in order. */
export function attemptsOf(events: readonly EventEnvelope[]): readonly AttemptRow[] {
  const attempts: AttemptRow[] = [];
  for (const { event } of events) {
    if (event.type === 'step.attempt-started')
      attempts.push({ step: event.step, attempt: event.attempt, attemptNo: event.attemptNo });
  }
  return attempts;
}

/** Returns the files with an attempt's output: the log, and the captured stdout where there is one. */
export function outputFiles(runFolder: string, attemptNo: number): readonly string[] {
  return [join(runFolder, `${attemptNo}.log`), join(runFolder, `${attemptNo}.stdout`)].filter((path) => existsSync(path));
}

/** Says whether `step` is the one asked for, or inside it: `lint` also means `lint[a.ts]` and `lint.unit`. */
export function isWithin(step: string, asked: string): boolean {
  return step === asked || step.startsWith(`${asked}.`) || step.startsWith(`${asked}[`);
}

/** Throws unless the plan or the run knows the step. */
export function checkStep(asked: string, plan: Plan, events: readonly EventEnvelope[]): void {
  const started = attemptsOf(events).map((attempt) => attempt.step);
  if (started.some((step) => isWithin(step, asked))) return;
  const planned = refsOf(plan.steps);
  const shape = asked.replaceAll(/\[[^\]]*\]/g, '');
  if (planned.includes(shape)) return;
  const near = suggest(asked, [...planned, ...started]);
  throw new UserError('step-not-found', `the run has no step \`${harmless(asked)}\``, {
    hint: near === null ? `its steps are ${listed(planned)}` : `did you mean \`${harmless(near)}\`?`,
    exitCode: exitCodes.notFound,
  });
}

/** References of all steps of a plan, without items and turns. */
export function refsOf(steps: readonly PlanStep[], scope = ''): string[] {
  return steps.flatMap((step) => {
    const ref = childRef(scope, step.id);
    return step.kind === 'group' ? [ref, ...refsOf(step.steps, ref)] : [ref];
  });
}

function listed(names: readonly string[]): string {
  return names.slice(0, 12).map(harmless).join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : '');
}
