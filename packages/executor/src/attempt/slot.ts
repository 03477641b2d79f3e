// A resident POSIX shell that starts processes for us, one at a time, and watches over each to its end.
// A shell forks in the time that a small process takes; the engine itself would block for longer the more memory it has.
// It leads a session and a process group of its own, so an engine's death does not touch what runs in it.
// Not here: which slot takes a request (launcher.ts), the shell text (render-request.ts), how a group is ended (stop-group.ts).

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { renderPrologue } from './render-request.ts';

/** What a slot reports of a request. */
export type SlotReport =
  | { readonly kind: 'status'; readonly status: number; readonly bySignal: boolean }
  | { readonly kind: 'bad-file'; readonly remark: string }
  | { readonly kind: 'bad-folder'; readonly remark: string }
  /** The shell is gone, and with it what it knew. */
  | { readonly kind: 'died'; readonly how: string };

export class Slot {
  /** Settles when the shell itself has ended and was collected. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  /** Tells reports from what the shell itself remarks. No secret: commands do not get the pipe. */
  readonly #mark = Math.random().toString(36).slice(2);
  #pendingText = '';
  #remark = '';
  #problem: 'F' | 'C' | null = null;
  #waiting: { readonly id: number; readonly tell: (report: SlotReport) => void } | null = null;
  #how: string | null = null;

  /** `label` is an argument of the shell that means nothing to it. */
  constructor(env: NodeJS.ProcessEnv, label: string, onEnd: (slot: Slot) => void) {
    this.#child = spawn(shellPath, ['-s', label], { detached: true, stdio: ['pipe', 'ignore', 'ignore', 'pipe'], env, cwd: '/' });
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
    this.#child.stdin!.write(renderPrologue(this.#mark));
  }

  /** The group's id is the shell's process id; null when it could not be started. */
  get groupId(): number | null {
    return this.#child.pid ?? null;
  }

  get hasEnded(): boolean {
    return this.#how !== null;
  }

  /** Hands over shell text made by renderRequest with this id. The slot must be free. */
  carryOut(id: number, text: string, tell: (report: SlotReport) => void): void {
    if (this.#how !== null) return tell({ kind: 'died', how: this.#how });
    this.#remark = '';
    this.#problem = null;
    this.#waiting = { id, tell };
    this.#child.stdin!.write(text);
  }

  /** Lets the shell end once its current request has. */
  retire(): void {
    this.#child.stdin!.end();
  }

  #read(text: string): void {
    this.#pendingText += text;
    for (let end = this.#pendingText.indexOf('\n'); end !== -1; end = this.#pendingText.indexOf('\n')) {
      const line = this.#pendingText.slice(0, end);
      this.#pendingText = this.#pendingText.slice(end + 1);
      this.#readLine(line);
    }
    if (this.#pendingText.length > remarkLengthMax) this.#pendingText = this.#pendingText.slice(-remarkLengthMax);
  }

  #readLine(line: string): void {
    const [mark, kind, id, status] = line.split(' ');
    if (mark !== this.#mark) {
      this.#remark = `${this.#remark}${line}\n`.slice(-remarkLengthMax);
      return;
    }
    if (this.#waiting === null || Number(id) !== this.#waiting.id) return;
    if (kind === 'F' || kind === 'C') {
      this.#problem = kind;
      return;
    }
    const { tell } = this.#waiting;
    this.#waiting = null;
    if (this.#problem === 'F') tell({ kind: 'bad-file', remark: this.#remark.trim() });
    else if (this.#problem === 'C') tell({ kind: 'bad-folder', remark: this.#remark.trim() });
    // A shell remarks on the stderr of its own when a signal ended what it waited for; a plain exit status leaves no word.
    else tell({ kind: 'status', status: Number(status), bySignal: Number(status) > 128 && this.#remark !== '' });
  }
}

const remarkLengthMax = 4096;

/** dash reads its commands in blocks and forks in half the time of bash, which is what `sh` is on many systems. */
const shellPath = existsSync('/bin/dash') ? '/bin/dash' : '/bin/sh';
