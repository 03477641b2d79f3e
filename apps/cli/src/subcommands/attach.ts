// `workflow attach RUN [STEP]`: joins the terminal of an interactive step that runs.
// Not here: joining (attach/attach-terminal.ts).

import { join } from 'node:path';
import type { Plan } from '@workflow-platform/core';
import { findStep, UserError, type RunView, type StepView } from '@workflow-platform/events';
import type { History } from '@workflow-platform/journal';
import { Attempts } from '../attempts.ts';
import type { AttachFlags } from '../arguments/attach.ts';
import { attachTerminal, hasKeyboard } from '../attach/attach-terminal.ts';
import { DETACH_KEYS, parseDetachKeys } from '../attach/detach-keys.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { checkSteps } from '../logs/choose-steps.ts';
import { attachHint } from '../print/attach-hint.ts';
import { harmless } from '../print/harmless.ts';
import { statusText } from '../print/step-rows.ts';
import { onStopSignals } from '../stop-signals.ts';
import { loadView } from './status.ts';

/** Joins until the program ends, whose exit code is then ours, or the detach keys are typed. */
export async function attach(context: CliContext, flags: AttachFlags, run: string, asked?: string): Promise<void> {
  const keys = parseDetachKeys(flags.detachKeys ?? DETACH_KEYS);
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(run);
    const { id: step, attemptNo } = chooseStep(history, runId, asked ?? null);
    if (!hasKeyboard() || !context.out.isTerminal) {
      throw new UserError('no-terminal', 'joining a terminal takes one: stdin or stdout is none', {
        hint: `read what it writes with \`workflow logs ${runId} ${step} --follow\``,
        exitCode: exitCodes.usage,
      });
    }
    const leaving = new AbortController();
    let stoppedBy: number | null = null;
    const signals = onStopSignals((_reason, _count) => {
      stoppedBy = exitCodes.interrupted;
      leaving.abort();
    });
    try {
      const end = await attachTerminal({
        socketPath: join(paths.runFolder(runId), `${attemptNo}.tty`),
        screen: context.out,
        descriptor: 1,
        keys,
        readOnly: flags.readOnly,
        isOver: () => !isAt(findStep(loadView(history, runId), step), attemptNo),
        signal: leaving.signal,
        onJoined: () => context.err.write(`joined ${harmless(step)}; leave with ${flags.detachKeys ?? DETACH_KEYS}\n`),
      });
      switch (end.kind) {
        case 'ended':
          context.err.write(`${harmless(step)} ended with exit code ${end.code}\n`);
          return context.exitWith(end.code);
        case 'left':
          context.err.write(`left ${harmless(step)}, which goes on; join it again: ${attachHint(runId, step)}\n`);
          return context.exitWith(stoppedBy ?? exitCodes.fine);
        case 'not-there':
          throw isOver(runId, step);
        case 'lost':
          throw new UserError('terminal-lost', `the terminal of \`${harmless(step)}\` went away: what had it was killed`, {
            hint: `\`workflow status ${runId}\` tells what became of the step`,
          });
        default:
          end satisfies never;
      }
    } finally {
      signals.stop();
    }
  });
}

/** Returns the step, or throws why it cannot be joined. */
function chooseStep(history: History, runId: string, asked: string | null): { id: string; attemptNo: number } {
  const view = loadView(history, runId);
  if (asked === null) return onlyOne(view, runId);
  const attempts = new Attempts();
  for (const envelope of history.readEvents(runId)) attempts.apply(envelope);
  checkSteps([asked], JSON.parse(history.readPlan(runId)) as Plan, attempts.rows);
  const step = findStep(view, asked);
  if (step?.interactive === true && step.attemptNo !== null) return { id: step.id, attemptNo: step.attemptNo };
  if (step === undefined || step.status === 'waiting' || step.status === 'retrying' || step.status === 'parked') {
    throw new UserError(
      'step-not-running',
      `\`${harmless(asked)}\` does not run now: it is ${statusText(step?.status ?? 'waiting')}`,
      {
        hint: `see when it begins with \`workflow watch ${runId}\``,
        exitCode: exitCodes.notFound,
      },
    );
  }
  if (step.status !== 'running') throw isOver(runId, asked);
  throw new UserError('step-not-interactive', `\`${harmless(asked)}\` has no terminal: it is not interactive`, {
    hint: `read what it writes with \`workflow logs ${runId} ${asked} --follow\`; \`interactive = true\` gives a step a terminal`,
    exitCode: exitCodes.notFound,
  });
}

function onlyOne(view: RunView, runId: string): { id: string; attemptNo: number } {
  const running = view.steps.filter((step) => step.interactive && step.attemptNo !== null);
  const [step] = running;
  if (running.length === 1 && step !== undefined) return { id: step.id, attemptNo: step.attemptNo! };
  if (running.length > 1) {
    throw new UserError(
      'step-unclear',
      `several steps of run ${runId} have a terminal: ${running.map(({ id }) => harmless(id)).join(', ')}`,
      {
        hint: `name one: \`${attachHint(runId, running[0]!.id)}\``,
        exitCode: exitCodes.usage,
      },
    );
  }
  throw new UserError('no-interactive-step', `no interactive step of run ${runId} runs now`, {
    hint: `see what it does with \`workflow status ${runId}\``,
    exitCode: exitCodes.notFound,
  });
}

function isOver(runId: string, step: string): UserError {
  return new UserError('step-over', `\`${harmless(step)}\` is over, and its terminal is gone`, {
    hint: `read what it wrote with \`workflow logs ${runId} ${step}\``,
    exitCode: exitCodes.notFound,
  });
}

function isAt(step: StepView | undefined, attemptNo: number): boolean {
  return step?.interactive === true && step.attemptNo === attemptNo;
}
