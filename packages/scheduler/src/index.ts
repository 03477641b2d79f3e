// Decides what happens next in a run, from what has happened so far. Pure: time and chance arrive as arguments.

export { advance } from './advance.ts';
export { apply } from './apply.ts';
export { decide } from './decide.ts';
export type { Effect } from './effect.ts';
export { effectsDue, isFinished, runStatus } from './effects-due.ts';
export { foldRun } from './fold-run.ts';
export { createRunState } from './run-state.ts';
export type { RunState } from './run-state.ts';
export { scopeOf } from './scope-of.ts';
export type { ScopeExtras } from './step-scope.ts';
export type { AttemptResult, Signal } from './signal.ts';
