// Copies a tools bundle into a folder: links become what they lead to; modes, times and empty folders stay.
// Not here: putting the copy into a workspace (tool-copy.ts).

import { chmodSync, closeSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from 'node:fs';

import { bundleItems } from './bundle-files.ts';
import type { BundleItem } from './bundle-files.ts';
import { BundleVersion, readPortions } from './hash-bundle.ts';
import { BlockSharing } from './share-blocks.ts';

/**
 * Fills the empty folder `to` and returns the hash of what was copied, which is what counts when somebody edits the source
 * meanwhile. `.version` is written last: a copy without it is not whole.
 */
export function copyBundle({ from, to }: { readonly from: string; readonly to: string }): string {
  const version = new BundleVersion();
  const sharing = new BlockSharing();
  const folders: (readonly [string | Buffer, BundleItem])[] = [];
  for (const item of bundleItems(from)) {
    const target = Buffer.concat([Buffer.from(`${to}/`), item.path]);
    if (item.kind === 'folder') {
      mkdirSync(target, { mode: 0o700 });
      folders.push([target, item]);
    } else {
      copyFile(item, target, { version, sharing });
    }
  }
  // From the inside out: making an entry moves its folder's time, and a folder may forbid it.
  for (const [target, item] of folders.reverse()) keepAttributes(target, item);
  const digest = version.digest();
  writeFileSync(`${to}/.gitignore`, '*\n');
  writeFileSync(`${to}/.version`, `${digest}\n`);
  return digest;
}

function copyFile(
  item: BundleItem,
  target: Buffer,
  { version, sharing }: { readonly version: BundleVersion; readonly sharing: BlockSharing },
): void {
  const hash = version.file(item);
  // The hash is that of the copy: somebody may edit the source meanwhile.
  if (sharing.copy({ from: item.place, to: target })) readPortions({ place: target }, hash);
  else copyBytes(item, target, hash);
  keepAttributes(target, item);
}

function copyBytes(item: BundleItem, target: Buffer, hash: (bytes: Uint8Array) => void): void {
  const file = openSync(target, 'wx', 0o600);
  try {
    readPortions(item, (bytes) => {
      hash(bytes);
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    });
  } finally {
    closeSync(file);
  }
}

function keepAttributes(target: string | Buffer, { stat }: BundleItem): void {
  chmodSync(target, stat.mode & 0o7777);
  utimesSync(target, stat.atimeMs / 1000, stat.mtimeMs / 1000);
}
