// Keeps files by the SHA-256 of their content: `blobs/<first two digits>/<digest>`, each content once, read-only.
// Not here: which files of a run are kept and for how long (executor, history).

import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { codeOf, diskFull } from './sqlite-error.ts';

/** What was kept. */
export interface KeptBlob {
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Files by the digest of their content. */
export interface Blobs {
  /** Copies a file in and makes it durable; the same content is kept once. */
  put(path: string): Promise<KeptBlob>;
  /** Returns where the content with this digest is or would be. */
  pathOf(digest: string): string;
  /** Reads the content again and compares it with its name. */
  verify(digest: string): Promise<'intact' | 'damaged' | 'missing'>;
}

// One buffer takes this much; a file no larger is never copied when its content is there already.
const CHUNK_BYTES = 1024 * 1024;

/** Opens the store in a folder, which is made when the first file comes. */
export function openBlobs(folder: string): Blobs {
  return new FolderBlobs(folder);
}

/** Returns the folder of files that are about to be removed from the store in `folder`. */
export function asideFolderIn(folder: string): string {
  return join(folder, 'aside');
}

class FolderBlobs implements Blobs {
  readonly #folder: string;
  readonly #incoming: string;
  #isPrepared = false;
  #canClone = true;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  async put(path: string): Promise<KeptBlob> {
    const source = await openRegularFile(path);
    try {
      const { size } = await source.stat();
      const small = size <= CHUNK_BYTES ? await readUpTo(source, CHUNK_BYTES + 1) : null;
      if (small !== null && small.length <= CHUNK_BYTES) {
        const kept = { digest: sha256Of(small), sizeBytes: small.length };
        if (await this.#has(kept)) return kept;
      }
      return await this.#takeIn(path, source);
    } finally {
      await source.close();
    }
  }

  pathOf(digest: string): string {
    assert(/^[0-9a-f]{64}$/.test(digest), `\`${digest}\` is a SHA-256 digest`);
    return join(this.#folder, digest.slice(0, 2), digest);
  }

  async verify(digest: string): Promise<'intact' | 'damaged' | 'missing'> {
    const file = (await this.#openIfThere(digest)) ?? ((await this.#takeBack(digest)) ? await this.#openIfThere(digest) : null);
    if (file === null) return 'missing';
    try {
      return (await pump(file, null)).digest === digest ? 'intact' : 'damaged';
    } finally {
      await file.close();
    }
  }

  async #openIfThere(digest: string): Promise<FileHandle | null> {
    try {
      return await open(this.pathOf(digest), 'r');
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw cause;
    }
  }

  /** A sweep that came to no end may have left aside what somebody keeps. */
  async #takeBack(digest: string): Promise<boolean> {
    try {
      await rename(join(asideFolderIn(this.#folder), digest), this.pathOf(digest));
      return true;
    } catch {
      return false;
    }
  }

  async #takeIn(path: string, source: FileHandle): Promise<KeptBlob> {
    // The process id says whose it is, chance keeps several stores of one process apart.
    const incoming = join(this.#incoming, `${process.pid}-${crypto().randomBytes(8).toString('hex')}`);
    try {
      await this.#prepare();
      const kept = (await this.#cloneIn(path, incoming)) ?? (await copyIn(source, incoming));
      if (await this.#has(kept)) await rm(incoming, { force: true });
      else await this.#giveName(incoming, kept.digest);
      return kept;
    } catch (cause) {
      await rm(incoming, { force: true }).catch(() => {});
      throw explain(cause, path, this.#folder);
    }
  }

  /** Shares the file's blocks where the file system can (Btrfs, XFS, APFS); returns null where it cannot. */
  async #cloneIn(path: string, incoming: string): Promise<KeptBlob | null> {
    if (!this.#canClone) return null;
    try {
      await copyFile(path, incoming, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    } catch {
      this.#canClone = false;
      await rm(incoming, { force: true });
      return null;
    }
    await chmod(incoming, 0o600);
    const file = await open(incoming, 'r+');
    try {
      const kept = await pump(file, null);
      await file.sync();
      return kept;
    } finally {
      await file.close();
    }
  }

  async #giveName(incoming: string, digest: string): Promise<void> {
    const target = this.pathOf(digest);
    const folder = join(target, '..');
    await chmod(incoming, 0o400);
    const isNew = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
    await rename(incoming, target);
    await syncFolder(folder);
    if (isNew) await syncFolder(this.#folder);
  }

  /**
   * Says whether the content is there, and touches it by its name: from here on a sweep knows that somebody is about to refer to
   * it (prune/sweep-blobs.ts). Invariant: touched first, then looked at; what lost its name before is not there.
   */
  async #has({ digest, sizeBytes }: KeptBlob): Promise<boolean> {
    const path = this.pathOf(digest);
    try {
      const now = new Date();
      await utimes(path, now, now);
      return (await stat(path)).size === sizeBytes;
    } catch {
      return false;
    }
  }

  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#incoming)) {
      if (!isAlive(Number.parseInt(name, 10))) await rm(join(this.#incoming, name), { force: true });
    }
    this.#isPrepared = true;
  }
}

async function copyIn(source: FileHandle, incoming: string): Promise<KeptBlob> {
  const target = await open(incoming, 'wx', 0o600);
  try {
    const kept = await pump(source, target);
    await target.sync();
    return kept;
  } finally {
    await target.close();
  }
}

/** Reads a file from its start to its end, hashes it, and writes it on if there is where to. */
async function pump(source: FileHandle, target: FileHandle | null): Promise<KeptBlob> {
  const hash = crypto().createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let sizeBytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, sizeBytes);
    if (bytesRead === 0) return { digest: hash.digest('hex'), sizeBytes };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (target !== null) await writeAll(target, chunk, sizeBytes);
    sizeBytes += bytesRead;
  }
}

async function writeAll(target: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    at += (await target.write(chunk, at, chunk.length - at, position + at)).bytesWritten;
  }
}

async function readUpTo(source: FileHandle, limit: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(limit);
  let length = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, length, limit - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === limit) return buffer.subarray(0, length);
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new UserError('artifact-not-readable', `cannot read the artifact ${path}`, {
      hint: 'make it readable for the user that runs the workflow',
      cause,
    });
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new UserError('artifact-not-a-file', `the artifact ${path} is not a regular file`, {
    hint: 'keep files; pack a folder with a step first',
  });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

function explain(cause: unknown, path: string, folder: string): unknown {
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(`the artifact ${path}`, cause);
  if (code === null || code.startsWith('ERR_')) return cause;
  return new UserError('artifact-not-kept', `cannot keep the artifact ${path} in ${folder}`, {
    hint: `make ${folder} writable for you, or choose another place with XDG_STATE_HOME`,
    cause,
  });
}

function sha256Of(bytes: Uint8Array): string {
  return crypto().hash('sha256', bytes, 'hex');
}

/** Loaded at first use: it costs 8 ms that only those who keep artifacts should pay. */
function crypto() {
  return process.getBuiltinModule('node:crypto');
}
