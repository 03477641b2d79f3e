// Everything in a workspace with what tells whether it was touched, to be compared before and after a set-up.
// Not here: comparing (decide-kept.ts).

import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** One entry. `mark` changes when it is written to. */
export interface TreeEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly mark: string;
}

/** Entries by their path. */
export type Tree = ReadonlyMap<string, TreeEntry>;

const METADATA = new Set(['.git', '.jj']);
const FOLDERS_A_TURN = 50;

/** Lists a folder, without version control at its top. Lets others have their turn. */
export async function listTree(root: string): Promise<Tree> {
  const tree = new Map<string, TreeEntry>();
  const pending = readdirSync(root).filter((name) => !METADATA.has(name));
  let folders = 0;
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const entry = entryAt(join(root, path));
    tree.set(path, entry);
    if (entry.kind !== 'folder') continue;
    for (const name of readdirSync(join(root, path))) pending.push(join(path, name));
    if (++folders % FOLDERS_A_TURN === 0) await turn();
  }
  return tree;
}

function entryAt(path: string): TreeEntry {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  // A name that is no text cannot be asked for.
  if (stat === undefined) return { kind: 'other', mark: '' };
  if (stat.isSymbolicLink()) return { kind: 'link', mark: readlinkSync(path) };
  // The time of a folder moves with its entries, which are listed themselves.
  if (stat.isDirectory()) return { kind: 'folder', mark: String(stat.mode) };
  const mark = `${stat.ino} ${stat.size} ${stat.mode} ${stat.mtimeNs} ${stat.ctimeNs}`;
  return { kind: stat.isFile() ? 'file' : 'other', mark };
}
