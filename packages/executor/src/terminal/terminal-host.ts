// `workflow __terminal BASE -- PROGRAM …`: the process of an attempt that has a terminal. It owns the terminal, keeps what is written
// there in the log of the attempt (its stdout), lets people join and leave, and ends as the program ends. It knows no engine: it goes
// on when that dies, and the next one adopts it like the process of any attempt.
//
//   files, BASE being the attempt's in the run's folder:
//     BASE.tty      the socket on which people join; there before the program is, gone with it
//     BASE.input    `awaited` or `settled`: whether the program seems to wait for somebody, for the engine to see
//
//   starting ──► open ──► ended: guests told, socket gone, status passed on
//                 │ ▲ TERM, HUP, INT: the terminal hangs up, which ends what is on it unless it does not care
//                 └─┘
//
// Invariant: whoever can connect finds a program or learns how it ended; no output is in the log that guests of that time did not get.
// Not here: the terminal itself (pty.ts), the guests (terminal-guests.ts), what the engine makes of it (attempt/).

import { writeFileSync, writeSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { monotonicMs } from '../attempt/monotonic.ts';
import { awaitsInput } from './awaits-input.ts';
import { signalNamed, startOnPty } from './pty.ts';
import type { PtyProgram } from './pty.ts';
import { RecentOutput } from './recent-output.ts';
import type { TerminalSize } from './terminal-frames.ts';
import { TerminalGuests } from './terminal-guests.ts';
import { TerminalModes } from './terminal-modes.ts';
import { listenAt } from './terminal-socket.ts';
import { programEnv, terminalFiles } from './terminal-files.ts';

/** Carries a program on a terminal to its end. Does not return: the process ends as the program did. */
export async function runTerminalHost(base: string, argv: readonly string[]): Promise<void> {
  try {
    await new TerminalHost(base).carryOut(argv);
  } catch (error) {
    writeSync(2, `workflow: no terminal for the step: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** Until somebody joins. */
const FIRST_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** So long nothing must have been written before a program is looked at: who works says so now and then. */
const QUIET_MS = 3000;
const LOOK_MS = 500;

/** Between two sizes, so that a program does see the first. */
const REDRAW_MS = 40;

/** A guest that does not read what it is sent cannot keep the step from ending. */
const FAREWELL_MS = 2000;

class TerminalHost {
  readonly #files: { readonly socket: string; readonly input: string };
  readonly #recent = new RecentOutput();
  readonly #modes = new TerminalModes();
  readonly #guests: TerminalGuests;
  #program: PtyProgram | null = null;
  #size = FIRST_SIZE;
  #redraw: NodeJS.Timeout | null = null;
  #quietSinceMs = monotonicMs();
  #isAwaited = false;
  #isLooking = false;
  #hasLostOutput = false;

  constructor(base: string) {
    this.#files = terminalFiles(base);
    this.#guests = new TerminalGuests({
      replay: () => Buffer.concat([this.#recent.read(), Buffer.from(this.#modes.enter())]),
      onSize: (size, { isFresh }) => this.#resize(size, isFresh),
      onInput: (bytes) => this.#type(bytes),
      onChange: () => this.#noteLife(),
    });
  }

  async carryOut(argv: readonly string[]): Promise<void> {
    const server = createServer((socket) => this.#guests.welcome(socket));
    // The socket first: whoever sees the program's output can join.
    await listenAt(server, this.#files.socket);
    const ended = new Promise<{ readonly code: number; readonly signal: number }>((resolve, reject) => {
      startOnPty({
        argv,
        cwd: process.cwd(),
        env: programEnv(process.env),
        ...this.#size,
        onOutput: (chunk) => this.#take(chunk),
        onEnd: resolve,
      }).then((program) => {
        this.#program = program;
        // Somebody may have joined before it was there.
        return program.resize(this.#size);
      }, reject);
    });
    const hangUp = (): void => this.#hangUp();
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, hangUp);
    const look = setInterval(() => void this.#look(), LOOK_MS);
    const end = await ended;
    clearInterval(look);
    this.#say(false);
    server.close();
    rmSync(this.#files.socket, { force: true });
    const code = end.signal === 0 ? end.code : 128 + end.signal;
    await this.#guests.close({ code }, FAREWELL_MS);
    endAs(end, code);
  }

  #take(chunk: Buffer): void {
    this.#quietSinceMs = monotonicMs();
    this.#say(false);
    this.#log(chunk);
    this.#recent.push(this.#modes.push(chunk));
    this.#guests.tell(chunk);
  }

  /** A disk that is full takes the log, and neither the program nor those who are at it. */
  #log(chunk: Buffer): void {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(1, chunk, at);
      this.#hasLostOutput = false;
    } catch (error) {
      if (this.#hasLostOutput) return;
      this.#hasLostOutput = true;
      this.#guests.tell(Buffer.from(`\r\nworkflow: the log cannot be written: ${(error as Error).message}\r\n`));
    }
  }

  #type(bytes: Buffer): void {
    this.#noteLife();
    this.#program?.write(bytes);
  }

  /** A fresh window shows nothing, and a program draws only what changes: it is made to see another size for a moment. */
  #resize(size: TerminalSize, isFresh: boolean): void {
    const isSame = size.columns === this.#size.columns && size.rows === this.#size.rows;
    this.#size = size;
    if (isSame && isFresh && this.#redraw === null) {
      const { columns, rows } = size;
      this.#program?.resize(rows > 1 ? { columns, rows: rows - 1 } : { columns, rows: rows + 1 });
      this.#redraw = setTimeout(() => {
        this.#redraw = null;
        this.#program?.resize(this.#size);
      }, REDRAW_MS);
    } else if (this.#redraw === null) this.#program?.resize(size);
  }

  #noteLife(): void {
    this.#quietSinceMs = monotonicMs();
    this.#say(false);
  }

  async #look(): Promise<void> {
    const program = this.#program;
    const isQuiet = (): boolean => !this.#guests.hasTypists && monotonicMs() - this.#quietSinceMs >= QUIET_MS;
    if (program === null || this.#isAwaited || this.#isLooking || !isQuiet()) return;
    this.#isLooking = true;
    const isAwaited = await awaitsInput(program.pid, program.tty);
    this.#isLooking = false;
    // It may have said something meanwhile.
    if (isAwaited && isQuiet()) this.#say(true);
  }

  #say(isAwaited: boolean): void {
    if (this.#isAwaited === isAwaited) return;
    this.#isAwaited = isAwaited;
    try {
      writeFileSync(this.#files.input, isAwaited ? 'awaited\n' : 'settled\n', { mode: 0o600 });
    } catch {
      // A full disk: nobody is told, and that costs the step nothing.
    }
  }

  /** As when a window is closed: shells ignore TERM, and every program knows this one. */
  #hangUp(): void {
    if (this.#program === null) return;
    for (const signal of ['SIGHUP', 'SIGCONT'] as const) {
      try {
        process.kill(-this.#program.pid, signal);
      } catch {
        // It has ended at this very moment.
      }
    }
  }
}

/** Signals that end this process, too, without leaving more than its status. */
const QUIET_SIGNALS: ReadonlySet<string> = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGKILL', 'SIGALRM', 'SIGUSR2']);

/** So that whoever watches over this process sees what it would see of the program. */
function endAs({ signal }: { readonly signal: number }, code: number): void {
  const name = signalNamed(signal);
  if (name === null || !QUIET_SIGNALS.has(name)) process.exit(code);
  process.removeAllListeners(name);
  process.kill(process.pid, name);
  // It comes at once, or never.
  setTimeout(() => process.exit(code), 1000);
}
