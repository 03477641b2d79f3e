// Where a run stops by a break point, and what a person can say there.
// Not here: which steps have one (run.created), what follows from what is said (scheduler).

import type { Json } from './run-event.ts';

/** The break points of a run. */
export interface BreakPoints {
  /** Steps that do not begin before somebody has said so: an id path as in the file (`turns.fix`), or the reference of one item. */
  readonly before: readonly string[];
  /** A step whose failure the workflow does not allow is not over before somebody has looked at it. */
  readonly onFailure: boolean;
}

/** Before anything of a step has begun, or after its last attempt has failed. */
export type PausePlace = 'before' | 'failure';

/** How the run goes on: with the step (or in spite of its failure), without it, with another attempt, with its failure. */
export type PauseChoice = 'continue' | 'skip' | 'retry' | 'fail';

/** What can be said at each place; the first is what an approval without more means. */
export const pauseChoices: { readonly [P in PausePlace]: readonly [PauseChoice, ...PauseChoice[]] } = {
  before: ['continue', 'skip', 'fail'],
  failure: ['retry', 'continue', 'fail'],
};

/** What is asked, in the form of a question that a step of the workflow asks. */
export interface PauseQuestion {
  /** `break/before` or `break/failure`. */
  readonly action: string;
  readonly inputs: { readonly [name: string]: Json };
}

const MESSAGES: { readonly [P in PausePlace]: string } = {
  before: 'A break point: nothing of this step has begun.',
  failure: 'A break point: this step has failed.',
};

const MEANINGS: { readonly [P in PausePlace]: string } = {
  before: 'begin it, leave it out, or let it fail',
  failure: 'try it again, go on in spite of it, or let the failure stand',
};

/** Returns the question of a break point. */
export function pauseQuestion(place: PausePlace): PauseQuestion {
  const values = pauseChoices[place];
  const then = { type: 'enum', values, default: values[0], description: MEANINGS[place] };
  return { action: `break/${place}`, inputs: { message: MESSAGES[place], fields: { then } } };
}

/** Returns the place that an action is about; null for one of a step that asks by itself. */
export function pausePlaceOf(action: string): PausePlace | null {
  if (action === 'break/before') return 'before';
  return action === 'break/failure' ? 'failure' : null;
}
