// A resident POSIX shell that starts processes for us, one at a time, and watches over each to its end.
// A shell forks in the time that a small process takes; the engine itself would block for longer the more memory it has.
// It leads a session and a process group of its own, so an engine's death does not touch what runs in it, and it writes into a
// file what became of it.
// Not here: which slot takes a request (launcher.ts), the shell text (render-request.ts), the file (slot-file.ts), shells that an
// earlier engine started (adopted-slot.ts).

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { bootId, identityOf } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { renderPrologue } from './render-request.ts';
import { createSlotFile, readSlotFile, writeSlotIdentity } from './slot-file.ts';
import { OPEN_FAILED } from './slot-report.ts';
import type { SlotReport } from './slot-report.ts';

export interface SlotOptions {
  readonly env: NodeJS.ProcessEnv;
  /** An argument of the shell that means nothing to it. */
  readonly label: string;
  /** Folder for its file. */
  readonly folder: string;
  onEnd(slot: Slot): void;
}

export class Slot {
  /** Settles when the shell itself has ended and was collected. */
  readonly ended: Promise<void>;
  /** Its process, which leads a group of the same number; null when it could not be started. */
  readonly identity: ProcessIdentity | null;
  readonly #child: ChildProcess;
  readonly #path: string;
  /** Tells reports from what the shell itself remarks. No secret: commands do not get the file or the pipe. */
  readonly #mark = Math.random().toString(36).slice(2);
  #pendingText = '';
  #waiting: { readonly attemptNo: number; readonly tell: (report: SlotReport) => void } | null = null;
  #how: string | null = null;

  constructor({ env, label, folder, onEnd }: SlotOptions) {
    const { path, descriptor } = createSlotFile(folder);
    this.#path = path;
    this.#child = spawn(shellPath, ['-s', label], {
      detached: true,
      stdio: ['pipe', 'ignore', descriptor, 'pipe'],
      env,
      cwd: '/',
    });
    const { pid } = this.#child;
    this.identity = pid === undefined ? null : identityOf(pid);
    closeSync(descriptor);
    if (this.identity === null) rmSync(path, { force: true });
    else this.#introduce(this.identity);
    const reports = this.#child.stdio[3] as Readable;
    reports.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    // A shell that died cannot be written to; its `exit` event tells the rest.
    for (const stream of [this.#child.stdin!, reports]) stream.on('error', () => {});
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#how !== null) return;
        this.#how = how;
        const waiting = this.#waiting;
        this.#waiting = null;
        onEnd(this);
        waiting?.tell({ kind: 'died', how });
        resolve();
      };
      this.#child.on('error', (error) => end(`${shellPath} could not be started: ${error.message}`));
      // `close` comes after `exit` and after the last report was read; but a child that holds the report pipe must not delay it.
      this.#child.on('close', (code, signal) => end(signal === null ? `exit status ${code}` : `signal ${signal}`));
      this.#child.on('exit', (code, signal) => setImmediate(end, signal === null ? `exit status ${code}` : `signal ${signal}`));
    });
    this.#child.stdin!.write(renderPrologue());
  }

  /** Hands over an attempt; `render` makes its shell text. The slot must be free. */
  carryOut(attemptNo: number, render: (mark: string) => string, tell: (report: SlotReport) => void): void {
    if (this.#how !== null) return tell({ kind: 'died', how: this.#how });
    this.#waiting = { attemptNo, tell };
    this.#child.stdin!.write(render(this.#mark));
  }

  /** Lets the shell end once its current request has. */
  retire(): void {
    this.#child.stdin!.end();
  }

  /** Lets the shell and what runs in it go on without this process, which then can end. */
  letGo(): void {
    this.retire();
    this.#child.stdio[3]?.destroy();
    this.#child.unref();
  }

  /** Before it is given anything to do: what runs without being known could run beside its own retry. */
  #introduce(identity: ProcessIdentity): void {
    try {
      writeSlotIdentity(this.#path, { mark: this.#mark, boot: bootId(), ...identity });
    } catch (error) {
      this.retire();
      throw error;
    }
  }

  #read(text: string): void {
    this.#pendingText += text;
    for (let end = this.#pendingText.indexOf('\n'); end !== -1; end = this.#pendingText.indexOf('\n')) {
      const line = this.#pendingText.slice(0, end);
      this.#pendingText = this.#pendingText.slice(end + 1);
      this.#readLine(line);
    }
  }

  #readLine(line: string): void {
    const [mark, kind, number, status] = line.split(' ');
    if (mark !== this.#mark || kind !== 'R' || Number(number) !== this.#waiting?.attemptNo) return;
    const { attemptNo, tell } = this.#waiting;
    this.#waiting = null;
    tell(this.#reportOf(attemptNo, Number(status)));
  }

  /** Statuses below are a program's own; of the others, the file knows how they came about. */
  #reportOf(attemptNo: number, status: number): SlotReport {
    const plain: SlotReport = { kind: 'status', status, bySignal: false };
    return status < OPEN_FAILED ? plain : (readSlotFile(this.#path).ends.get(attemptNo) ?? plain);
  }
}

/** dash reads its commands in blocks and forks in half the time of bash, which is what `sh` is on many systems. */
const shellPath = existsSync('/bin/dash') ? '/bin/dash' : '/bin/sh';
