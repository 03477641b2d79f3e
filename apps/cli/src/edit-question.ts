// What a `human/edit` asks for, where the files are: opens an editor on them, says which of them have changed since the question was
// asked, and has version control note it as the step's change.
// Not here: the question itself (core), asking at the terminal (at-terminal/), the answer (answer-step.ts).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plan, QuestionEdit } from '@workflow-platform/core';
import { UserError, type EventEnvelope, type Fact, type WorkspaceView } from '@workflow-platform/events';
import { look, possibleInside } from '@workflow-platform/executor';
import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager, workspacesRoot } from '@workflow-platform/workspace-manager';
import type { CliContext } from './context.ts';
import { harmless } from './print/harmless.ts';

export interface EditPlace {
  readonly context: CliContext;
  readonly runId: string;
  readonly step: string;
  readonly edit: QuestionEdit;
  readonly workspace: WorkspaceView | null;
  /** Of the run. */
  readonly events: readonly EventEnvelope[];
}

/** Returns the files in which something has changed since the question was asked. Throws a UserError where the workspace is gone. */
export function changedFiles(place: EditPlace): readonly string[] {
  const { path } = workspaceOf(place);
  const before = digestsOf(place);
  return place.edit.files.filter((file) => look(path, `digest:${file}`) !== (before.get(`digest:${file}`) ?? null));
}

/** Opens the files in `$VISUAL`, `$EDITOR` or vi, and waits for its end. Returns why that came to nothing, or null. */
export async function openEditor(place: EditPlace): Promise<string | null> {
  const { context, edit } = place;
  const { path } = workspaceOf(place);
  const editor = context.env['VISUAL'] || context.env['EDITOR'] || 'vi';
  // Names may come from an agent, and so may links.
  for (const file of edit.files) {
    const inside = possibleInside(path, file);
    if (inside === null) return `\`${harmless(file)}\` leads out of the workspace`;
    // A file that is not there yet is made by the editor, which makes no folders.
    mkdirSync(dirname(inside), { recursive: true });
  }
  // The variable may hold arguments, as it may for git: a shell takes it apart. No name is an option, or a command of vi (`+!…`).
  const files = edit.files.map((file) => `./${file}`);
  // Ctrl-C is the editor's alone: the shell around it waits for its end whatever is typed.
  const child = spawn('/bin/sh', ['-c', `trap : INT QUIT; ${editor} "$@"`, 'sh', ...files], {
    cwd: path,
    env: { ...context.env, PWD: path },
    stdio: 'inherit',
  });
  // What is typed there is meant for the editor.
  const ignore = (): void => {};
  process.on('SIGINT', ignore).on('SIGQUIT', ignore);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (code === 127) return `\`${harmless(editor)}\` could not be started; set $EDITOR to an editor of yours`;
    return code === 0 ? null : `\`${harmless(editor)}\` ended with ${code === null ? signal : `status ${code}`}`;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore);
  }
}

/** Makes what a person did a change of the step, where the workflow wants one for each. Returns warnings. */
export async function noteEdit(place: EditPlace, { workflow, workspace: { snapshot } }: Plan): Promise<readonly string[]> {
  if (snapshot !== 'step') return [];
  const { context, runId, step } = place;
  const manager = createWorkspaceManager({ root: workspacesRoot(context.env), acquireLock, env: context.env });
  return manager.snapshot(workspaceOf(place), { runId, step, workflow: workflow.id });
}

function workspaceOf({ workspace, runId }: EditPlace): WorkspaceView {
  if (workspace !== null && existsSync(workspace.path)) return workspace;
  throw new UserError('workspace-gone', `the workspace of run ${runId}, with the files to edit, is not there`, {
    hint: `\`workflow resume ${runId}\` makes it anew with what the run had done; then it can be answered`,
  });
}

/** What the files were when the question was asked, which a replay of the run sees too. */
function digestsOf({ events, step }: EditPlace): ReadonlyMap<string, Fact['answer']> {
  const facts = events.flatMap(({ event }) =>
    event.type === 'step.observed' && event.step === step && event.purpose === 'ask' ? event.facts : [],
  );
  // Asked again, the later answer counts.
  return new Map(facts.map(({ query, answer }) => [query, answer]));
}
