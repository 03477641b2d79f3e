// Decides what happens next in a run, from what has happened so far. Pure: time and chance arrive as arguments.

export type { Effect } from './effect.ts';
export type { AttemptResult, Signal } from './signal.ts';
