// What a resume of a finished run does to the view: what did not succeed waits again, or goes on.
// Not here: which steps really start again (scheduler).

import type { StepView } from './view.ts';

/** Resets the steps that a resumed run takes up again: all that did not succeed, except in turns and groups that are over. */
export function resetForResume(steps: readonly StepView[], index: ReadonlyMap<string, StepView>): void {
  for (const step of steps) {
    const isLeftOutForGood = step.reason !== null && ['break', 'person', 'start-at'].includes(step.reason.kind);
    const isKept = step.status === 'succeeded' || isLeftOutForGood || isInsideOfWhatIsOver(step, index);
    if (isKept) continue;
    // One that a retry had reset and that was then left out has nothing in it to go on with.
    const hasBegun = step.startedAtMs !== null;
    const goesOn = hasBegun && (step.kind === 'group' || step.kind === 'loop' || step.kind === 'foreach');
    Object.assign(step, {
      status: goesOn ? 'running' : 'waiting',
      startedAtMs: goesOn ? step.startedAtMs : null,
      finishedAtMs: null,
      durationMs: null,
      exitCode: null,
      failure: null,
      reason: null,
      question: null,
      answer: null,
      cache: null,
      answers: [],
    });
  }
}

/** `turns[1].fix` once `turns` is in its second turn, and everything inside a group that succeeded. */
function isInsideOfWhatIsOver({ id }: StepView, index: ReadonlyMap<string, StepView>): boolean {
  for (let at = 1; at < id.length; at += 1) {
    const char = id[at];
    if (char !== '.' && char !== '[') continue;
    const around = index.get(id.slice(0, at));
    if (around === undefined) continue;
    // What a retry had reset and did not begin again still shows what was in it before.
    if (around.status === 'succeeded' || around.startedAtMs === null) return true;
    if (char === '[' && around.iteration !== null && !id.startsWith(`[${around.iteration}]`, at)) return true;
  }
  return false;
}
