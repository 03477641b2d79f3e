// What does it mean that somebody takes the run up? It starts, goes on after a crash, or is reopened when it was over.
// Not here: what becomes of its steps then (apply/reopen.ts).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';
import type { Signal } from '../signal.ts';
import { affectedBy, retryPlace } from './affected.ts';

/** Decides what a resume or a retry leaves. Of a run that succeeded only a retry of a step makes anything of it. */
export function decideResume(state: RunState, signal: Extract<Signal, { readonly kind: 'resume' }>): RunEvent[] {
  const { phase } = state;
  const { engine, by, retry, breakPoints } = signal;
  const more = breakPoints === undefined ? {} : { breakPoints };
  if (phase.kind === 'created') return [{ type: 'run.started', engine }];
  if (retry === undefined) {
    return phase.kind === 'finished' && phase.status === 'succeeded' ? [] : [{ type: 'run.resumed', engine, by, ...more }];
  }
  // Asked for twice, or of a run that somebody else has taken up meanwhile.
  if (phase.kind !== 'finished') return [];
  const place = retryPlace(state, retry.step);
  if (place.kind !== 'found') return [];
  return [{ type: 'run.resumed', engine, by, retry: { ...retry, reopens: affectedBy(place.step) }, ...more }];
}
