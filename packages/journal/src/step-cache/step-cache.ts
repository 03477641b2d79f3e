// Keeps what cached steps left, per user and machine, by the key of all it depends on.
//
// Invariants, at any instant and with any number of processes:
// - Contents come before the entry that names them; each gets its name when it is whole, by a rename. So there is no half entry.
// - Nothing is trusted because it is there: an entry must fit its seal, a content its digest, each time it is used. Nothing is
//   forced onto the disk, so after a power cut either may be empty: that is a miss, and the entry is removed.
// - A file that leaves the store is a copy: whoever edits it changes nothing here.
// - No lock is held. Of two that keep the same key at once, the later one's entry stays; both are whole.
//
// Not here: what the key is made of and what becomes of the files (executor), which entries are worth their room (prune).

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { CachedBlob, CacheEntry } from '@workflow-platform/events';

import { codeOf } from '../sqlite-error.ts';
import { parseEntry, renderEntry } from './entry-file.ts';
import { namesIn, openIncoming, sweepIncoming, type Incoming } from './incoming.ts';
import { machineKey } from './machine-key.ts';
import { pump, type Pumped } from './pump.ts';
import { DIGEST, storePaths, type StorePaths } from './store-paths.ts';

/** Kept results of steps. Nothing is made or read before it is used; failures of the disk are thrown as they are. */
export interface StepCache {
  /** Returns a digest that says nothing to whoever lacks this machine's key, lower-case hex. */
  digest(text: string): string;
  /** Reads a regular file and tells what it is. */
  look(path: string): Promise<Pumped>;
  /** Returns the entry of a key. A damaged one is removed. */
  find(key: string): CacheEntry | 'none' | 'damaged';
  /** Returns entries that a step has made or taken, those of the workflow's step alone. */
  entriesOf(step: { readonly workflow: string; readonly step: string }): readonly CacheEntry[];
  /** Notes that a step has taken an entry. */
  noteUse(entry: CacheEntry, step: { readonly workflow: string; readonly step: string }, nowMs: number): void;
  /** Removes an entry, not its contents, which others may have too. */
  drop(key: string): void;
  /** Begins a piece of work. */
  open(): Incoming;
  /** Copies a content to a new file in `work`; false when it is gone or damaged. */
  take(blob: CachedBlob, path: string, mode: number): Promise<boolean>;
  /** Copies a file in and tells what it was; with one of the `wanted` texts in it, it is not kept. */
  keep(path: string, work: Incoming, wanted: readonly Buffer[]): Promise<Pumped>;
  /** Keeps a text. */
  keepText(text: string, work: Incoming): CachedBlob;
  /** Returns a text that was kept; null when it is gone or damaged. */
  textOf(blob: CachedBlob): string | null;
  /** Gives an entry its name. All it holds is kept by now. */
  save(entry: CacheEntry, work: Incoming): void;
}

/** Returns the store in a folder. `keyFile` is where the machine's key is, or will be. */
export function openStepCache({ folder, keyFile }: { readonly folder: string; readonly keyFile: string }): StepCache {
  return new FolderCache(storePaths(folder), keyFile);
}

class FolderCache implements StepCache {
  readonly #paths: StorePaths;
  readonly #keyFile: string;
  #machineKey: Buffer | null = null;
  #isSwept = false;

  constructor(paths: StorePaths, keyFile: string) {
    this.#paths = paths;
    this.#keyFile = keyFile;
  }

