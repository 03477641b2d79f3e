// All providers by name.

import { gitWorktree } from './git-worktree.ts';
import { plainCopy } from './plain-copy.ts';
import type { WorkspaceProvider } from './provider.ts';

/** The provider of each kind. */
export const PROVIDERS: { readonly [kind in WorkspaceProvider['kind']]: WorkspaceProvider } = {
  git: gitWorktree,
  copy: plainCopy,
};
