// A file that even root cannot delete (`chattr +i`). Needs root, and a file system that knows it.

import { execFileSync, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/**
 * Makes a file or folder immutable until the test ends; returns what undoes it, wherever below `within` the file is by then, or null
 * after having skipped the test.
 */
export function makeImmutable(
  t: TestContext,
  { path, within }: { readonly path: string; readonly within: string },
): (() => void) | null {
  try {
    execFileSync('chattr', ['+i', path], { stdio: 'pipe' });
  } catch {
    t.skip('needs `chattr +i` (root, and ext4, xfs or btrfs)');
    return null;
  }
  // It fails for links on its way, which have no such attribute.
  const undo = (): void => void spawnSync('chattr', ['-R', '-f', '-i', within]);
  t.after(undo);
  return undo;
}
