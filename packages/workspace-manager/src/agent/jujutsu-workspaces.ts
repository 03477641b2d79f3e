// What agent workspaces ask of Jujutsu. The main working copy is never recorded nor needed in order: it may be stale.
// Not here: when to ask it (ensure-workspace.ts, clean-workspace.ts).

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { catchUp } from '../jujutsu/catch-up.ts';
import { jj, reasonIn } from '../jujutsu/jj-program.ts';
import { OTHER_NAME, hasOwnName } from '../jujutsu/own-name.ts';
import { refuseSkipped } from '../jujutsu/skipped-paths.ts';
import { findObstacles, refuseRepositories } from '../obstacles.ts';
import type { AgentPlaces } from './agent-places.ts';
import { jujutsuRepoOf } from '../find-source.ts';

const ASIDE = '--ignore-working-copy';

/** Returns the folder of each workspace that the repository knows, by name; null for a folder it cannot tell. */
export async function knownWorkspaces(repositoryRoot: string): Promise<ReadonlyMap<string, string | null>> {
  const list = (template: string) => jj(repositoryRoot, [ASIDE, 'workspace', 'list', '--template', template]);
  let answer = await list('json(name) ++ "\\t" ++ json(root) ++ "\\n"');
  // Older versions do not tell folders.
  if (answer.code !== 0) answer = await list('name ++ "\\n"');
  if (answer.code !== 0) throw failed('list the workspaces', answer);
  const lines = answer.stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', folder = ''] = line.split('\t');
      return [stringIn(name) ?? name, stringIn(folder)];
    }),
  );
}

/** Adds a workspace whose change is a sibling of the main working copy's, or says that somebody else was quicker. */
export async function addWorkspace(repositoryRoot: string, places: AgentPlaces): Promise<'added' | 'taken'> {
  const parents = await parentsOfMain(repositoryRoot);
  mkdirSync(dirname(places.folder), { recursive: true, mode: 0o700 });
  // Asked to leave the main working copy alone, `jj` registers the workspace, makes its folder and then complains that it may
  // not fill it, which the next command does from inside. A workspace shares nothing with git: that needs a recent one.
  const added = await jj(repositoryRoot, [
    ASIDE,
    '--config=git.colocate=false',
    'workspace',
    'add',
    '--name',
    places.id,
    places.folder,
  ]);
  if (/already exists|not an empty directory/.test(added.stderr)) return 'taken';
  if (jujutsuRepoOf(places.folder) !== jujutsuRepoOf(repositoryRoot)) throw failed(`add workspace ${places.id}`, added);
  const filled = await jj(places.folder, ['new', ...parents]);
  if (filled.code !== 0) throw failed(`fill workspace ${places.id}`, filled);
  return 'added';
}

/** Makes the workspace sit on the change that `revision` names. */
export async function editBase(repositoryRoot: string, { folder, id }: AgentPlaces, revision: string): Promise<void> {
  const others = `(${revision}) & (working_copies() ~ @)`;
  const taken = await jj(folder, [ASIDE, 'log', '--no-graph', '--revisions', others, '--template', 'working_copies ++ "\\n"']);
  if (taken.code === 0 && taken.stdout.trim() !== '') {
    throw new UserError('base-in-use', `${revision} is the current change of ${taken.stdout.trim().split('\n').join(', ')}`, {
      hint: `each would change the files of the other; name its parent, or make a change on it (\`jj -R ${repositoryRoot} new ${revision}\`)`,
    });
  }
  const edited = await jj(folder, ['edit', '--', revision]);
  if (edited.code !== 0) throw failed(`put workspace ${id} on ${revision}`, edited);
}

/** Has jj record the edits in a workspace, so that they stay in a change when the folder goes; returns what the user should know. */
export async function recordEdits(
  repositoryRoot: string,
  { folder, id }: Pick<AgentPlaces, 'folder' | 'id'>,
): Promise<readonly string[]> {
  if (!(await hasOwnName({ id, folder }))) {
    throw new UserError('workspace-edits-not-kept', `cannot record the edits in workspace ${id} at ${folder}: ${OTHER_NAME}`, {
      hint: 'save what you need from the folder and delete it, then clean again; it was left as it is',
    });
  }
  // Jujutsu leaves them out.
  await refuseRepositories({ id, folder }, await findObstacles(folder));
  // New files, too, that the user's settings leave out: nobody can fetch them from the folder any more.
  const recorded = await jj(folder, ['--config=snapshot.auto-track=all()', 'status']);
  refuseSkipped({ id, folder }, recorded);
  return recorded.code === 0 ? [] : catchUp({ id, folder, from: repositoryRoot });
}

/** Has jj forget workspaces, whose folders stay. */
export async function forgetWorkspace(repositoryRoot: string, id: string): Promise<void> {
  const forgotten = await jj(repositoryRoot, [ASIDE, 'workspace', 'forget', '--', id]);
  if (forgotten.code !== 0) throw failed(`forget workspace ${id}`, forgotten);
}

/** The main working copy is the one beside the store, whatever its name. */
async function parentsOfMain(repositoryRoot: string): Promise<readonly string[]> {
  const template = 'parents.map(|parent| parent.commit_id()).join(" ")';
  const answer = await jj(repositoryRoot, [ASIDE, 'log', '--no-graph', '--revisions=@', '--template', template]);
  const parents = answer.stdout.trim();
  if (answer.code !== 0 || parents === '') throw failed('find what the main working copy stands on', answer);
  return parents.split(' ');
}

function failed(what: string, answer: Parameters<typeof reasonIn>[0]): UserError {
  if (/No space left on device|Disk quota exceeded/.test(answer.stderr)) {
    return new UserError('disk-full', `no room left on the disk: jj cannot ${what}`, {
      hint: 'free some space, or set AI_WORKSPACES_ROOT to a larger disk; what was begun is taken back',
    });
  }
  return new UserError('jujutsu-failed', `jj cannot ${what}: ${reasonIn(answer)}`, {
    hint: 'what was begun is taken back; `jj workspace list` shows what is there',
  });
}

function stringIn(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
