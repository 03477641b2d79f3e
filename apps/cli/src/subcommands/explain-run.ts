// `workflow explain RUN [STEP]`: why a step ran, ran again, was skipped, failed, or waits. Reads only.
// Not here: how that is found (scheduler), diagnostic codes and keys (explain.ts).

import { readPlan, suggest, type Plan } from '@workflow-platform/core';
import { UserError, viewOfRun } from '@workflow-platform/events';
import { explainSteps } from '@workflow-platform/scheduler';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { explanationLine, renderExplanation } from '../print/explanation.ts';
import { harmless } from '../print/harmless.ts';
import { nestedSteps } from '../print/step-rows.ts';
import { renderTable } from '../print/table.ts';
import { isInterrupted, loadView } from './status.ts';

/** Explains one step, or each step of a run in a line. */
export async function explainRun(context: CliContext, { json }: { json: boolean }, run: string, step?: string): Promise<void> {
  await withHistory(context, (history, paths) => {
    const runId = history.resolveRun(run);
    const envelopes = history.readEvents(runId);
    const plan = readPlan(history.readPlan(runId));
    const explanations = explainSteps(plan, envelopes, step ?? null);
    const [first] = explanations;
    if (step !== undefined && first === undefined) throw unknownStep(runId, step, plan, envelopes);
    if (json) {
      context.out.write(`${JSON.stringify(step === undefined ? explanations : first, null, 2)}\n`);
      return;
    }
    const { style } = context.out;
    const isLeft = isInterrupted(viewOfRun(envelopes).run, paths.runFolder(runId));
    const look = { style, nowMs: Date.now(), runNote: null };
    if (step !== undefined && first !== undefined) {
      const runNote = isLeft && first.end === null ? `somebody to take the run up: workflow resume ${runId}` : null;
      context.out.write(renderExplanation(first, { ...look, runNote }));
      return;
    }
    const known = new Map(explanations.map((each) => [each.step, each]));
    const rows = nestedSteps(loadView(history, runId)).flatMap(({ step: { id }, depth }) => {
      const explanation = known.get(id);
      if (explanation === undefined) return [];
      const name = { text: `${'  '.repeat(depth)}${harmless(id)}`, style: style.bold, keepEnds: true };
      return [[name, { text: explanation.state }, { text: explanationLine(explanation, look), style: style.dim }]];
    });
    const table = renderTable(rows, { header: ['STEP', 'STATE', 'WHY'], columns: context.out.lineColumns(), style });
    context.out.write(`${table.join('\n')}\n`);
    if (isLeft) context.err.write(`nobody drives this run any more; go on with it: workflow resume ${runId}\n`);
  });
}

function unknownStep(runId: string, step: string, plan: Plan, envelopes: Parameters<typeof explainSteps>[1]): UserError {
  const near = suggest(
    step,
    explainSteps(plan, envelopes).map((each) => each.step),
  );
  return new UserError('step-not-found', `run ${runId} has no step \`${harmless(step)}\``, {
    hint: near === null ? `its steps are in \`workflow explain ${runId}\`` : `did you mean \`${harmless(near)}\`?`,
    exitCode: exitCodes.notFound,
  });
}
