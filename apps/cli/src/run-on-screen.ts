// Drives a run with its progress on the screen: what `run` and `resume` have in common.
// Not here: driving (drive-run.ts), what progress looks like (print/).

import { createRunView, applyToView } from '@workflow-platform/events';
import type { EventEnvelope, RunEvent } from '@workflow-platform/events';
import type { CliContext } from './context.ts';
import { driveRun, exitCodeOfRun, type DriveRequest, type OpenState } from './drive-run.ts';
import { exitCodes } from './exit-codes.ts';
import { terminalOf } from './at-terminal/terminal-of-run.ts';
import { chooseGlyphs } from './print/glyphs.ts';
import { createProgress } from './print/progress.ts';
import { renderSummary } from './print/summary.ts';
import { spareMemory } from './spare-memory.ts';
import { CTRL_C, onStopSignals } from './stop-signals.ts';
import { userName } from './who-am-i.ts';

const WORKSPACE_LOST =
  'the workspace of this run was gone, so a new one was made: what steps had left in the old one is not in it';

/** Drives the run, shows it, prints its summary and sets the exit code. */
export async function runOnScreen(
  context: CliContext,
  state: OpenState,
  request: Omit<DriveRequest, 'onEvents' | 'onWarning' | 'onWorkspaceProgress' | 'onStarted'>,
  options: { json: boolean; past: readonly EventEnvelope[] },
): Promise<void> {
  const { runId, plan } = request;
  spareMemory(plan.steps.length);
  const runFolder = state.paths.runFolder(runId);
  const view = createRunView(plan.steps.map((step) => step.id));
  for (const envelope of options.past) applyToView(view, envelope);
  const progress = createProgress(context, { view, runFolder, json: options.json });
  const hadWorkspace = view.workspace !== null;
  const terminal = progress.isLive ? await terminalOf(context, state, { request, view, progress }) : null;
  let signals: { stop(): void } | null = null;
  try {
    const outcome = await driveRun(context, state, {
      ...request,
      onEvents(envelopes) {
        for (const envelope of envelopes) applyToView(view, envelope);
        progress.onEvents(envelopes);
        terminal?.onEvents(envelopes);
        if (hadWorkspace && envelopes.some(({ event }) => isWithoutItsWork(event))) progress.warn(WORKSPACE_LOST);
      },
      onWarning: (text) => progress.warn(text),
      onWorkspaceProgress: (making) => progress.onWorkspaceProgress(making),
      onStarted(handle) {
        let count = 0;
        signals = onStopSignals((reason) => {
          if (reason === CTRL_C && terminal?.isLent()) return;
          count += 1;
          // A third one means it: the run stays as it is in the history, to be resumed.
          if (count > 2) process.exit(exitCodes.interrupted);
          const running = view.steps.filter((step) => step.status === 'running' && step.kind === 'attempt').length;
          progress.note(count === 1 ? stopNote(running) : 'killing what is left …');
          handle.cancel(userName(context), reason);
          if (count > 1) handle.kill();
        });
      },
    });
    await terminal?.close();
    progress.close();
    if (!options.json) {
      const { style } = context.out;
      const look = {
        style,
        glyphs: chooseGlyphs(context.env),
        nowMs: Date.now(),
        columns: context.out.lineColumns(),
        runFolder,
        interrupted: outcome.status === 'waiting',
        everyStep: false,
      };
      context.out.write((progress.wroteLines ? '\n' : '') + renderSummary(view, look));
      if (outcome.leftovers.length > 0) {
        const names = outcome.leftovers.map((member) => member.pid).join(', ');
        context.err.write(`processes that steps had left running were ended: ${names}\n`);
      }
    }
    context.exitWith(exitCodeOfRun(outcome.status));
  } finally {
    await terminal?.close();
    progress.close();
    (signals as { stop(): void } | null)?.stop();
  }
}

/** What a run left is not in the workspace that was made for it. */
function isWithoutItsWork(event: RunEvent): boolean {
  return event.type === 'workspace.created' && event.restored === undefined;
}

function stopNote(running: number): string {
  const what = running === 0 ? 'stopping' : `stopping ${running} ${running === 1 ? 'step' : 'steps'}`;
  return `${what} … press Ctrl-C again to kill`;
}
