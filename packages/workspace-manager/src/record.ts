// What we know about a workspace, in a file beside it and never inside: whose it is and how far its making or removing got.
//
//   (none) ──▶ creating ──▶ ready ──▶ removing ──▶ gone, or (none) when nothing of it is kept
//     gone ──▶ creating                  ▲
//                  └──── rolled back ────┴──▶ gone, or (none)
//
// Invariant: a folder is touched only while the record names its identity, or its name carries the record's nonce.
// Not here: acting on it (workspace-manager.ts).

import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import type { KeptWork } from './work/work.ts';

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
    | {
        readonly phase: 'removing';
        readonly folder: string;
        readonly base: string | null;
        /** What has to be kept of it. */
        readonly keeps?: KeptWork | null;
      }
    /** The folder is no more; what was in it is kept. */
    | { readonly phase: 'gone' }
  );

/** What was done to make a workspace ready, and is undone with it. */
export interface Readiness {
  /** First port of its block; null when it has none. */
  readonly ports: number | null;
  /** File by which direnv knows that it may load the workspace's `.envrc`. */
  readonly allowFile: string | null;
  /** Digest of what the set-up depends on, as it was when it had been done; null while it is not. */
  readonly setupKey: string | null;
}

/** The readiness of a workspace to which nothing was done. */
export const NOT_READY: Readiness = { ports: null, allowFile: null, setupKey: null };

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
  readonly readiness?: Readiness;
  /** The process that changes it on our behalf, which may outlive us. */
  readonly worker?: number | null;
  /** Who had it last. */
  readonly owner?: WorkspaceOwner;
  /** When it was last given out or given back. */
  readonly usedMs?: number;
  /** `running` from when it is given out until it is given back; a process that died leaves it so. */
  readonly status?: WorkspaceStatus;
  /** When its work was last brought into the user's checkout. */
  readonly appliedMs?: number;
  /**
   * Revision of the kept entry that the workspace began with: what comes of it includes that. In a record that is being removed it
   * means that the entry gives way to what is kept now.
   */
  readonly restored?: string;
  /** What is kept of workspaces that had this name, the oldest first. */
  readonly kept?: readonly KeptEntry[];
}

/** Who has a workspace, or had it last. */
export interface WorkspaceOwner {
  /** A run of a workflow, or null for a command. */
  readonly runId: string | null;
  /** Id of the workflow, or what the command's caller named. */
  readonly workflow: string | null;
  /** Of a workspace that a step had for itself. */
  readonly step?: string;
}

/** What became of who had a workspace. */
export type WorkspaceStatus = 'running' | 'done' | 'error' | 'cancelled' | 'idle';

/** Work that outlived its workspace. */
export interface KeptEntry extends KeptWork {
  readonly provider: 'jj' | 'git' | 'copy';
  readonly from: string;
  readonly owner: WorkspaceOwner | null;
  readonly atMs: number;
  readonly appliedMs?: number;
}

/** Returns the work that a run, or one of its steps, left in a workspace that is gone; null when there is none. */
export function keptFor(
  record: WorkspaceRecord | null | 'unreadable',
  { runId, step }: { readonly runId: string; readonly step?: string },
): KeptEntry | null {
  if (record === null || record === 'unreadable') return null;
  const isTheirs = ({ owner }: KeptEntry): boolean => owner?.runId === runId && owner.step === step;
  return record.kept?.findLast(isTheirs) ?? null;
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

/** Notes that the workspace is no more: forgets it, unless something of it is kept. */
export function writeGone(file: string, record: WorkspaceRecord, entry: KeptEntry | null): void {
  const { version, id, nonce, provider, from, why, createdMs, owner, usedMs, status } = record;
  const kept = [...(record.kept ?? []), ...(entry === null ? [] : [entry])];
  if (kept.length === 0) return eraseRecord(file);
  const about = { version, id, nonce, provider, from, why, createdMs };
  const last = {
    ...(owner === undefined ? {} : { owner }),
    ...(usedMs === undefined ? {} : { usedMs }),
    ...(status === undefined ? {} : { status }),
  };
  writeRecord(file, { ...about, ...last, phase: 'gone', kept });
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
