// What we know about a workspace, in a file beside it and never inside: whose it is and how far its making or removing got.
//
//   (none) ──▶ creating ──▶ ready ──▶ removing ──▶ (none)
//                  └──── rolled back ────▶ (none)
//
// Invariant: a folder is touched only while the record names its identity, or its name carries the record's nonce.
// Not here: acting on it (workspace-manager.ts).

import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** A workspace's record. */
export type WorkspaceRecord = RecordBase &
  (
    | {
        readonly phase: 'creating';
        /** Identity of the folder being filled, once it is there. */
        readonly folder: string | null;
        /** The process that fills it, which may outlive us. */
        readonly worker: number | null;
      }
    | { readonly phase: 'ready'; readonly folder: string; readonly base: string | null }
    | { readonly phase: 'removing'; readonly folder: string; readonly base: string | null }
  );

/** The record of a workspace that can be used. */
export type ReadyRecord = WorkspaceRecord & { readonly phase: 'ready' };

interface RecordBase {
  readonly version: 1;
  readonly id: string;
  /** Eight random digits: part of every temporary name. */
  readonly nonce: string;
  readonly provider: 'jj' | 'git' | 'copy';
  /** Root of the repository or folder it is made from. */
  readonly from: string;
  readonly why: string;
  readonly createdMs: number;
}

/** Reads a record; null when there is none, `unreadable` when there is a file that says nothing (a power cut, a strange hand). */
export function readRecord(file: string): WorkspaceRecord | null | 'unreadable' {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
  try {
    const value = JSON.parse(text) as WorkspaceRecord;
    return value.version === 1 && typeof value.nonce === 'string' ? value : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** Writes a record by rename: a reader sees the old one or the new one. */
export function writeRecord(file: string, record: WorkspaceRecord): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** Forgets a record. */
export function eraseRecord(file: string): void {
  rmSync(file, { force: true });
}

/** Returns what tells this folder from any other that may later have its name; null when there is no folder (a link is none). */
export function folderIdentity(path: string): string | null {
  const stat = lstatFolder(path);
  return stat === null ? null : `${stat.ino}:${stat.birthtimeNs}`;
}

/** Says whether the folder at `path` is the one with this identity. */
export function isFolder(path: string, identity: string): boolean {
  const stat = lstatFolder(path);
  if (stat === null) return false;
  const [number, birth] = identity.split(':');
  if (number !== String(stat.ino)) return false;
  // Where a file system keeps no time of birth, the time of change stands in for it, which moves: then the number has to do.
  return birth === String(stat.birthtimeNs) || stat.birthtimeNs === stat.ctimeNs;
}

function lstatFolder(path: string): { readonly ino: bigint; readonly birthtimeNs: bigint; readonly ctimeNs: bigint } | null {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isDirectory() ? stat : null;
}
