// Runs a piece of a test as an ordinary user, for whom permissions hold, also when the tests run as root.

import { chownSync } from 'node:fs';

const NOBODY = 65534;

/** Gives `folder` to an ordinary user and calls `use` as that user; whoever is ordinary already stays who they are. */
export async function withoutPrivileges(folder: string, use: () => unknown): Promise<void> {
  if (process.geteuid?.() !== 0) {
    await use();
    return;
  }
  chownSync(folder, NOBODY, NOBODY);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await use();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
