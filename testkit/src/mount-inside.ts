// Another file system in the middle of a folder, for tests of what must not be deleted. Needs root on Linux.

import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** Mounts the folder `from` at the folder `at` until the test ends; returns what unmounts it, or null after having skipped the test. */
export function mountInside(t: TestContext, { from, at }: { readonly from: string; readonly at: string }): (() => void) | null {
  try {
    execFileSync('mount', ['--bind', from, at], { stdio: 'pipe' });
  } catch {
    t.skip('needs the right to mount (root on Linux)');
    return null;
  }
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) execFileSync('umount', ['-l', at], { stdio: 'pipe' });
    isMounted = false;
  };
  t.after(unmount);
  return unmount;
}
