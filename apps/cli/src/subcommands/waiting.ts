// `workflow waiting`: the inbox. What waits for an answer, over all runs, the run that has waited longest first.
// Not here: answering (answer-step.ts), where questions are kept (journal).

import { readQuestion } from '@workflow-platform/core';
import type { QuestionRow } from '@workflow-platform/journal';
import type { WaitingFlags } from '../arguments/waiting.ts';
import type { CliContext } from '../context.ts';
import { withHistory } from '../history.ts';
import { formatAgo } from '../print/format.ts';
import { chooseGlyphs } from '../print/glyphs.ts';
import { harmless } from '../print/harmless.ts';
import { answerCommands, fieldsOf, questionLines } from '../print/question.ts';
import { isDriven } from '../run-lock.ts';

const QUESTIONS_MAX = 10_000;

/** Prints what waits. */
export async function waiting(context: CliContext, flags: WaitingFlags): Promise<void> {
  await withHistory(context, (history, paths) => {
    const questions = history.openQuestions(QUESTIONS_MAX);
    const workspaceOf = ({ runId }: QuestionRow): string | null => history.readRun(runId)?.workspacePath ?? null;
    const driven = new Map<string, boolean>();
    for (const { runId } of questions) if (!driven.has(runId)) driven.set(runId, isDriven(paths.runFolder(runId)));
    if (flags.json) {
      const data = questions.map((question) => toJson(question, driven.get(question.runId) === true, workspaceOf(question)));
      context.out.write(`${JSON.stringify(data, null, 2)}\n`);
      return;
    }
    if (questions.length === 0) context.err.write('nothing waits for an answer\n');
    const { style } = context.out;
    const look = { style, nowMs: Date.now(), columns: context.out.lineColumns() };
    const { person } = chooseGlyphs(context.env);
    const blocks = questions.map((question) => {
      const { runId, step, workflow, sinceMs, missing } = question;
      const name = style.bold(`${harmless(workflow.id)} ${harmless(step)}`);
      const counted = missing === null ? '' : `, ${missing} more to approve`;
      const since = style.dim(`run ${runId}, asked ${formatAgo(sinceMs, look.nowMs)}${counted}`);
      const goOn = driven.get(runId) === true ? [] : [style.dim(`  then go on with: workflow resume ${runId}`)];
      const workspace = question.action === 'human/edit' ? workspaceOf(question) : null;
      const where = workspace === null ? [] : [`  in ${harmless(workspace)}`];
      return [`${style.yellow(person)} ${name}  ${since}`, ...where, ...questionLines(question, look), ...goOn];
    });
    context.out.write(blocks.map((lines) => `${lines.join('\n')}\n`).join('\n'));
  });
}

function toJson(question: QuestionRow, driven: boolean, workspace: string | null) {
  const { runId, workflow, step, action, inputs, sinceMs, untilMs, missing } = question;
  const { message = '', by = null, not_starter: notStarter = false, approvals = 1 } = inputs;
  const files = readQuestion(inputs).question.edit?.files ?? [];
  const fields = fieldsOf(inputs).map(([name, field]) => ({ name, type: 'string', ...field }));
  return {
    run: runId,
    workflow: workflow.id,
    step,
    action,
    message,
    fields,
    files,
    by,
    notStarter,
    approvals,
    missing: missing ?? approvals,
    sinceAtMs: sinceMs,
    untilAtMs: untilMs,
    workspace,
    driven,
    answer: answerCommands(question),
  };
}
