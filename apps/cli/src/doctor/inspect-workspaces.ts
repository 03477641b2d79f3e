// Looks at the workspaces of all repositories: records that point nowhere, folders that nobody knows.
// Not here: one repository's (workspace list), removing (workspace clean, prune).

import { acquireLock, lockHolder, sizeOfFolder } from '@workflow-platform/journal';
import { findAllHomes, listAll, workspacesRoot, type FoundHome, type WorkspaceRow } from '@workflow-platform/workspace-manager';
import type { CliContext } from '../context.ts';
import { formatCount } from '../print/format.ts';
import { toldOf, type Finding, type Inspection } from './finding.ts';

/** Looks at them. With `full` their files are counted, which takes as long as they are many. */
export function inspectWorkspaces(context: CliContext, full: boolean): Inspection {
  const root = workspacesRoot(context.env);
  const homes = findAllHomes({ env: context.env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
  const rows = homes.flatMap((found) => listAll(found.home).map((row) => ({ row, found })));
  const findings = [
    ...toldOf(
      rows.filter(({ row }) => row.state === 'missing'),
      ({ row, found }) => missing(row, found),
    ),
    ...toldOf(
      rows.filter(({ row }) => row.state === 'unfinished'),
      ({ row, found }) => unfinished(row, found),
    ),
    ...toldOf(
      homes.filter(({ isSourceThere }) => !isSourceThere),
      sourceGone,
    ),
  ];
  const count = formatCount(rows.filter(({ row }) => row.state !== 'gone').length, 'workspace');
  return { findings, rooms: [{ name: 'workspaces', place: root, count, sizeBytes: full ? sizeOfFolder(root) : null }] };
}

function missing({ id, folder }: WorkspaceRow, { home }: FoundHome): Finding {
  return {
    severity: 'problem',
    code: 'workspace-missing',
    what: `the folder of workspace ${id} is gone: ${folder}`,
    toDo: `\`workflow workspace clean ${id}\` in ${home.repositoryRoot} forgets it`,
  };
}

function unfinished({ id }: WorkspaceRow, { home }: FoundHome): Finding {
  return {
    severity: 'note',
    code: 'workspace-unfinished',
    what: `the making or removing of workspace ${id} did not come to its end`,
    toDo: `\`workflow workspace clean ${id}\` in ${home.repositoryRoot} ends it`,
  };
}

function sourceGone({ home }: FoundHome): Finding {
  return {
    severity: 'note',
    code: 'repository-gone',
    what: `${home.namespaceFolder} belongs to ${home.repositoryRoot}, which is not there any more`,
    toDo: 'put the repository back, or delete the folder when you need nothing of it',
  };
}
