// `workflow approve RUN [STEP]` and `workflow answer RUN [STEP]`: a person says yes, and fills in what is asked for.
// Not here: giving the answer (answer-step.ts).

import { answerStep } from '../answer-step.ts';
import { fieldsOfFlags } from '../answer-fields.ts';
import type { ApproveFlags } from '../arguments/approve.ts';
import type { CliContext } from '../context.ts';

/** Approves the step. */
export function approve(context: CliContext, flags: ApproveFlags, run: string, step?: string): Promise<void> {
  const { message = '', noWait, json } = flags;
  return answerStep(context, { run, step, approved: true, message, fields: fieldsOfFlags(context, flags), noWait, json });
}
