// Deletes trees in a process that outlives us: whoever removed a workspace need not wait until its last file is gone.
// Not here: which trees (trash.ts), deleting what has to be gone before we go on (remove-tree.ts).

import { spawn } from 'node:child_process';

import { cleanEnvironment } from './run-process.ts';

// `rm` and `find` walk by descriptors and never follow a link. Folders without write permission (module caches, Nix) keep their
// entries from `rm`. Once nobody listens any more, a word about what cannot be deleted must not end the deleting of the rest.
const SCRIPT = `trap '' HUP INT PIPE
status=0
for tree do
  rm -rf -- "$tree" 2>/dev/null && continue
  find "$tree" -type d -exec chmod u+rwx {} + 2>/dev/null
  rm -rf -- "$tree" || status=1
done
exit $status`;

const beingDeleted = new Set<string>();

/** Says whether this process has begun to delete the tree and not yet heard of the end. */
export function isBeingDeleted(tree: string): boolean {
  return beingDeleted.has(tree);
}

/**
 * Has trees deleted, whatever their modes, and nothing that links in them point at. Waits until they are gone or `waitMs` have
 * passed; returns what cannot be deleted, in the words of the system, as far as it is known by then.
 */
export function deleteInBackground(trees: readonly string[], waitMs: number): Promise<string | null> {
  for (const tree of trees) beingDeleted.add(tree);
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', SCRIPT, 'workflow-trash', ...trees], {
      cwd: '/',
      env: cleanEnvironment(process.env),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.on('exit', () => trees.forEach((tree) => beingDeleted.delete(tree)));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const letGo = (): void => {
      child.stderr.destroy();
      child.unref();
      resolve(null);
    };
    const timer = setTimeout(letGo, waitMs);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : (said.trim().split('\n')[0] ?? ''));
    });
  });
}
