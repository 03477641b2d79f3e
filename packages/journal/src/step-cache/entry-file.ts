// The text of an entry: a line with its seal (HMAC-SHA-256 with the machine's key), then the entry as JSON. Whatever was damaged,
// cut short or written by somebody else does not fit its seal.

import type { CachedBlob, CachedFile, CacheEntry } from '@workflow-platform/events';

import { DIGEST } from './store-paths.ts';

/** Raised when entries of an older form could be misread. */
const FORMAT = 1;

/** Returns the text of an entry. */
export function renderEntry(entry: CacheEntry, machineKey: Uint8Array): string {
  const body = JSON.stringify({ format: FORMAT, ...entry });
  return `${sealOf(body, machineKey)}\n${body}\n`;
}

/** Returns the entry, or null for a text that is none, or not the one of this key. */
export function parseEntry(text: string, key: string, machineKey: Uint8Array): CacheEntry | null {
  const end = text.indexOf('\n');
  const body = text.slice(end + 1, -1);
  if (end < 0 || text.slice(0, end) !== sealOf(body, machineKey)) return null;
  const { format, ...entry } = JSON.parse(body) as CacheEntry & { readonly format: number };
  if (format !== FORMAT || entry.key !== key || !entry.files.every(isSound)) return null;
  return blobsOf(entry).every(({ digest }) => DIGEST.test(digest)) ? entry : null;
}

/** Returns all contents of an entry. */
export function blobsOf({ files, log, parts }: CacheEntry): readonly CachedBlob[] {
  const contents = files.filter((file) => file.kind === 'file');
  return log === null ? [...contents, parts] : [...contents, log, parts];
}

/** The seal says that it is ours; this, that not even we ever write outside of a workspace or into its version control. */
function isSound({ path }: CachedFile): boolean {
  const names = path.split('/');
  const isOdd = names.some((name) => name === '' || name === '.' || name === '..');
  return !isOdd && !path.includes('\0') && names[0] !== '.git' && names[0] !== '.jj';
}

function sealOf(body: string, machineKey: Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHmac('sha256', machineKey).update(body).digest('hex');
}
