// `workflow diff RUN [STEP]`: what a run, or a step of it, changed.

import { suggest } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { diffWork, findStepWork } from '@workflow-platform/workspace-manager';
import type { ChangedFile, Work } from '@workflow-platform/workspace-manager';
import type { DiffFlags } from '../arguments/diff.ts';
import { attemptsOf } from '../attempts.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { harmless } from '../print/harmless.ts';
import { workOfRun } from '../run-work.ts';

/** Prints it. */
export async function diff(context: CliContext, { stat, json }: DiffFlags, run: string, step?: string): Promise<void> {
  const { out, err } = context;
  const { runId, found, steps } = await withHistory(context, async (history) => {
    const id = history.resolveRun(run);
    const events = history.readEvents(id);
    // What a person did is the change of the step that waited for it.
    const edited = events.flatMap(({ event }) =>
      event.type === 'step.waiting' && event.action === 'human/edit' ? [event.step] : [],
    );
    const known = [...new Set([...attemptsOf(events).map((attempt) => attempt.step), ...edited])];
    return { runId: id, found: await workOfRun(history, id), steps: known };
  });
  let works: readonly Work[] = found.work === null ? [] : [found.work];
  if (step !== undefined) {
    if (!steps.includes(step)) throw unknownStep(step, steps, runId);
    const apart = await findStepWork({ workspace: found.workspace, runId, step, work: found.work });
    if (apart === null) throw notApart(runId);
    works = apart;
  } else if (found.isShared) err.write('another run has had this workspace since: what that changed is shown, too\n');
  const colour = out.isTerminal && out.style.enabled;
  const files: ChangedFile[] = [];
  for (const work of works) {
    const shown = await diffWork(work, { form: stat ? 'stat' : 'patch', colour: colour && !json });
    files.push(...shown.files);
    if (json) continue;
    // On a terminal, what a file holds must not steer it; elsewhere the patch has to stay as it is.
    out.write(out.isTerminal && !colour ? shown.text.replaceAll('\u001B', '␛') : shown.text);
    await out.drained();
  }
  if (json) out.write(`${JSON.stringify(files, null, 2)}\n`);
  else if (files.length === 0) err.write(`${step === undefined ? `run ${runId}` : `step ${harmless(step)}`} changed nothing\n`);
}

function unknownStep(step: string, steps: readonly string[], runId: string): UserError {
  const near = suggest(step, steps);
  return new UserError('step-not-found', `no step \`${harmless(step)}\` was carried out in run ${runId}`, {
    hint: near === null ? `\`workflow status ${runId}\` lists the steps` : `did you mean \`${near}\`?`,
    exitCode: exitCodes.notFound,
  });
}

function notApart(runId: string): UserError {
  return new UserError('step-not-apart', `run ${runId} did not keep apart what each step changed`, {
    hint: `\`workflow diff ${runId}\` shows the whole; \`snapshot = "step"\` in [workspace] keeps steps apart in the next run`,
  });
}
