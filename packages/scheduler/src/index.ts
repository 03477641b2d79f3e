// Decides what happens next in a run, from what has happened so far. Pure: time and chance arrive as arguments.

export { advance } from './advance.ts';
export { apply } from './apply.ts';
export { decide } from './decide.ts';
export { retryPlace, type RetryPlace } from './decide/affected.ts';
export type { Effect } from './effect.ts';
export { quotasHeard, tokensToProbe } from './decide/quota.ts';
export { effectsDue, isFinished, runStatus } from './effects-due.ts';
export { foldRun } from './fold-run.ts';
export { PROBE_MS } from './breaker.ts';
export { createRunState } from './run-state.ts';
export type { RunState } from './run-state.ts';
export { scopeOf } from './scope-of.ts';
export type { ScopeExtras } from './step-scope.ts';
export { explainSteps } from './explain/explain-steps.ts';
export type * from './explain/explanation.ts';
export { recordRequest } from './record-request.ts';
export type { ControlSignal } from './record-request.ts';
export type { AttemptResult, AttemptTold, RequestMark, Signal } from './signal.ts';
export { stepPaths } from './start-at.ts';
export { unmetReads, type UnmetRead } from './start-at-reads.ts';
export { waitsForPeople } from './waits-for-people.ts';
