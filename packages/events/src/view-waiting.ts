// Is a run only waiting for people? Derived from what is shown of its steps, for lists and exit codes.
// Not here: the same question asked by an engine (scheduler), what is asked (StepView.question).

import type { RunView } from './view.ts';

/** Says whether all that is going on in a run is waiting for people. */
export function waitsForPeople(view: RunView): boolean {
  if (view.run.status !== 'running') return false;
  let isAsking = false;
  for (const { status, kind, nextAtMs } of view.steps) {
    if (status === 'needs-answer') isAsking = true;
    else if (status === 'retrying' || status === 'parked' || (status === 'running' && (kind === 'attempt' || nextAtMs !== null)))
      return false;
  }
  return isAsking;
}
