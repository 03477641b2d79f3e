// Answers a step that waits for a person: finds the question, checks the answer, asks the run to take it, tells what happened.
// Shared by `approve`, `answer` and `reject`.
// Not here: how the run takes it (ask-run.ts).

import { checkAnswer, mayAnswer, readPlan, readQuestion, type Json } from '@workflow-platform/core';
import { findStep, UserError, type EventEnvelope, type RunView, type StepView } from '@workflow-platform/events';
import { awaitAnswer, makeRequest, notDone, type AskedOutcome } from './ask-run.ts';
import { changedFiles, noteEdit, openEditor, type EditPlace } from './edit-question.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { withHistory } from './history.ts';
import { unpausedText } from './print/event-line.ts';
import { formatCount } from './print/format.ts';
import { harmless } from './print/harmless.ts';
import { pauseLines } from './print/pause-lines.ts';
import { answerCommands } from './print/question.ts';
import { isDriven } from './run-lock.ts';
import { loadView } from './subcommands/status.ts';
import { whoAsks } from './who-am-i.ts';

/** What is said, or that it is to be asked for at the terminal. */
export interface TypedAnswer {
  readonly run: string;
  /** Undefined: the one step that waits. */
  readonly step: string | undefined;
  readonly reply: Reply | 'ask';
  readonly noWait: boolean;
  readonly json: boolean;
}

interface Reply {
  readonly approved: boolean;
  readonly message: string;
  readonly fields: { readonly [name: string]: Json };
}

/** Gives the answer. Throws a UserError where it does not fit; then nothing has happened. */
export async function answerStep(context: CliContext, typed: TypedAnswer): Promise<void> {
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(typed.run);
    const view = loadView(history, runId);
    const step = findQuestion(view, typed.step);
    const { noWait } = typed;
    const by = whoAsks(context);
    if (typed.reply === 'ask') checkPerson(view, step, by);
    const place = editPlaceOf(context, { runId, view, step, events: () => history.readEvents(runId) });
    const said =
      typed.reply === 'ask' ? await askHere(context, { view, step, runFolder: paths.runFolder(runId), place }) : typed.reply;
    if (said === null) {
      context.err.write(`left waiting: \`${harmless(step.id)}\` of run ${runId}\n`);
      return context.exitWith(exitCodes.waiting);
    }
    const reply = place === null || !said.approved ? said : { ...said, fields: { files: changedFiles(place), ...said.fields } };
    const { approved, message, fields } = reply;
    if (approved) checkFields(view, step, fields);
    if (place !== null && approved)
      for (const warning of await noteEdit(place, readPlan(history.readPlan(runId))))
        context.err.write(`warning: ${harmless(warning)}\n`);
    const options = { history, paths, runId, by, ifNotDriven: 'record' } as const;
    const id = makeRequest({ kind: 'answer', step: step.id, approved, message, fields }, options);
    const outcome = noWait ? null : await awaitAnswer(id, options);
    if (outcome !== null && outcome.kind !== 'done') throw notDone(doneOrNot(outcome), runId);
    const event = outcome?.event ?? null;
    const missing = event?.type === 'step.answered' ? (event.missing ?? 0) : null;
    const driven = isDriven(paths.runFolder(runId));
    const answer = { run: runId, step: step.id, approved, by, message, fields, request: id };
    if (typed.json) context.out.write(`${JSON.stringify({ ...answer, recorded: outcome !== null, missing, driven }, null, 2)}\n`);
    else {
      // An engine may have gone on and come to the end meanwhile.
      const { finishedAtMs, status } = loadView(history, runId).run;
      const next = driven ? null : finishedAtMs !== null ? `the run ${endText(status)}` : undriven(runId);
      for (const line of told(answer, { event, next })) context.out.write(`${line}\n`);
    }
  });
}

type Acknowledgement = Extract<AskedOutcome, { readonly kind: 'done' }>['event'];

/** Asks for it at the terminal; null when it is left as it is. */
async function askHere(
  context: CliContext,
  {
    view,
    step,
    runFolder,
    place,
  }: { readonly view: RunView; readonly step: StepView; readonly runFolder: string; readonly place: EditPlace | null },
): Promise<Reply | null> {
  const { askQuestion } = await import('./at-terminal/ask-question.ts');
  const { shellInWorkspace } = await import('./at-terminal/shell-in-workspace.ts');
  const { workspace } = view;
  const asked = { ...step.question!, runId: view.run.id, step: step.id };
  const openShell = workspace === null ? null : () => shellInWorkspace(context, workspace);
  const { signal } = new AbortController();
  const before = pauseLines(step, runFolder, context.err.style);
  const editing =
    place === null
      ? null
      : { open: () => openEditor(place), changed: () => changedFiles(place), where: view.workspace?.path ?? '' };
  const reply = await askQuestion(asked, { screen: context.err, signal, openShell, editing, context: before });
  return reply.kind === 'answer' ? reply : null;
}

