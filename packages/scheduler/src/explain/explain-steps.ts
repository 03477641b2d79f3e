// Explains the steps of a run: a fold of plan and journal that looks, before each event is applied, at what it was decided by.
// Not here: what an explanation is made of (explanation.ts).

import { type EventEnvelope, findStep, isInside, viewOfRun, type RunEvent } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { apply } from '../apply.ts';
import { createRunState, type RunState, type StepState } from '../run-state.ts';
import { isUnstarted, settledPhase } from '../step-phase.ts';
import { noteAttempt } from './explain-attempts.ts';
import { explainCondition, explainNeeds } from './explain-condition.ts';
import { notePerson } from './explain-people.ts';
import { explainWait } from './explain-wait.ts';
import type { AgainExplanation, AttemptExplanation, PersonExplanation, StepEnd, StepExplanation } from './explanation.ts';

/** Explains every step that the plan or the journal names, or the one that is wanted. */
export function explainSteps(plan: Plan, envelopes: readonly EventEnvelope[], wanted: string | null = null): StepExplanation[] {
  const state = createRunState(plan, envelopes[0]?.runId ?? '');
  const notes = new Map<string, Notes>();
  const notesOf = (ref: string): Notes => {
    let known = notes.get(ref);
    if (known === undefined)
      notes.set(
        ref,
        (known = { decided: null, again: null, attempts: [], people: [], end: null, earlierEnd: null, retry: null }),
      );
    return known;
  };
  for (const ref of state.steps.keys()) if (wanted === null || ref === wanted) notesOf(ref);
  for (const { event, atMs } of envelopes) {
    if (event.type === 'run.resumed' && state.phase.kind === 'finished') {
      for (const ref of new Set([...notes.keys(), ...state.steps.keys()])) {
        // What is in past turns stays as it is.
        if ((wanted === null || ref === wanted) && state.steps.has(ref)) noteAgain(notesOf(ref), ref, event, atMs);
      }
    } else if ('step' in event && (wanted === null || event.step === wanted)) {
      const step = state.steps.get(event.step);
      if (step !== undefined) noteStepEvent(notesOf(event.step), { state, step, event, atMs });
    }
    if (event.type === 'step.reused') {
      for (const [ref, known] of notes) if (isInside(ref, event.step)) noteReused(known);
    }
    apply(state, event, atMs);
  }
  for (const ref of state.steps.keys()) if (wanted === null || ref === wanted) notesOf(ref);
  const view = viewOfRun(envelopes);
  return [...notes].map(([ref, known]) => ({ ...explanationOf(state, ref, known), cache: findStep(view, ref)?.cache ?? null }));
}

/** What is gathered of a step on the way. */
interface Notes {
  decided: Pick<StepExplanation, 'needs' | 'when'> | null;
  again: AgainExplanation | null;
  readonly attempts: AttemptExplanation[];
  readonly people: PersonExplanation[];
  end: StepEnd | null;
  /** How it had ended before the run was taken up again. */
  earlierEnd: StepEnd | null;
  retry: StepExplanation['retry'];
}

function noteAgain(notes: Notes, ref: string, event: Extract<RunEvent, { type: 'run.resumed' }>, atMs: number): void {
  const kind = againKind(ref, event.retry ?? null, notes.end);
  if (kind === null) return;
  const retry = event.retry === undefined ? null : { step: event.retry.step, downstream: event.retry.downstream };
  notes.again = { kind, by: event.by, atMs, retry, isReused: false, reason: null };
  notes.earlierEnd = notes.end;
  notes.end = null;
  if (kind !== 'holds') notes.decided = null;
}

/** The step is in something whose result counts again as a whole. */
function noteReused(notes: Notes): void {
  notes.end ??= notes.earlierEnd;
  if (notes.again !== null) notes.again = { ...notes.again, isReused: true };
}

function againKind(
  ref: string,
  retry: NonNullable<Extract<RunEvent, { type: 'run.resumed' }>['retry']> | null,
  end: StepEnd | null,
): AgainExplanation['kind'] | null {
  if (retry !== null) {
    if (ref === retry.step || isInside(ref, retry.step)) return 'asked';
    if (retry.reopens.some((reopened) => ref === reopened || isInside(ref, reopened))) return 'follows';
    if (isInside(retry.step, ref)) return 'holds';
    if (retry.downstream === 'changed') return null;
  }
  const stays =
    end?.kind === 'succeeded' || (end?.kind === 'skipped' && ['break', 'person', 'start-at'].includes(end.reason.kind));
  return stays ? null : 'unsuccessful';
}

function noteStepEvent(
  notes: Notes,
  { state, step, event, atMs }: { state: RunState; step: StepState; event: Extract<RunEvent, { step: string }>; atMs: number },
): void {
  const { plan } = step.spec;
  notes.retry = plan.kind === 'attempt' && (plan.foreach === null || step.item !== null) ? plan.retry : null;
  noteAttempt(notes.attempts, step, event, atMs);
  notePerson(notes.people, event, atMs);
  if (decides(event.type) && isUnstarted(step) && step.phase.kind !== 'waiting') {
    notes.decided = { needs: explainNeeds(step), when: explainCondition(state, step) };
  }
  switch (event.type) {
    case 'step.reused':
      if (notes.again !== null) notes.again = { ...notes.again, isReused: true };
      notes.end = { kind: 'succeeded', atMs };
      return;
    case 'step.reuse-declined':
      notes.again = notes.again === null ? null : { ...notes.again, reason: event.reason };
      return;
    case 'step.succeeded':
      notes.end = { kind: 'succeeded', atMs };
      return;
    case 'step.failed':
      notes.end = { kind: 'failed', atMs, failure: event.failure, allowed: event.allowed };
      return;
    case 'step.skipped':
      notes.end = { kind: 'skipped', atMs, reason: event.reason };
      return;
    case 'step.cancelled':
      notes.end = { kind: 'cancelled', atMs };
      return;
    default:
      return;
  }
}

/** Whether the event says what became of a step whose turn it was. */
function decides(type: RunEvent['type']): boolean {
  switch (type) {
    case 'step.attempt-started':
    case 'step.group-started':
    case 'step.expanded':
    case 'step.waiting':
    case 'step.paused':
    case 'step.skipped':
    case 'step.failed':
    case 'step.reused':
      return true;
    default:
      return false;
  }
}

function explanationOf(state: RunState, ref: string, notes: Notes): Omit<StepExplanation, 'cache'> {
  const { decided, again, attempts, people, retry } = notes;
  const step = state.steps.get(ref);
  // What is gone ended as it did.
  const end = notes.end ?? (step === undefined ? notes.earlierEnd : null);
  const now = step === undefined ? { needs: [], when: null } : { needs: explainNeeds(step), when: explainCondition(state, step) };
  const hasBegun = step !== undefined && !isUnstarted(step) && settledPhase(step) === null;
  return {
    step: ref,
    state: end?.kind ?? (hasBegun ? 'running' : 'waiting'),
    end,
    again,
    needs: (decided ?? now).needs,
    when: (decided ?? now).when,
    attempts,
    people,
    retry,
    waitsFor: step === undefined || end !== null ? [] : explainWait(state, step),
  };
}
