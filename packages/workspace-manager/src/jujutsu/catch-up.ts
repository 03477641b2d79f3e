// Records what was written into a workspace, and brings its files in step with its change when somebody else rewrote that
// (`jj undo`, `jj abandon`, a rebase). Jujutsu replaces the files then; edits that the new state lacks are kept as a
// bookmark, `wf/recovered/<workspace>/<commit>`.

import { UserError } from '@workflow-platform/events';

import type { MadeWorkspace } from '../providers/provider.ts';
import type { ProcessResult } from '../run-process.ts';
import { askingPlace } from './control.ts';
import { jj, reasonIn } from './jj-program.ts';
import { settingsIn } from './settings.ts';

const OPERATIONS_MAX = 100;

/** The workspace to record. */
export type RecordedPlace = Pick<MadeWorkspace, 'id' | 'from' | 'folder'>;

/** Records the edits; returns a sentence about those that are no longer in the workspace's files. */
export async function catchUp(workspace: RecordedPlace): Promise<readonly string[]> {
  const { id, from, folder } = workspace;
  const { author } = await settingsIn(from);
  const recorded = await jj(folder, [...author, 'util', 'snapshot']);
  if (recorded.code === 0) return [];
  if (!/working copy is stale|sibling of the working copy/.test(recorded.stderr)) throw failed(workspace, recorded);

  // Our operations carry a mark, so that the one which records the edits is found among those of others.
  const mark = `wf-${process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')}`;
  const updated = await jj(folder, [...author, `--config=operation.username=${mark}`, 'workspace', 'update-stale']);
  if (updated.code !== 0) throw failed(workspace, updated);
  const [, seen = null] = /(?:since operation|copy's operation) ([0-9a-f]+)/.exec(recorded.stderr) ?? [];
  const before = (await recordingOperation(workspace, mark)) ?? seen;
  if (before === null) return [];
  const old = await commitOf(workspace, [`--at-operation=${before}`]);
  if (!(await hasVanished(workspace, old))) return [];
  const bookmark = `wf/recovered/${id}/${old.slice(0, 12)}`;
  const kept = await ask(workspace, ['bookmark', 'set', '--allow-backwards', `--revision=${old}`, '--', bookmark]);
  if (kept.code !== 0) throw failed(workspace, kept);
  return [
    `the change of workspace \`${id}\` was rewritten elsewhere; edits it no longer has are kept as bookmark \`${bookmark}\``,
  ];
}

/** Returns the operation in which `update-stale` recorded edits; null when there were none. */
async function recordingOperation(workspace: RecordedPlace, mark: string): Promise<string | null> {
  const template = 'id ++ " " ++ user ++ " " ++ description.first_line() ++ "\\n"';
  const list = ['op', 'log', '--no-graph', `--limit=${OPERATIONS_MAX}`, `--template=${template}`];
  const { stdout } = await ask(workspace, list);
  for (const line of stdout.split('\n')) {
    const [operation = '', user = '', ...description] = line.split(' ');
    if (user.startsWith(mark) && description.join(' ').startsWith('snapshot')) return operation;
  }
  return null;
}

/** Says whether edits of the commit are neither in the workspace's change, wherever that stands now, nor below it. */
async function hasVanished(workspace: RecordedPlace, old: string): Promise<boolean> {
  const current = await commitOf(workspace, []);
  if (old === current) return false;
  const isEmptyOrBelow = `--revisions=${old} & (empty() | ::${current})`;
  const harmless = await ask(workspace, ['log', '--no-graph', isEmptyOrBelow, '--template=commit_id']);
  if (harmless.stdout !== '') return false;
  const difference = await ask(workspace, ['interdiff', `--from=${old}`, `--to=${current}`, '--summary']);
  return difference.code !== 0 || difference.stdout !== '';
}

async function commitOf(workspace: RecordedPlace, options: readonly string[]): Promise<string> {
  const { id } = workspace;
  const answer = await ask(workspace, [...options, 'log', '--no-graph', `--revisions="${id}"@`, '--template=commit_id']);
  if (answer.code !== 0 || answer.stdout === '') throw failed(workspace, answer);
  return answer.stdout.trim();
}

function ask({ from, folder }: RecordedPlace, args: readonly string[]): Promise<ProcessResult> {
  return jj(askingPlace(from, folder), ['--ignore-working-copy', ...args]);
}

function failed({ id, folder }: RecordedPlace, result: ProcessResult): UserError {
  if (/No space left on device|Disk quota exceeded/.test(result.stderr)) {
    return new UserError('disk-full', `no room left on the disk to record the edits in workspace \`${id}\``, {
      hint: 'free some space, then try again; the workspace was left as it is',
    });
  }
  return new UserError(
    'workspace-edits-not-kept',
    `cannot record the edits in workspace \`${id}\` at ${folder}: ${reasonIn(result)}`,
    { hint: `look at it with \`jj -R ${folder} status\`; it was left as it is` },
  );
}
