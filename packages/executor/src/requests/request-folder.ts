// The requests of other processes as files in the folder of a run: `requests/ID.json`. A file appears whole and durable, and is
// removed once the journal has answered for it, or the run is over.
// Not here: noticing them (request-desk.ts), what they say (control-request.ts).

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@workflow-platform/events';
import { parseRequest, type ControlRequest, type FoundRequest } from './control-request.ts';

const NAME = /^([0-9a-z]+)\.json$/;
// The folder goes away when a run ends; whoever writes at that moment makes it again.
const TRIES = 5;

/** Returns the folder of a run's requests. */
export function requestFolder(runFolder: string): string {
  return join(runFolder, 'requests');
}

/** Makes the folder, so that it can be watched. */
export function makeRequestFolder(runFolder: string): void {
  mkdirSync(requestFolder(runFolder), { recursive: true, mode: 0o700 });
}

/** Writes a request; it is on the disk when this returns, and will be answered for, whoever dies. */
export function writeRequest(runFolder: string, request: ControlRequest): void {
  const folder = requestFolder(runFolder);
  const draft = join(folder, `${request.id}.new`);
  for (let tries = 1; ; tries += 1) {
    try {
      makeRequestFolder(runFolder);
      writeFileSync(draft, `${JSON.stringify(request)}\n`, { mode: 0o600, flush: true });
      renameSync(draft, join(folder, `${request.id}.json`));
      return syncFolder(folder);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && tries < TRIES) continue;
      tryToRemove(draft);
      throw new UserError('request-not-written', `cannot write the request to ${folder}: ${(cause as Error).message}`, {
        hint: 'nothing was asked for; make room there and make it writable for you',
        cause,
      });
    }
  }
}

/** Reads what lies there, in the order in which it was asked for; nothing when there is no folder. */
export function readRequests(runFolder: string): readonly FoundRequest[] {
  const folder = requestFolder(runFolder);
  const found: FoundRequest[] = [];
  for (const name of namesIn(folder)) {
    const id = NAME.exec(name)?.[1];
    if (id === undefined) continue;
    const text = readOrNull(join(folder, name));
    if (text === null) continue;
    const request = parseRequest(text);
    found.push(request?.id === id ? request : { kind: 'unreadable', id });
  }
  return found;
}

/** Removes a request that was answered for. */
export function removeRequest(runFolder: string, id: string): void {
  rmSync(join(requestFolder(runFolder), `${id}.json`), { force: true });
}

/** Removes all requests: the run they were made to is over. */
export function removeRequests(runFolder: string): void {
  const folder = requestFolder(runFolder);
  for (const name of namesIn(folder)) if (NAME.test(name)) rmSync(join(folder, name), { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Somebody is writing one more, and will see that the run is over.
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is told is why it could not be written.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
