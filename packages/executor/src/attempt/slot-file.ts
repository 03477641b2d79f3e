// The file in which a resident shell keeps what became of its attempts, so that it is known also when no engine listens:
//
//   workflow-slot 1 MARK PID START BOOT        written by the engine, before the shell is given anything to do
//   MARK S 7                                   attempt 7 begins: its process is about to exist
//   Killed                                     a remark of the shell, which makes such remarks when a signal ends what it waits for
//   MARK R 7 137                               attempt 7 ended with this status; F or C before it: it could not start
//   MARK X 7                                   written by an engine: it had ended attempt 7 for reasons of its own
//
// A line is added with one write. What a full disk cut short has no end of line, and counts as not there.
// Not here: the shell text that writes the lines (render-request.ts), what follows from them (slots-left.ts).

import { appendFileSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import type { SlotReport } from './slot-report.ts';

/** Which shell a file belongs to. */
export interface SlotIdentity extends ProcessIdentity {
  /** Begins the shell's own lines. */
  readonly mark: string;
  /** The start of the machine in which the process ids mean something. */
  readonly boot: string;
}

/** What a file says. */
export interface SlotRecord {
  /** Null when the shell was never given anything to do. */
  readonly identity: SlotIdentity | null;
  readonly begun: ReadonlySet<number>;
  readonly ends: ReadonlyMap<number, SlotReport>;
  readonly disowned: ReadonlySet<number>;
}

/** Makes a new file in the folder; the descriptor appends to it. */
export function createSlotFile(folder: string): { readonly path: string; readonly descriptor: number } {
  for (let number = 1; ; number++) {
    const path = join(folder, `${number}.slot`);
    try {
      // Without O_EXCL the file of an earlier engine would be taken for ours.
      return { path, descriptor: openSync(path, 'ax', 0o600) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Writes whose file it is. */
export function writeSlotIdentity(path: string, { mark, pid, startTime, boot }: SlotIdentity): void {
  appendFileSync(path, `${HEADER} ${mark} ${pid} ${startTime} ${boot}\n`);
}

/** Writes that the end of an attempt was an engine's doing. */
export function writeDisown(path: string, mark: string, attemptNo: number): void {
  appendFileSync(path, `${mark} X ${attemptNo}\n`);
}

/** Returns the paths of all slot files in a folder. */
export function slotFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d+\.slot$/.test(name))
    .map((name) => join(folder, name));
}

/** Removes all slot files of a folder: nothing of what they speak of is left. */
export function removeSlotFiles(folder: string): void {
  for (const path of slotFiles(folder)) rmSync(path, { force: true });
}

/** Returns what the file says now. */
export function readSlotFile(path: string): SlotRecord {
  return parseSlotFile(readFileSync(path, 'utf8'));
}

/** Returns what a file with this text says. */
export function parseSlotFile(text: string): SlotRecord {
  const begun = new Set<number>();
  const ends = new Map<number, SlotReport>();
  const disowned = new Set<number>();
  let identity: SlotIdentity | null = null;
  let remark = '';
  let problem: 'F' | 'C' | null = null;
  const lines = text.split('\n');
  // Either empty, or cut short.
  lines.pop();
  for (const line of lines) {
    const header = HEADER_LINE.exec(line);
    if (header !== null) {
      const [, mark, pid, startTime, boot] = header as unknown as [string, string, string, string, string];
      identity ??= { mark, pid: Number(pid), startTime: Number(startTime), boot };
      continue;
    }
    const [mark, kind, number, status, more] = line.split(' ');
    const isOwn = identity !== null && mark === identity.mark && /^\d+$/.test(number ?? '') && more === undefined;
    if (!isOwn) {
      remark += `${line}\n`;
    } else if (kind === 'S') {
      begun.add(Number(number));
      remark = '';
      problem = null;
    } else if (kind === 'X') {
      disowned.add(Number(number));
    } else if (kind === 'F' || kind === 'C') {
      problem = kind;
    } else if (kind === 'R' && /^\d{1,3}$/.test(status ?? '')) {
      ends.set(Number(number), reportOf(Number(status), problem, remark.trim()));
      remark = '';
      problem = null;
    }
  }
  return { identity, begun, ends, disowned };
}

const HEADER = 'workflow-slot 1';
const HEADER_LINE = /^workflow-slot 1 (\S+) (\d+) ([\d.]+) (\S+)$/;

function reportOf(status: number, problem: 'F' | 'C' | null, remark: string): SlotReport {
  if (problem === 'F') return { kind: 'bad-file', remark };
  if (problem === 'C') return { kind: 'bad-folder', remark };
  // A plain exit status leaves no word.
  return { kind: 'status', status, bySignal: status > 128 && remark !== '' };
}
