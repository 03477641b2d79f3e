// `workflow approve RUN [STEP]`: a person says yes. `workflow answer RUN [STEP]` says the same with fields, and asks for them where
// none are given and somebody is at the terminal.
// Not here: giving the answer (answer-step.ts).

import { hasKeyboard } from '../attach/attach-terminal.ts';
import { answerStep } from '../answer-step.ts';
import { fieldsOfFlags } from '../answer-fields.ts';
import type { ApproveFlags } from '../arguments/approve.ts';
import type { CliContext } from '../context.ts';

/** Approves the step. */
export function approve(context: CliContext, flags: ApproveFlags, run: string, step?: string): Promise<void> {
  const { message = '', noWait, json } = flags;
  const reply = { approved: true, message, fields: fieldsOfFlags(context, flags) };
  return answerStep(context, { run, step, reply, noWait, json });
}

/** Answers the step. */
export function answer(context: CliContext, flags: ApproveFlags, run: string, step?: string): Promise<void> {
  const { field, fieldsFile, message, noWait, json } = flags;
  const isGiven = field !== undefined || fieldsFile !== undefined || message !== undefined || json;
  if (isGiven || !context.err.isTerminal || !hasKeyboard()) return approve(context, flags, run, step);
  return answerStep(context, { run, step, reply: 'ask', noWait, json });
}
