// What does a person's answer do to a waiting step?
// Not here: whether the person may answer (the host asks before).

import type { Json, RunEvent } from '@workflow-platform/events';
import { valueText } from '@workflow-platform/core';
import type { RunState } from '../run-state.ts';
import { fail, succeed } from './finish.ts';

export interface Answer {
  readonly step: string;
  readonly by: string;
  readonly approved: boolean;
  readonly message: string;
  readonly fields: { readonly [name: string]: Json };
}

/** Decides by the answer; one to a step that waits no longer is ignored. Fields become outputs, and so do `by` and `message`. */
export function decideAnswer(state: RunState, answer: Answer, nowMs: number): RunEvent[] {
  const { step: stepRef, by, approved, message, fields } = answer;
  const step = state.steps.get(stepRef);
  if (step?.phase.kind !== 'awaiting-answer') return [];
  const answered: RunEvent = { type: 'step.answered', step: stepRef, by, approved, message, fields };
  if (!approved) return [answered, ...fail(state, step, { kind: 'rejected', by, message })];
  const texts = Object.entries(fields).map(([name, value]) => [name, valueText(value)]);
  const outputs = { by, message, ...(Object.fromEntries(texts) as Record<string, string>) };
  const durationMs = Math.max(0, nowMs - step.phase.startedAtMs);
  return [answered, ...succeed(state, step, { attempt: 0, exitCode: null, durationMs, outputs })];
}