  digest(text: string): string {
    return process.getBuiltinModule('node:crypto').createHmac('sha256', this.#key).update(text).digest('hex');
  }

  look(path: string): Promise<Pumped> {
    return pump({ from: path, to: null });
  }

  find(key: string): CacheEntry | 'none' | 'damaged' {
    const path = this.#paths.entry(key);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return 'none';
      throw cause;
    }
    const entry = parseEntry(text, key, this.#key);
    if (entry !== null) return entry;
    this.drop(key);
    return 'damaged';
  }

  entriesOf(step: { readonly workflow: string; readonly step: string }): readonly CacheEntry[] {
    const folder = this.#paths.byStep(this.#stepName(step));
    return namesIn(folder).flatMap((key) => {
      const entry = DIGEST.test(key) ? this.find(key) : 'none';
      if (typeof entry !== 'string') return [entry];
      // It was removed since.
      rmSync(join(folder, key), { force: true });
      return [];
    });
  }

  noteUse({ key }: CacheEntry, step: { readonly workflow: string; readonly step: string }, nowMs: number): void {
    this.#noteStep(key, step);
    try {
      utimesSync(this.#paths.entry(key), nowMs / 1000, nowMs / 1000);
    } catch (cause) {
      // It was removed this moment.
      if (codeOf(cause) !== 'ENOENT') throw cause;
    }
  }

  drop(key: string): void {
    rmSync(this.#paths.entry(key), { force: true });
  }

  open(): Incoming {
    if (!this.#isSwept) sweepIncoming(this.#paths.incoming);
    this.#isSwept = true;
    return openIncoming(this.#paths.incoming);
  }

  async take({ digest, sizeBytes }: CachedBlob, path: string, mode: number): Promise<boolean> {
    try {
      const taken = await pump({ from: this.#paths.blob(digest), to: path, mode });
      if (taken.digest === digest && taken.sizeBytes === sizeBytes) return true;
      // Its name would keep a whole one from being kept.
      rmSync(this.#paths.blob(digest), { force: true });
      return false;
    } catch (cause) {
      if (['ENOENT', 'ELOOP', 'EINVAL', 'EISDIR'].includes(codeOf(cause) ?? '')) return false;
      throw cause;
    }
  }

  async keep(path: string, work: Incoming, wanted: readonly Buffer[]): Promise<Pumped> {
    const fresh = join(work.folder, 'content');
    rmSync(fresh, { force: true });
    const kept = await pump({ from: path, to: fresh, mode: 0o400, wanted });
    if (kept.isFound) rmSync(fresh);
    else this.#giveName(fresh, this.#paths.blob(kept.digest));
    return kept;
  }

  keepText(text: string, work: Incoming): CachedBlob {
    const bytes = Buffer.from(text);
    const digest = process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex');
    const fresh = join(work.folder, 'text');
    rmSync(fresh, { force: true });
    writeFileSync(fresh, bytes, { mode: 0o400, flag: 'wx' });
    this.#giveName(fresh, this.#paths.blob(digest));
    return { digest, sizeBytes: bytes.length };
  }

  textOf({ digest }: CachedBlob): string | null {
    try {
      const bytes = readFileSync(this.#paths.blob(digest));
      return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex') === digest ? bytes.toString() : null;
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw cause;
    }
  }

  save(entry: CacheEntry, work: Incoming): void {
    const fresh = join(work.folder, 'entry');
    writeFileSync(fresh, renderEntry(entry, this.#key), { mode: 0o600 });
    // First: an entry whose step is not known would make its own files look like somebody else's.
    this.#noteStep(entry.key, entry.made);
    this.#giveName(fresh, this.#paths.entry(entry.key));
  }

  get #key(): Buffer {
    this.#machineKey ??= machineKey(this.#keyFile);
    return this.#machineKey;
  }

  #stepName({ workflow, step }: { readonly workflow: string; readonly step: string }): string {
    return this.digest(JSON.stringify(['step', workflow, step]));
  }

  #noteStep(key: string, step: { readonly workflow: string; readonly step: string }): void {
    const path = join(this.#paths.byStep(this.#stepName(step)), key);
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, '', { mode: 0o600 });
  }

  /** Replaces what has the name already: it may be damaged, and what comes is known to be whole. */
  #giveName(fresh: string, path: string): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    renameSync(fresh, path);
  }
}
