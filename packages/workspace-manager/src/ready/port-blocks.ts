// Gives each workspace a block of ports. Who has which stands in a file of the workspaces' root, changed under a lock that dies
// with its holder. A block belongs to its owner as long as that lives: nothing has to be given back, and nothing is lost with a
// crash.
// Not here: which block is tried first (decide-block.ts).

import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '@workflow-platform/events';

import { readRecord } from '../record.ts';
import type { AcquireLock } from '../workspace-port.ts';
import { PORT_COUNT, PORT_RANGE, decideBlocks, isBlock } from './decide-block.ts';
import { portsAreFree } from './ports-are-free.ts';

/** Who wants ports. */
export interface PortRequest {
  /** Folder of all workspaces. */
  readonly root: string;
  /** Absolute path: a workspace's record, which says whether the workspace lives, or a checkout, which lives while it is there. */
  readonly owner: string;
  /** The block it has been using, which is not looked at: what listens there may be its own. `known`: the one in the registry. */
  readonly held: number | 'known' | null;
  readonly acquireLock: AcquireLock;
}

const PAUSE_MS = 10;
const PAUSES_MAX = 500;

/** The first port of a block, or why there is none. */
export type PortClaim = { readonly base: number } | { readonly base: null; readonly why: string };

/** Gives the owner its block. */
export function claimPorts(request: PortRequest): Promise<PortClaim> {
  // The lock is between processes: those of one process take turns.
  const claim = lastClaim.then(() => claimInTurn(request));
  lastClaim = claim.catch(() => null);
  return claim;
}

let lastClaim: Promise<unknown> = Promise.resolve();

async function claimInTurn(request: PortRequest): Promise<PortClaim> {
  const folder = join(request.root, '.ports');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = await lockOf(join(folder, 'lock'), request.acquireLock);
    if ('heldBy' in lock) return { base: null, why: `${lock.heldBy} does not let go of ${folder}` };
    try {
      return await claimLocked(join(folder, 'blocks.json'), request);
    } finally {
      lock.release();
    }
  } catch (cause) {
    // Steps that need no ports must not fail for want of them.
    if (cause instanceof UserError || (cause instanceof Error && 'syscall' in cause)) return { base: null, why: cause.message };
    throw cause;
  }
}

async function claimLocked(file: string, { owner, held }: PortRequest): Promise<PortClaim> {
  const blocks = readBlocks(file);
  const known = [...blocks].find(([, other]) => other === owner)?.[0] ?? null;
  if (held === 'known') {
    if (known !== null) return { base: known };
  } else if (held !== null && isBlock(held) && (blocks.get(held) ?? owner) === owner) {
    if (known !== held) writeBlocks(file, blocks.set(held, owner));
    return { base: held };
  }
  if (known !== null) blocks.delete(known);
  for (const base of decideBlocks(new Set(blocks.keys()), seedOf(owner))) {
    if (!(await portsAreFree(base, PORT_COUNT))) continue;
    writeBlocks(file, blocks.set(base, owner));
    return { base };
  }
  return { base: null, why: `no block of ${PORT_COUNT} ports is free among ${PORT_RANGE}` };
}

async function lockOf(path: string, acquireLock: AcquireLock): Promise<ReturnType<AcquireLock>> {
  for (let pauses = 0; ; pauses++) {
    const lock = acquireLock(path, { owner: 'a claim for ports' });
    if ('release' in lock || pauses === PAUSES_MAX) return lock;
    await delay(PAUSE_MS);
  }
}

/** Reads who has which block. What cannot be read is nobody's: ports in use are found by listening on them. */
function readBlocks(file: string): Map<number, string> {
  let stored: unknown;
  try {
    stored = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    stored = null;
  }
  const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  return new Map(
    entries.flatMap(([port, owner]) =>
      isBlock(Number(port)) && typeof owner === 'string' && isAlive(owner) ? [[Number(port), owner] as const] : [],
    ),
  );
}

function writeBlocks(file: string, blocks: ReadonlyMap<number, string>): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(Object.fromEntries(blocks), null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

function isAlive(owner: string): boolean {
  if (lstatSync(owner, { throwIfNoEntry: false })?.isFile() !== true) return existsSync(owner);
  const record = readRecord(owner);
  return record === 'unreadable' || (record !== null && record.phase !== 'gone');
}

/** FNV-1a of 32 bits (RFC 9923). Anything that spreads would do; to load Node's crypto takes longer than the rest of a claim. */
function seedOf(owner: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(owner)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
