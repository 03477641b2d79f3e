// Decides what of a set-up can be kept for the next workspace: new files and folders, and changes to files that are part of the
// key, whose earlier content is known to be the same there. Anything else would not be what the script does there. Pure.
// Not here: keeping it (setup-store.ts).

import { basename, dirname } from 'node:path';

import type { Tree } from './list-tree.ts';

/** A set-up that has run. */
export interface SetupTraces {
  readonly before: Tree;
  readonly after: Tree;
  /** Paths whose content is part of the key. */
  readonly paths: readonly string[];
}

/** What to keep: paths of new entries, none below another, and of changed files; or why what it did cannot be kept. */
export type KeptDecision =
  /** It left no trace. What it is good for may lie elsewhere, and has to be done each time. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'keep'; readonly made: readonly string[]; readonly changed: readonly string[] }
  | { readonly kind: 'leave'; readonly why: string };

/** Decides. */
export function decideKept({ before, after, paths }: SetupTraces): KeptDecision {
  const changed: string[] = [];
  for (const [path, old] of before) {
    const now = after.get(path);
    if (now === undefined || now.kind !== old.kind) return leave(`it removed \`${path}\``);
    if (now.mark === old.mark) continue;
    if (now.kind !== 'file' || !paths.some((key) => path === key || path.startsWith(`${key}/`)))
      return leave(`it changed \`${path}\`, which is not in \`setup_key\``);
    changed.push(path);
  }
  const made: string[] = [];
  for (const [path, now] of after) {
    if (before.has(path)) continue;
    if (now.kind === 'other') return leave(`it made \`${path}\`, which is neither a file nor a folder`);
    if (now.kind === 'file' && basename(path) === '.git') return leave(`it made a checkout that cannot be copied: \`${path}\``);
    const folder = dirname(path);
    if (folder === '.' || before.has(folder)) made.push(path);
  }
  if (made.length + changed.length === 0) return { kind: 'nothing' };
  return { kind: 'keep', made: made.sort(), changed: changed.sort() };
}

function leave(why: string): KeptDecision {
  return { kind: 'leave', why };
}
