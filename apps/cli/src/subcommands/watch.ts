// `workflow watch [RUN]`: shows a run that another process drives, until it ends.
// Not here: what is shown (print/), driving (run-on-screen.ts).

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyToView, waitsForPeople } from '@workflow-platform/events';
import { lockHolder } from '@workflow-platform/journal';
import type { CliContext } from '../context.ts';
import { exitCodeOfRun } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { chooseGlyphs } from '../print/glyphs.ts';
import { createProgress } from '../print/progress.ts';
import { renderSummary } from '../print/summary.ts';
import { onStopSignals } from '../stop-signals.ts';
import { isInterrupted, loadView } from './status.ts';

const POLL_MS = 100;
const OWNER_CHECK_MS = 1000;

/** Watches until the run ends, nobody drives it any more, or Ctrl-C. */
export async function watch(context: CliContext, _flags: object, run = '@'): Promise<void> {
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(run);
    const view = loadView(history, runId);
    const runFolder = paths.runFolder(runId);
    const progress = createProgress(context, { view, runFolder, json: false });
    const asked = { toStop: false };
    const signals = onStopSignals(() => (asked.toStop = true));
    try {
      if (progress.wroteLines) progress.onEvents(history.readEvents(runId));
      let version = history.dataVersion();
      let ownerCheckAtMs = 0;
      while (!asked.toStop && view.run.finishedAtMs === null) {
        await sleep(POLL_MS);
        const now = history.dataVersion();
        if (now !== version) {
          version = now;
          const fresh = history.readEvents(runId, view.run.lastSeq);
          for (const envelope of fresh) applyToView(view, envelope);
          progress.onEvents(fresh);
        } else if (performance.now() >= ownerCheckAtMs) {
          ownerCheckAtMs = performance.now() + OWNER_CHECK_MS;
          if (lockHolder(join(runFolder, 'owner.lock')) === null && history.dataVersion() === version) break;
        }
      }
    } finally {
      signals.stop();
      progress.close();
    }
    const interrupted = !asked.toStop && isInterrupted(view.run, runFolder);
    const { style } = context.out;
    const look = {
      style,
      glyphs: chooseGlyphs(context.env),
      nowMs: Date.now(),
      columns: context.out.lineColumns(),
      runFolder,
      interrupted,
      everyStep: false,
    };
    context.out.write(renderSummary(view, look));
    const { status } = view.run;
    if (asked.toStop) context.exitWith(exitCodes.interrupted);
    else if (waitsForPeople(view)) context.exitWith(exitCodes.waiting);
    else if (status === 'succeeded' || status === 'failed' || status === 'cancelled') context.exitWith(exitCodeOfRun(status));
    else context.exitWith(exitCodes.failed);
  });
}