/** Null for a question that is about no files. */
function editPlaceOf(
  context: CliContext,
  of: {
    readonly runId: string;
    readonly view: RunView;
    readonly step: StepView;
    readonly events: () => readonly EventEnvelope[];
  },
): EditPlace | null {
  const { runId, view, step } = of;
  const { edit } = readQuestion(step.question!.inputs).question;
  return edit === null ? null : { context, runId, step: step.id, edit, workspace: view.workspace, events: of.events() };
}

function told(
  { run, step, approved }: { readonly run: string; readonly step: string; readonly approved: boolean },
  { event, next }: { readonly event: Acknowledgement | null; readonly next: string | null },
): string[] {
  const verb = event?.type === 'step.unpaused' ? unpausedText(event.choice) : approved ? 'approved' : 'rejected';
  const what = `${verb} \`${harmless(step)}\` of run ${run}`;
  if (event === null) return [`asked for: ${what}`];
  const missing = event.type === 'step.answered' ? (event.missing ?? 0) : 0;
  if (missing > 0) return [`${what}; ${formatCount(missing, 'more approval')} to come`];
  return next === null ? [what] : [what, next];
}

function undriven(runId: string): string {
  return `nobody drives the run; go on with it: workflow resume ${runId}`;
}

/** Returns the waiting step that is meant. */
function findQuestion(view: RunView, id: string | undefined): StepView {
  const { run } = view;
  const hint = `see \`workflow status ${run.id}\``;
  if (run.finishedAtMs !== null) {
    throw new UserError('run-finished', `run ${run.id} has ended: it ${endText(run.status)}`, {
      hint,
      exitCode: exitCodes.usage,
    });
  }
  const waiting = view.steps.filter(({ status }) => status === 'needs-answer');
  if (id !== undefined) {
    const step = findStep(view, id);
    const list = waiting.length === 0 ? hint : `these wait: ${waiting.map((each) => harmless(each.id)).join(', ')}`;
    if (step === undefined) {
      throw new UserError('step-unknown', `run ${run.id} has no step \`${harmless(id)}\``, {
        hint: list,
        exitCode: exitCodes.notFound,
      });
    }
    if (step.status === 'needs-answer') return step;
    throw new UserError('step-not-waiting', `step \`${harmless(id)}\` does not wait for an answer: ${stateText(step)}`, {
      hint: list,
      exitCode: exitCodes.usage,
    });
  }
  const [only, ...others] = waiting;
  if (only === undefined) {
    throw new UserError('nothing-waits', `no step of run ${run.id} waits for an answer`, { hint, exitCode: exitCodes.usage });
  }
  if (others.length === 0) return only;
  throw new UserError('step-ambiguous', `${waiting.length} steps of run ${run.id} wait for an answer`, {
    hint: `say which: ${waiting.map((each) => harmless(each.id)).join(', ')}`,
    exitCode: exitCodes.usage,
  });
}

function endText(status: RunView['run']['status']): string {
  return status === 'succeeded' || status === 'failed' ? status : 'was cancelled';
}

function stateText({ status, answer, kind }: StepView): string {
  if (answer !== null) return `${answer.by} has ${answer.approved ? 'approved' : 'rejected'} it`;
  if (status === 'waiting') return 'the run has not come to it yet';
  return kind === 'wait' ? `it is ${status}` : 'it is not one that asks';
}

/** Nobody fills in a form whose answer will not count. */
function checkPerson({ run }: RunView, { id, question }: StepView, by: string): void {
  const asked = readQuestion(question!.inputs).question;
  if (mayAnswer(asked, by, run.by?.user ?? null)) return;
  throw new UserError('answer-not-allowed', `\`${harmless(by)}\` may not answer step \`${harmless(id)}\``, {
    hint: asked.by === null ? 'somebody has to who did not start the run' : `it asks ${harmless(asked.by.join(', '))}`,
    exitCode: exitCodes.usage,
  });
}

/** The same check that decides in the end, made where a mistake can be mended at once. */
function checkFields(view: RunView, step: StepView, given: Reply['fields']): void {
  const { inputs, action, untilMs } = step.question!;
  const { question } = readQuestion(inputs);
  const checked = checkAnswer(question, given);
  if (checked.ok && question.edit?.mustChange === true && Array.isArray(given['files']) && given['files'].length === 0) {
    throw new UserError('answer-invalid', 'nothing in the files has changed since it was asked, and something has to', {
      hint: `edit ${harmless(question.edit.files.join(', '))} in ${harmless(view.workspace?.path ?? 'the workspace')}, or \`workflow answer ${view.run.id}\` at a terminal`,
      exitCode: exitCodes.usage,
    });
  }
  if (checked.ok) return;
  const [command = ''] = answerCommands({ runId: view.run.id, step: step.id, action, inputs, untilMs });
  throw new UserError('answer-invalid', harmless(checked.problem), {
    hint: checked.help ?? `answer with: ${command}`,
    exitCode: exitCodes.usage,
  });
}

function doneOrNot(outcome: Exclude<AskedOutcome, { readonly kind: 'done' }>) {
  if (outcome.kind === 'not-driven') throw new Error('an answer is recorded where nobody drives the run');
  return outcome;
}
