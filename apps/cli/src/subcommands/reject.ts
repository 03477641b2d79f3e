// `workflow reject RUN [STEP] --message TEXT`: a person says no, and why.
// Not here: giving the answer (answer-step.ts).

import { answerStep } from '../answer-step.ts';
import type { RejectFlags } from '../arguments/reject.ts';
import type { CliContext } from '../context.ts';

/** Rejects the step. */
export function reject(context: CliContext, { message, noWait, json }: RejectFlags, run: string, step?: string): Promise<void> {
  return answerStep(context, { run, step, reply: { approved: false, message, fields: {} }, noWait, json });
}
