// The copy of the tools in a workspace, `.agent-tools`: made aside and put in its place when it is whole. The metadata file in
// it moves along.
//
// The new copy waits beside the workspaces until the old one has made room. After a crash between the two moves it is found there.
// Not here: what is copied (copy-bundle.ts), what the metadata says (metadata.ts).

import { copyFileSync, existsSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

import { readRegularFile } from '../regular-file.ts';
import { removeTree } from '../remove-tree.ts';
import type { AgentPlaces } from './agent-places.ts';
import { copyBundle } from './copy-bundle.ts';
import { hashBundle } from './hash-bundle.ts';

/** Returns the version of the copy in a workspace, or null when there is no whole copy. */
export function toolsVersionIn({ toolsFolder }: AgentPlaces): string | null {
  // A link could lead anywhere.
  if (!isRealFolder(toolsFolder)) return null;
  return readRegularFile(join(toolsFolder, '.version'))?.trimEnd() ?? null;
}

/**
 * Brings the copy in a workspace up to date and returns its version. A copy of this version is not touched unless `always`.
 * Call it with the workspace locked.
 */
export async function updateTools(request: {
  readonly source: string;
  readonly places: AgentPlaces;
  readonly always: boolean;
}): Promise<string> {
  const { source, places, always } = request;
  await finishSwap(places);
  const wanted = hashBundle(source);
  if (!always && toolsVersionIn(places) === wanted) return wanted;
  const { freshToolsFolder } = places;
  try {
    mkdirSync(freshToolsFolder, { mode: 0o755 });
    const version = copyBundle({ from: source, to: freshToolsFolder });
    await swapIn(places);
    return version;
  } catch (cause) {
    await removeTree(freshToolsFolder);
    throw cause;
  }
}

/** Goes on with a swap that a crash interrupted. */
async function finishSwap({ toolsFolder, oldToolsFolder, freshToolsFolder }: AgentPlaces): Promise<void> {
  if (lstatSync(toolsFolder, { throwIfNoEntry: false }) === undefined) {
    // A whole copy goes on; before there is one, the old one is all there is.
    if (existsSync(join(freshToolsFolder, '.version'))) renameSync(freshToolsFolder, toolsFolder);
    else if (existsSync(oldToolsFolder)) renameSync(oldToolsFolder, toolsFolder);
  }
  await removeTree(freshToolsFolder);
  await removeTree(oldToolsFolder);
}

async function swapIn({ toolsFolder, oldToolsFolder, freshToolsFolder, metadataFile }: AgentPlaces): Promise<void> {
  if (lstatSync(toolsFolder, { throwIfNoEntry: false }) !== undefined) {
    const hasMetadata = isRealFolder(toolsFolder) && lstatSync(metadataFile, { throwIfNoEntry: false })?.isFile() === true;
    if (hasMetadata) copyFileSync(metadataFile, join(freshToolsFolder, basename(metadataFile)));
    renameSync(toolsFolder, oldToolsFolder);
  }
  renameSync(freshToolsFolder, toolsFolder);
  await removeTree(oldToolsFolder);
}

function isRealFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
