// What comes after a step, by the plan and the reasons in the journal: what needs it, what was left out because it failed, what needs
// those, and the same of everything around it. Told apart from the scheduler's own answer on purpose: each step is asked whether it
// follows until nothing more does, where the scheduler walks along edges.
// Not here: what a retry makes of it (run-monitor.ts).

import { isInside } from '@workflow-platform/events';
import { around, needsOf, type WatchedStep } from './watched-step.ts';

/** Returns the step and what follows, innermost first, in the order of the file. */
export function followsFrom(step: WatchedStep): WatchedStep[] {
  const chain: WatchedStep[] = [];
  for (let at: WatchedStep | null = step; at !== null; at = around(at)) chain.push(at);
  const beside = chain.flatMap((at) => (at.container === null ? [...at.scope.steps.values()] : at.container.items));
  const followers = new Set<WatchedStep>();
  for (let size = -1; size !== followers.size;) {
    size = followers.size;
    const resets = [step, ...followers];
    for (const other of beside) if (!chain.includes(other) && follows(other, chain, resets)) followers.add(other);
  }
  return [step, ...beside.filter((other) => followers.has(other))];
}

function follows(step: WatchedStep, chain: readonly WatchedStep[], resets: readonly WatchedStep[]): boolean {
  const sources = [...chain, ...resets];
  const { brokeBy } = step.scope;
  if (step.status === 'skipped-by-break') return brokeBy !== null && sources.includes(brokeBy);
  const cause = step.status === 'left-out' ? step.leftOutFor : null;
  if (cause !== null && chain.some(({ ref }) => ref === cause)) return true;
  if (cause !== null && resets.some(({ ref }) => ref === cause || isInside(cause, ref))) return true;
  const isOfFailed = (source: WatchedStep): boolean => source.container === step.container && source.status.startsWith('failed');
  if (step.container?.plan.foreach?.failFast === true && step.status === 'cancelled' && sources.some(isOfFailed)) return true;
  return needsOf(step).some((need) => sources.includes(need));
}

/** Returns whether a step is inside of another one, at any depth. */
export function isAround(outer: WatchedStep, step: WatchedStep): boolean {
  for (let at = around(step); at !== null; at = around(at)) if (at === outer) return true;
  return false;
}
