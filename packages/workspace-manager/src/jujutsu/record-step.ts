// Gives what a step did a change of its own, described with run and step, so that `jj log` tells the story of a run.

import type { MadeWorkspace } from '../providers/provider.ts';
import type { ProcessResult } from '../run-process.ts';
import { catchUp } from './catch-up.ts';
import { askingPlace } from './control.ts';
import { jj, reasonIn } from './jj-program.ts';
import { settingsIn } from './settings.ts';

const PREFIX = 'wf ';

/** What a step's change is called. */
export function stepDescription({
  runId,
  step,
  workflow,
}: {
  readonly runId: string;
  readonly step: string;
  readonly workflow: string;
}): string {
  return `${stepMark({ runId, step })}${workflow}`;
}

/** The beginning of the description, by which a step's changes are found. */
export function stepMark({ runId, step }: { readonly runId: string; readonly step: string }): string {
  return step === '' ? `${PREFIX}${runId} ` : `${PREFIX}${runId} ${step}: `;
}

/**
 * Records the edits; describes the change that holds them and begins the next. A change that a step has described, begun or
 * moved to by itself is its own affair and stays the current one. Returns what the user should know.
 */
export async function recordStep(workspace: MadeWorkspace, description: string): Promise<readonly string[]> {
  const { id, from, folder, base } = workspace;
  const warnings = await catchUp(workspace);
  const isAfterBase = `stringify(parents.map(|parent| parent.commit_id()).join("|")) == "${base ?? ''}"`;
  // Or after what nobody described, and got its words when an earlier workspace of the run went.
  const isOurs = `parent.description().starts_with("${PREFIX}") || parent.description().first_line() == "workspace ${id}"`;
  const isAfterStep = `parents.all(|parent| ${isOurs})`;
  const template = `--template=!empty && description == "" && (${isAfterBase} || ${isAfterStep})`;
  const look = ['--ignore-working-copy', 'log', '--no-graph', `--revisions="${id}"@`, template];
  const looked = await jj(askingPlace(from, folder), look);
  if (looked.code !== 0) return [...warnings, notEnded(description, looked)];
  if (looked.stdout.trim() !== 'true') return warnings;
  const { author } = await settingsIn(from);
  const ended = await jj(folder, [...author, 'commit', `--message=${description}`]);
  return ended.code === 0 ? warnings : [...warnings, notEnded(description, ended)];
}

function notEnded(description: string, result: ProcessResult): string {
  return `the change of \`${description}\` could not be ended: ${reasonIn(result)}`;
}
