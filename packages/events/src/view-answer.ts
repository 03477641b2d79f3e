// What a screen shows of an answer that a person gave.

import type { Json } from './run-event.ts';

/** An answer, or that the time limit gave it. */
export interface AnswerView {
  readonly by: string;
  readonly atMs: number;
  readonly approved: boolean;
  readonly message: string;
  readonly fields: { readonly [name: string]: Json };
}
