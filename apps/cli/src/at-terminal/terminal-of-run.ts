// What of a run needs somebody at the terminal it is run on, and gets it in turn.
// Not here: each of these.

import type { PlanStep } from '@workflow-platform/core';
import type { EventEnvelope, RunView, StepView } from '@workflow-platform/events';
import type { CliContext } from '../context.ts';
import type { DriveRequest, OpenState } from '../drive-run.ts';
import type { Progress } from '../print/progress.ts';
import { firstInteractive } from '../require-terminals.ts';

export interface TerminalOfRun {
  /** For when the view knows of them. */
  onEvents(envelopes: readonly EventEnvelope[]): void;
  /** Resolves when the terminal is as it was. */
  close(): Promise<void>;
  /** A shell or an editor has it. */
  isLent(): boolean;
}

export interface TerminalRequest {
  readonly request: Pick<DriveRequest, 'runId' | 'plan' | 'start' | 'leavesToPeople' | 'isInteractive'>;
  readonly view: RunView;
  readonly progress: Progress;
}

/**
 * Returns it; null for a run that needs nobody. Loaded where there is something to join or to ask: it takes as long to load as a
 * tenth of a small run.
 */
export async function terminalOf(
  context: CliContext,
  { history, paths }: OpenState,
  { request, view, progress }: TerminalRequest,
): Promise<TerminalOfRun | null> {
  const { runId, plan, start } = request;
  const given = start.kind === 'new' ? start.created : start;
  const mayAsk = request.leavesToPeople !== true && request.isInteractive !== false;
  const startsRuns = mayAsk && someStep(plan.steps, mayStartRuns);
  const asks = mayAsk && (given.breakPoints !== undefined || someStep(plan.steps, isWait) || view.steps.some(isAsking));
  if (!asks && !startsRuns && firstInteractive(plan.steps) === null) return null;
  const [{ TerminalTurns }, { InteractiveSteps }, { QuestionAsker }, { OwnQuestions }, { NestedQuestions }] = await Promise.all([
    import('./terminal-turns.ts'),
    import('./interactive-steps.ts'),
    import('./question-asker.ts'),
    import('./own-questions.ts'),
    import('./nested-questions.ts'),
  ]);
  const turns = new TerminalTurns(progress);
  const options = { context, history, paths, turns };
  const asker = new QuestionAsker(options);
  const steps = new InteractiveSteps({ context, view, runFolder: paths.runFolder(runId), turns });
  const own = asks ? new OwnQuestions({ ...options, view, plan, asker }) : null;
  const nested = startsRuns ? new NestedQuestions({ ...options, runId, asker }) : null;
  return {
    onEvents(envelopes) {
      steps.onEvents(envelopes);
      own?.onEvents(envelopes);
    },
    close() {
      nested?.close();
      return turns.close();
    },
    isLent: () => asker.isLent,
  };
}

function someStep(steps: readonly PlanStep[], isMeant: (step: PlanStep) => boolean): boolean {
  return steps.some((step) => isMeant(step) || (step.kind === 'group' && someStep(step.steps, isMeant)));
}

function isWait({ kind }: PlanStep): boolean {
  return kind === 'wait';
}

/** Another workflow, or an agent that asks for permissions in a run of its own. */
function mayStartRuns(step: PlanStep): boolean {
  if (step.kind !== 'attempt' || step.action.kind !== 'builtin') return false;
  return step.action.action === 'workflow/run' || step.action.action === 'agent/run';
}

/** At a break point of an earlier engine, perhaps. */
function isAsking({ status }: StepView): boolean {
  return status === 'needs-answer';
}
