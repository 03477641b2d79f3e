// What does a person's answer do to a waiting step? And what, when nobody answers in time?
// Not here: what a question may ask and an answer may say (core/question), where answers come from (the host).

import type { Json, RefusalCode, RunEvent } from '@workflow-platform/events';
import { checkAnswer, isAsked, loginName, type Question, valueText } from '@workflow-platform/core';
import type { RunState, StepState } from '../run-state.ts';
import type { RequestMark } from '../signal.ts';
import type { AwaitingPhase, StepPhase } from '../step-phase.ts';
import { fail, succeed } from './finish.ts';
import { decideUnpause } from './pause.ts';
import { refuse } from './refuse.ts';

export interface Answer {
  readonly step: string;
  /** `name@host`. */
  readonly by: string;
  readonly approved: boolean;
  readonly message: string;
  readonly fields: { readonly [name: string]: Json };
  readonly request?: RequestMark;
}

/** Who has answered when nobody has. */
export const TIME_LIMIT = 'time limit';

/**
 * Decides by the answer: the step goes on, fails, or waits for more people. An answer that does not fit is refused when it was
 * a request, for whoever made it waits to be told, and ignored otherwise.
 */
export function decideAnswer(state: RunState, answer: Answer, nowMs: number): RunEvent[] {
  const refused = (code: RefusalCode, message: string): RunEvent[] => refuse(state, answer, code, message);
  const step = state.steps.get(answer.step);
  if (step === undefined) return refused('step-unknown', `the run has no step \`${answer.step}\``);
  const { phase } = step;
  if (phase.kind === 'paused') return decideUnpause(state, step, phase, answer, nowMs);
  if (phase.kind !== 'awaiting-answer') return refused('step-not-waiting', notWaiting(step));
  const { question, untilMs } = phase;
  if (untilMs !== null && (answer.request?.atMs ?? nowMs) >= untilMs)
    return refused('answer-late', `the time for answering step \`${step.ref}\` is over`);
  const objection = objectionTo(state, phase, answer);
  if (objection !== null) return refused(...objection);
  const { by, message } = answer;
  if (!answer.approved) return [answered(answer), ...reject(state, step, by, message)];
  const checked = checkAnswer(question, answer.fields);
  if (!checked.ok) return refused('answer-invalid', `${checked.problem}${checked.help === null ? '' : ` (${checked.help})`}`);
  const unfit = editProblem(question, checked.fields);
  if (unfit !== null) return refused('answer-invalid', unfit);
  const accepted = { ...answer, fields: checked.fields };
  const missing = question.approvals - phase.approvals.length - 1;
  if (missing > 0) return [{ ...answered(accepted), missing }];
  return [answered(accepted), ...accept(state, step, phase, accepted, nowMs)];
}

/** Decides what becomes of a question whose time is over. */
export function decideUnanswered(state: RunState, step: StepState, phase: AwaitingPhase, nowMs: number): RunEvent[] {
  const limitMs = (phase.untilMs ?? nowMs) - phase.startedAtMs;
  const answer = { step: step.ref, by: TIME_LIMIT, message: 'nobody answered in time', fields: {} };
  switch (phase.question.onTimeout) {
    case 'fail':
      return fail(state, step, { kind: 'unanswered', limitMs });
    case 'reject':
      return [answered({ ...answer, approved: false }), ...reject(state, step, answer.by, answer.message)];
    case 'accept': {
      const checked = checkAnswer(phase.question, {});
      // Required fields have defaults here, or the question would not have been asked.
      const accepted = { ...answer, approved: true, fields: checked.ok ? checked.fields : {} };
      return [answered(accepted), ...accept(state, step, phase, accepted, nowMs)];
    }
    default:
      return phase.question.onTimeout satisfies never;
  }
}

function answered({ step, by, approved, message, fields, request }: Answer): Extract<RunEvent, { type: 'step.answered' }> {
  const mark = request === undefined ? {} : { request: request.id };
  return { type: 'step.answered', step, by, approved, message, fields, ...mark };
}

function accept(state: RunState, step: StepState, phase: AwaitingPhase, answer: Answer, nowMs: number): RunEvent[] {
  const texts = Object.entries(answer.fields).map(([name, value]) => [name, valueText(value)] as const);
  const all = [...phase.approvals, answer];
  const outputs = {
    ...Object.fromEntries(texts),
    by: all.map(({ by }) => by).join(', '),
    message: all
      .map(({ message }) => message)
      .filter((message) => message !== '')
      .join('\n'),
    approved: 'true',
    ...(phase.question.edit === null ? {} : { changed: String(filesOf(answer.fields).length > 0) }),
  };
  const durationMs = Math.max(0, nowMs - phase.startedAtMs);
  return succeed(state, step, { attempt: 0, exitCode: null, durationMs, outputs });
}

/** Whether what is said of the files fits what was asked. */
function editProblem({ edit }: Question, fields: Answer['fields']): string | null {
  if (edit === null) return null;
  const files = filesOf(fields);
  const unknown = files.find((file) => !edit.files.some((asked) => asked === file));
  if (unknown !== undefined) return `\`${valueText(unknown)}\` is none of the files that are to be edited`;
  return edit.mustChange && files.length === 0 ? 'nothing in the files has changed, and something has to' : null;
}

function filesOf(fields: Answer['fields']): readonly Json[] {
  const { files } = fields;
  return Array.isArray(files) ? (files as readonly Json[]) : [];
}

function reject(state: RunState, step: StepState, by: string, message: string): RunEvent[] {
  return fail(state, step, { kind: 'rejected', by, message }, { by, message, approved: 'false' });
}

/** Whether this person may answer, and has not yet. */
function objectionTo(
  { startedBy }: RunState,
  { question, approvals }: AwaitingPhase,
  { step, by, approved }: Answer,
): [code: RefusalCode, message: string] | null {
  const name = loginName(by);
  if (!isAsked(question, by))
    return ['answer-not-allowed', `\`${by}\` may not answer step \`${step}\`; it asks ${question.by?.join(', ')}`];
  if (question.notStarter && name === startedBy)
    return ['answer-not-allowed', `whoever started the run may not answer step \`${step}\``];
  if (approved && approvals.some((approval) => loginName(approval.by) === name))
    return ['answer-twice', `\`${by}\` has approved step \`${step}\` already; somebody else has to`];
  return null;
}

function notWaiting({ ref, phase, spec }: StepState): string {
  if (spec.plan.kind !== 'wait') return `step \`${ref}\` is not one that waits for an answer`;
  if (phase.kind !== 'settled') return `step \`${ref}\` does not wait for an answer yet`;
  return `step \`${ref}\` does not wait for an answer any more: ${OUTCOMES[phase.result.kind]}`;
}

const OUTCOMES: { readonly [K in Extract<StepPhase, { kind: 'settled' }>['result']['kind']]: string } = {
  succeeded: 'it was approved',
  failed: 'it was rejected, or its time was over',
  skipped: 'it was left out',
  cancelled: 'it was cancelled',
};
