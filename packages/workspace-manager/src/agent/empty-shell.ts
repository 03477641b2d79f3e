// Recognises a workspace whose making ended between its registration and its checkout, by whatever program: Jujutsu knows it,
// and there is nothing in it.

import { readdirSync } from 'node:fs';

import { standsOnNothing } from '../jujutsu/stands-on-nothing.ts';
import type { AgentPlaces } from './agent-places.ts';

const METADATA = new Set(['.jj', '.git']);

/** Says whether the registered workspace holds nothing, though its repository has something to check out. */
export async function isEmptyShell(repositoryRoot: string, { id, folder }: AgentPlaces): Promise<boolean> {
  if (readdirSync(folder).some((name) => !METADATA.has(name))) return false;
  return standsOnNothing(repositoryRoot, id);
}
