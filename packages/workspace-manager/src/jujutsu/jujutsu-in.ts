// Finds out whether Jujutsu can make workspaces of a repository. Starts `jj` only where there is a `.jj`.

import type { JujutsuState } from '../decide-provider.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import { specialContentOf } from '../special-content.ts';
import { probeJujutsu } from './abilities.ts';

/** Returns what can be said about Jujutsu and this source; null when they have nothing to do with each other. */
export async function jujutsuIn(source: Source): Promise<JujutsuState | null> {
  const isJujutsu = source.kind === 'jj' || (source.kind === 'git' && source.isSharedWithJujutsu);
  if (!isJujutsu) return null;
  const repo = jujutsuRepoOf(source.checkout);
  // Workspaces are named after the main checkout: it has to be the one that Jujutsu, too, takes for it.
  if (repo === null || repo !== jujutsuRepoOf(source.root)) return 'no-repository';
  const abilities = await probeJujutsu();
  if (abilities === null) return 'no-program';
  if (!abilities.isRecent) return 'too-old';
  const { hasSubmodules, usesLfs } = specialContentOf(source.checkout);
  return hasSubmodules ? 'submodules' : usesLfs ? 'lfs' : 'usable';
}
