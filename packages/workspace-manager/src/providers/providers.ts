// All providers by name.

import { gitWorktree } from './git-worktree.ts';
import { jujutsuWorkspace } from './jujutsu-workspace.ts';
import { plainCopy } from './plain-copy.ts';
import type { WorkspaceProvider } from './provider.ts';

/** The provider of each kind. */
export const PROVIDERS: { readonly [kind in WorkspaceProvider['kind']]: WorkspaceProvider } = {
  jj: jujutsuWorkspace,
  git: gitWorktree,
  copy: plainCopy,
};
