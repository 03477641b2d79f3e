// Deletes a folder with everything in it, whatever its modes, and nothing that links in it point at.
// Not here: whether it may be deleted (workspace-manager.ts).

import { lstatSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { runProcess } from './run-process.ts';

/**
 * Deletes the tree; does nothing when there is none. `rm` and `find` walk by descriptors and never follow a link. Refused while
 * something is mounted inside.
 */
export async function removeTree(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  refuseMounts(path);
  const cwd = dirname(path);
  const first = await runProcess({ argv: ['rm', '-rf', '--', path], cwd });
  if (first.code === 0) return;
  // Folders without write permission (module caches, Nix) keep their entries from `rm`.
  await runProcess({ argv: ['find', path, '-type', 'd', '-exec', 'chmod', 'u+rwx', '{}', '+'], cwd });
  const second = await runProcess({ argv: ['rm', '-rf', '--', path], cwd });
  if (second.code === 0) return;
  throw new UserError('workspace-not-removed', `cannot remove ${path}: ${firstLine(second.stderr)}`, {
    hint: 'something still writes there, or it holds files of another user; end or change that and remove it again',
  });
}

/** Throws when something is mounted inside the folder: deleting it would delete the other file system's content. */
export function refuseMounts(path: string): void {
  const mounted = mountIn(path);
  if (mounted === null) return;
  throw new UserError('workspace-has-mount', `something is mounted at ${mounted}, inside the workspace`, {
    hint: `unmount it first (\`umount ${mounted}\`)`,
  });
}

/** Says whether something is mounted inside the folder. */
export function hasMount(path: string): boolean {
  return mountIn(path) !== null;
}

function mountIn(path: string): string | null {
  return mountPoints().find((point) => point === path || point.startsWith(`${path}/`)) ?? null;
}

function mountPoints(): readonly string[] {
  // Elsewhere `rm` fails at a mount point only when it is busy; there is no table to read.
  if (process.platform !== 'linux') return [];
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) =>
        (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
      );
  } catch {
    return [];
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
