// One row for each question that waits for a person, so that all of them are found without reading runs: the table holds what is
// open now and nothing else. Like the row of a run it is a fold of the events, kept in the same transaction.
// Not here: what a question asks (core), whether an engine is there (lock.ts).

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';

import { pauseQuestion, unreachable } from '@workflow-platform/events';
import type { Json, RunEvent } from '@workflow-platform/events';

/** A question that waits, with the run it belongs to. */
export interface QuestionRow {
  readonly runId: string;
  readonly workflow: { readonly id: string; readonly name: string | null };
  readonly step: string;
  /** `human/approve`, `human/form`, or `break/…` at a break point. */
  readonly action: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly sinceMs: number;
  /** When it gives up, or null for never. */
  readonly untilMs: number | null;
  /** How many approvals are still to come, once somebody has given one. */
  readonly missing: number | null;
}

/** A question as its run has it, before it is joined to the run. */
export type OpenQuestion = Omit<QuestionRow, 'runId' | 'workflow'>;

const INSERT = `
  INSERT INTO questions (run_id, step, action, inputs, since_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id, step) DO UPDATE SET
    action = excluded.action, inputs = excluded.inputs, since_ms = excluded.since_ms, until_ms = excluded.until_ms, missing = NULL`;
const COUNT = 'UPDATE questions SET missing = ? WHERE run_id = ? AND step = ?';
const DELETE = 'DELETE FROM questions WHERE run_id = ? AND step = ?';
const DELETE_ALL = 'DELETE FROM questions WHERE run_id = ?';

/** Takes the number of rows. By run, so in the order in which runs were asked for. */
export const SELECT_QUESTIONS = `
  SELECT questions.*, runs.workflow_id, runs.workflow_name FROM questions JOIN runs ON runs.id = questions.run_id
  ORDER BY questions.run_id, questions.since_ms, questions.step LIMIT ?`;

/** What an event changes among the open questions of its run. */
export type QuestionChange =
  | { readonly kind: 'asked'; readonly question: OpenQuestion }
  | { readonly kind: 'counted'; readonly step: string; readonly missing: number }
  | { readonly kind: 'ended'; readonly step: string }
  | { readonly kind: 'all-ended' };

/** Returns what an event changes; null for nearly all events, which cost nothing. */
export function questionChange(atMs: number, event: RunEvent): QuestionChange | null {
  switch (event.type) {
    case 'step.waiting': {
      const { step, action, inputs, untilMs } = event;
      return { kind: 'asked', question: { step, action, inputs, sinceMs: atMs, untilMs, missing: null } };
    }
    case 'step.paused': {
      const { step, at } = event;
      return { kind: 'asked', question: { step, ...pauseQuestion(at), sinceMs: atMs, untilMs: null, missing: null } };
    }
    case 'step.unpaused':
      return { kind: 'ended', step: event.step };
    case 'step.answered':
      return event.missing === undefined
        ? { kind: 'ended', step: event.step }
        : { kind: 'counted', step: event.step, missing: event.missing };
    case 'step.failed':
      return event.failure.kind === 'unanswered' ? { kind: 'ended', step: event.step } : null;
    case 'step.skipped':
    case 'step.cancelled':
      return { kind: 'ended', step: event.step };
    case 'run.finished':
      return { kind: 'all-ended' };
    default:
      return null;
  }
}

/** Makes a change in the table. */
export function writeQuestions(prepare: (sql: string) => StatementSync, runId: string, change: QuestionChange): void {
  switch (change.kind) {
    case 'asked': {
      const { step, action, inputs, sinceMs, untilMs } = change.question;
      prepare(INSERT).run(runId, step, action, JSON.stringify(inputs), sinceMs, untilMs);
      return;
    }
    case 'counted':
      prepare(COUNT).run(change.missing, runId, change.step);
      return;
    case 'ended':
      prepare(DELETE).run(runId, change.step);
      return;
    case 'all-ended':
      prepare(DELETE_ALL).run(runId);
      return;
    default:
      return unreachable(change);
  }
}

/** Makes a change among questions in memory, by step. */
export function applyToQuestions(open: Map<string, OpenQuestion>, change: QuestionChange): void {
  switch (change.kind) {
    case 'asked':
      open.set(change.question.step, change.question);
      return;
    case 'counted': {
      const question = open.get(change.step);
      if (question !== undefined) open.set(change.step, { ...question, missing: change.missing });
      return;
    }
    case 'ended':
      open.delete(change.step);
      return;
    case 'all-ended':
      return open.clear();
    default:
      return unreachable(change);
  }
}

/** Returns the open questions of a run as the table has them, by step. */
export function questionsOf(database: DatabaseSync, runId: string): Map<string, OpenQuestion> {
  const rows = database.prepare('SELECT * FROM questions WHERE run_id = ?').all(runId);
  return new Map(rows.map(openFromColumns).map((question) => [question.step, question]));
}

/** Makes the table have just these questions of a run. */
export function replaceQuestions(database: DatabaseSync, runId: string, questions: Iterable<OpenQuestion>): void {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  writeQuestions(prepare, runId, { kind: 'all-ended' });
  for (const question of questions) {
    const { step, missing } = question;
    writeQuestions(prepare, runId, { kind: 'asked', question });
    if (missing !== null) writeQuestions(prepare, runId, { kind: 'counted', step, missing });
  }
}

/** Returns the question that the columns hold. */
export function questionFromColumns(columns: Record<string, SQLOutputValue>): QuestionRow {
  const name = columns['workflow_name'];
  return {
    runId: String(columns['run_id']),
    workflow: { id: String(columns['workflow_id']), name: name === null ? null : String(name) },
    ...openFromColumns(columns),
  };
}

function openFromColumns(columns: Record<string, SQLOutputValue>): OpenQuestion {
  const numberOrNull = (value: SQLOutputValue | undefined): number | null => (value === null ? null : Number(value));
  return {
    step: String(columns['step']),
    action: String(columns['action']),
    inputs: JSON.parse(String(columns['inputs'])) as QuestionRow['inputs'],
    sinceMs: Number(columns['since_ms']),
    untilMs: numberOrNull(columns['until_ms']),
    missing: numberOrNull(columns['missing']),
  };
}
