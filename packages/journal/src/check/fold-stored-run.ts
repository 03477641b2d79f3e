// Folds the stored events of a run to what is derived from them: its row in lists, its artifacts, its open questions.
// Not here: the fold of one event (run-row.ts).

import type { DatabaseSync } from 'node:sqlite';

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';

import { countsOf } from '../counts-of.ts';
import { SELECT_RUN, runFromColumns } from '../run-columns.ts';
import { applyToRunRow, firstRunRow } from '../run-row.ts';
import type { RunRow } from '../run-row.ts';
import { applyToQuestions, questionChange, questionsOf } from '../question-rows.ts';
import type { OpenQuestion } from '../question-rows.ts';

/** An artifact as its event tells of it. */
export type StoredArtifact = RunEvent & { readonly type: 'artifact.stored' };

/** What a run's events say. */
export interface FoldedRun {
  /** Null when the events do not begin as those of a run do. */
  readonly row: RunRow | null;
  /** By name and path. */
  readonly artifacts: ReadonlyMap<string, StoredArtifact>;
  /** By step. */
  readonly questions: ReadonlyMap<string, OpenQuestion>;
}

/** Folds the events of one run. */
export function foldStoredRun(database: DatabaseSync, runId: string): FoldedRun {
  let row: RunRow | null = null;
  const artifacts = new Map<string, StoredArtifact>();
  const questions = new Map<string, OpenQuestion>();
  const past: RunEvent[] = [];
  let isRetried = false;
  const events = database.prepare('SELECT seq, at_ms, body FROM events WHERE run_id = ? ORDER BY seq');
  for (const { seq, at_ms: atMs, body } of events.iterate(runId)) {
    const event = JSON.parse(String(body)) as RunEvent;
    past.push(event);
    isRetried ||= event.type === 'run.resumed' && event.retry !== undefined;
    const envelope: EventEnvelope = { runId, seq: Number(seq), atMs: Number(atMs), event };
    if (row !== null) row = applyToRunRow(row, envelope);
    else if (event.type === 'run.created') row = firstRunRow(envelope, event);
    else return { row: null, artifacts, questions };
    const change = questionChange(envelope.atMs, event);
    if (change !== null) applyToQuestions(questions, change);
    if (isRetried && (event.type === 'run.resumed' || event.type === 'run.finished')) row = { ...row, counts: countsOf(past) };
    if (event.type === 'artifact.stored') artifacts.set(keyOf(event), event);
  }
  return { row, artifacts, questions };
}

/** In which way what is stored differs from what the events say; null where it does not. */
export interface Differences {
  readonly row: string | null;
  readonly artifacts: string | null;
  readonly questions: string | null;
}

/** Says how what is stored of a run differs from its events, unless these cannot be read. */
export function differencesIn(database: DatabaseSync, runId: string): Differences | 'unreadable' {
  let folded: FoldedRun;
  try {
    folded = foldStoredRun(database, runId);
  } catch (cause) {
    if (cause instanceof SyntaxError) return 'unreadable';
    throw cause;
  }
  const columns = database.prepare(SELECT_RUN).get(runId);
  return {
    row:
      folded.row === null || columns === undefined
        ? 'they do not begin with its creation'
        : rowDifference(runFromColumns(columns), folded.row),
    artifacts: artifactDifference(database, runId, folded.artifacts),
    questions: questionDifference(questionsOf(database, runId), folded.questions),
  };
}

function rowDifference(stored: RunRow, folded: RunRow): string | null {
  const keys = (Object.keys(folded) as (keyof RunRow)[]).filter(
    (key) => JSON.stringify(stored[key]) !== JSON.stringify(folded[key]),
  );
  if (keys.length === 0) return null;
  return keys.map((key) => `${key} is ${JSON.stringify(stored[key])}, not ${JSON.stringify(folded[key])}`).join(', ');
}

function questionDifference(stored: ReadonlyMap<string, OpenQuestion>, folded: ReadonlyMap<string, OpenQuestion>): string | null {
  for (const step of stored.keys()) if (!folded.has(step)) return `${step} asks nothing`;
  for (const [step, question] of folded) {
    const row = stored.get(step);
    if (row === undefined) return `what ${step} asks is missing`;
    if (JSON.stringify(row) !== JSON.stringify(question)) return `${step} asks something else`;
  }
  return null;
}

function artifactDifference(database: DatabaseSync, runId: string, folded: ReadonlyMap<string, StoredArtifact>): string | null {
  const stored = database
    .prepare(
      'SELECT name, path, digest, size_bytes AS sizeBytes, retain_until_ms AS retainUntilMs FROM artifacts WHERE run_id = ?',
    )
    .all(runId);
  for (const row of stored) {
    const { name, path } = row as { name: string; path: string };
    const event = folded.get(keyOf({ name, path }));
    if (event === undefined) return `no event tells of ${name} (${path})`;
    if (row['digest'] !== event.digest || row['sizeBytes'] !== event.sizeBytes || row['retainUntilMs'] !== event.retainUntilMs)
      return `${name} (${path}) is another file`;
  }
  return stored.length === folded.size ? null : `${folded.size - stored.length} of ${folded.size} are missing`;
}

function keyOf({ name, path }: { readonly name: string; readonly path: string }): string {
  return `${name}\0${path}`;
}
