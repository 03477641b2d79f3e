// A pseudo-terminal with a program on it. The library for it is optional and loaded when it is needed: it has a part in machine code,
// which does not exist for every machine.
// Not here: who joins it (terminal-guests.ts), the process around it (terminal-host.ts).

import { fstatSync, openSync, readSync, closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { IPty } from '@lydell/node-pty';
import type { TerminalSize } from './terminal-frames.ts';

/** A program on a terminal. */
export interface PtyProgram {
  readonly pid: number;
  /** Path of its end of the terminal: `/dev/pts/3`. */
  readonly tty: string;
  write(bytes: Buffer): void;
  resize(size: TerminalSize): void;
}

export interface PtyRequest extends TerminalSize {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  onOutput(chunk: Buffer): void;
  /** After the last output. `signal` is 0 for a program that ended itself. */
  onEnd(end: { readonly code: number; readonly signal: number }): void;
}

/** Returns why no program can be given a terminal here, or null. */
export async function whyNoPty(): Promise<string | null> {
  try {
    await import('@lydell/node-pty');
  } catch (error) {
    return `the library for terminals cannot be loaded: ${(error as Error).message.split('\n')[0]}`;
  }
  try {
    closeSync(openSync('/dev/ptmx', 'r+'));
    return null;
  } catch (error) {
    return `the system gives no terminals: ${(error as Error).message}`;
  }
}

/** Starts a program on a terminal of its own. Throws what the system says when it gives none. */
export async function startOnPty({ argv, cwd, env, columns, rows, onOutput, onEnd }: PtyRequest): Promise<PtyProgram> {
  const { spawn } = await import('@lydell/node-pty');
  // By a shell, which says what it cannot find as it does for every other step.
  const shell = ['-c', 'exec "$@"', 'sh', ...argv];
  const terminal = spawn('/bin/sh', shell, {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env,
    encoding: null,
  });
  const inner = terminal as unknown as PtyInside;
  readOnBeforeItCloses(inner, onOutput);
  // Without an encoding these are bytes.
  terminal.onData((data) => onOutput(data as unknown as Buffer));
  terminal.onExit(({ exitCode, signal }) => onEnd({ code: exitCode, signal: signal ?? 0 }));
  return {
    pid: terminal.pid,
    tty: inner.ptsName,
    write: (bytes) => void inner._socket.write(bytes),
    resize: (size) => resize(terminal, size),
  };
}

/** What the library has and does not speak of; its version is pinned. */
interface PtyInside {
  readonly _socket: Socket;
  readonly fd: number;
  readonly ptsName: string;
}

/**
 * After the end of a program the library waits for the rest of the output for a fifth of a second and closes the terminal then. On a
 * busy machine that is too short, so what is left is read before it closes.
 */
function readOnBeforeItCloses({ _socket: socket, fd }: PtyInside, onOutput: (chunk: Buffer) => void): void {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    if (!socket.destroyed && error === undefined) for (const chunk of readRest(fd)) onOutput(chunk);
    return destroy(error);
  };
}

function* readRest(fd: number): Generator<Buffer> {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return;
    for (;;) {
      const bytes = Buffer.alloc(64 * 1024);
      const count = readSync(fd, bytes);
      if (count === 0) return;
      yield bytes.subarray(0, count);
    }
  } catch {
    // EIO: nobody has the other end open any more. EAGAIN: somebody has, and says nothing.
  }
}

function resize(terminal: IPty, { columns, rows }: TerminalSize): void {
  try {
    terminal.resize(columns, rows);
  } catch {
    // It has ended at this very moment.
  }
}

/** Returns the name of a signal, or null. */
export function signalNamed(number: number): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? null : (found[0] as NodeJS.Signals);
}
