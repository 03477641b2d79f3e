// Fetches a workflow file from a URL: bounded in size, time and redirects, checked against its pin, kept by its digest.
// Not here: which URLs are allowed at all (find-workflow.ts).

import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@workflow-platform/events';
import { sha256 } from './digest.ts';
import { SOURCE_BYTES_MAX } from './read-bytes.ts';

const REDIRECTS_MAX = 5;
const TIMEOUT_MS = 30_000;

export interface FetchOptions {
  /** Environment of the process, for XDG_CACHE_HOME and HOME. */
  readonly env: { readonly [name: string]: string | undefined };
  /** The `fetch` to use. */
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  readonly sizeBytesMax?: number;
}

/** Returns the bytes behind a URL. A pinned file that was fetched before comes from the cache, without the network. */
export async function fetchWorkflow(url: string, pin: string | null, options: FetchOptions): Promise<Buffer> {
  if (pin !== null) {
    const cached = readCached(cachePath(pin, options.env), pin);
    if (cached !== null) return cached;
  }
  const bytes = await download(url, options);
  const digest = sha256(bytes);
  if (pin !== null && digest !== pin) throw pinMismatch(url, pin, digest);
  keep(cachePath(digest, options.env), bytes);
  return bytes;
}

/** The error for a file whose bytes are not those of its pin. */
export function pinMismatch(where: string, pin: string, digest: string): UserError {
  return new UserError('pin-mismatch', `${where} is not what its pin says: it has the SHA-256 ${digest}, not ${pin}`, {
    hint: 'somebody changed the file since the pin was written: look at it, then update the pin',
    exitCode: 2,
  });
}

async function download(start: string, options: FetchOptions): Promise<Buffer> {
  const { fetch: get = fetch, timeoutMs = TIMEOUT_MS, sizeBytesMax = SOURCE_BYTES_MAX } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  let url = start;
  try {
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      const response = await get(url, { redirect: 'manual', signal, headers: { accept: 'application/toml, text/plain, */*' } });
      const target = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && target !== null) {
        url = follow(url, target);
        await response.body?.cancel();
        continue;
      }
      if (!response.ok) throw refused(url, response.status);
      return await readBody(response, url, sizeBytesMax);
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (signal.aborted) {
      throw new UserError('fetch-timeout', `${start} did not answer within ${Math.round(timeoutMs / 1000)} s`, {
        exitCode: 1,
        cause,
      });
    }
    throw new UserError('fetch-failed', `cannot fetch ${url}: ${reasonOf(cause)}`, {
      hint: 'check the address and the network; a file fetched before is found without it when its URL has a #sha256= pin',
      exitCode: 1,
      cause,
    });
  }
  throw new UserError('fetch-failed', `${start} redirects more than ${REDIRECTS_MAX} times`, { exitCode: 1 });
}

function follow(from: string, location: string): string {
  let target: URL;
  try {
    target = new URL(location, from);
  } catch (cause) {
    throw new UserError('fetch-failed', `${from} redirects to \`${location}\`, which is no URL`, { exitCode: 1, cause });
  }
  // A redirect must not leave the encrypted connection, nor reach for local files.
  if (target.protocol === 'https:' || target.origin === new URL(from).origin) return target.href;
  throw new UserError('fetch-failed', `${from} redirects to ${target.href}, which is not https`, { exitCode: 1 });
}

function refused(url: string, status: number): UserError {
  const missing = status === 404 || status === 410;
  return new UserError(missing ? 'file-not-found' : 'fetch-failed', `the server answered ${status} for ${url}`, {
    ...(status === 401 || status === 403 ? { hint: 'fetch the file yourself, and run it by its path' } : {}),
    exitCode: missing ? 3 : 1,
  });
}

async function readBody(response: Response, url: string, sizeBytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > sizeBytesMax) {
      throw new UserError('file-too-large', `${url} is larger than the ${sizeBytesMax / 1024 / 1024} MiB that are read`, {
        hint: 'check that this is a workflow file',
        exitCode: 2,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}

/** Returns the folder of fetched files: `<first two digits>/<digest>`, last changed when one was last used. */
export function fetchedFolder(env: FetchOptions['env']): string {
  const cache =
    env['XDG_CACHE_HOME']?.startsWith('/') === true ? env['XDG_CACHE_HOME'] : join(env['HOME'] ?? homedir(), '.cache');
  return join(cache, 'workflows', 'by-digest');
}

function cachePath(digest: string, env: FetchOptions['env']): string {
  return join(fetchedFolder(env), digest.slice(0, 2), digest);
}

function readCached(path: string, digest: string): Buffer | null {
  try {
    const bytes = readFileSync(path);
    if (sha256(bytes) === digest) {
      noteUse(path);
      return bytes;
    }
    rmSync(path, { force: true });
    return null;
  } catch {
    return null;
  }
}

/** What is used stays (`prune`); a cache that cannot be written is used all the same. */
function noteUse(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // It will be fetched again, if it goes.
  }
}

function keep(path: string, bytes: Buffer): void {
  const temporary = `${path}.${process.pid}-${performance.now()}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, bytes, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    // A cache that cannot be written costs a fetch next time, nothing else.
    rmSync(temporary, { force: true });
  }
}
