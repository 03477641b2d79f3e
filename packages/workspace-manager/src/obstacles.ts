// Looks for what keeps version control from recording a workspace whole: repositories inside of it, whose content it leaves out,
// and pipes in the place of files that it would read and wait at for ever.
// Not here: nested repositories as git knows them (git/nested-repositories.ts).

import { dirname, join, relative } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { ignoredByGit } from './git/ignored-by-git.ts';
import { runProcess } from './run-process.ts';

/** What was found; paths relative to the workspace, bytes as Latin-1 characters. */
export interface Obstacles {
  /** Folders that are repositories of their own. */
  readonly repositories: readonly string[];
  /** Pipes and the like by the names of files that git and Jujutsu read. */
  readonly pipes: readonly string[];
}

const READ = ['.gitignore', '.gitattributes', '.gitmodules'] as const;

/** Goes through the workspace once; names only, so that it costs a fraction of what recording it does. */
export async function findObstacles(folder: string): Promise<Obstacles> {
  const own = ['(', '-path', './.git', '-o', '-path', './.jj', ')', '-prune'];
  const repository = ['(', '-name', '.git', '-o', '-name', '.jj', ')', '-print0', '-prune'];
  const pipe = ['(', ...READ.flatMap((name, at) => [...(at === 0 ? [] : ['-o']), '-name', name]), ')'];
  const noFile = ['!', '-type', 'f', '!', '-type', 'l', '!', '-type', 'd', '-print0'];
  const argv = ['find', '.', ...own, '-o', ...repository, '-o', ...pipe, ...noFile] as const;
  const { stdout } = await runProcess({ argv: [...argv], cwd: folder, encoding: 'latin1', stdoutMax: Infinity });
  const paths = stdout.split('\0').flatMap((path) => (path === '' ? [] : [relative('.', path)]));
  const isMark = (path: string): boolean => /(?:^|\/)\.(?:git|jj)$/.test(path);
  return {
    repositories: [...new Set(paths.filter(isMark).map((path) => dirname(path)))],
    pipes: paths.filter((path) => !isMark(path)),
  };
}

/** Throws for a pipe that would keep us waiting. */
export function refusePipes(workspace: { readonly id: string; readonly folder: string }, { pipes }: Obstacles): void {
  const [first] = pipes;
  if (first === undefined) return;
  const place = join(workspace.folder, textOf(first));
  throw new UserError(
    'workspace-edits-not-kept',
    `cannot record the edits in workspace \`${workspace.id}\`: ${place} is no file but a pipe or the like, at which programs would wait`,
    { hint: 'delete it, then try again; the workspace was left as it is' },
  );
}

/** Throws for a repository in the workspace that is not ignored: what is in it would be lost. */
export async function refuseRepositories(
  workspace: { readonly id: string; readonly folder: string },
  { repositories }: Obstacles,
): Promise<void> {
  const ignored = await ignoredByGit(workspace.folder, repositories);
  const first = repositories.find((path) => !ignored.has(path));
  if (first !== undefined) throw nestedRepository(workspace, textOf(first));
}

/** Returns the error for a repository in a workspace. */
export function nestedRepository({ id, folder }: { readonly id: string; readonly folder: string }, path: string): UserError {
  return new UserError(
    'workspace-nested-repository',
    `workspace \`${id}\` has a repository of its own in \`${path}\`, whose commits and edits would be lost with it`,
    { hint: `push or move away ${join(folder, path)}, then remove the workspace again; it was left as it is` },
  );
}

/** Returns a path as text. */
export function textOf(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
