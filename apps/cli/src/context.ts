// What every subcommand gets: streams, environment, current folder, and how to look on this terminal.
// Not here: history, workspaces and the like, which only some subcommands need (wire.ts).

import type { StricliProcess } from '@stricli/core';
import { UserError } from '@workflow-platform/events';
import { exitCodes } from './exit-codes.ts';
import { createStyle, wantsColor, type Style } from './print/style.ts';

/** Given to subcommands as `this`. */
export interface CliContext {
  /** What the argument parser needs; subcommands write to `out` and `err`. */
  readonly process: StricliProcess;
  /** The command line as it was given. */
  readonly words: readonly string[];
  readonly env: { readonly [name: string]: string | undefined };
  /** Throws a UserError where the folder was removed under the shell; what does not ask for it still works. */
  readonly cwd: string;
  /** Style and width of each stream. */
  readonly out: Screen;
  readonly err: Screen;
  /** Sets the exit code of the program, for when nothing is thrown. */
  exitWith(code: number): void;
  /** What exitWith was given last. */
  exitCode(): number;
}

/** One of the two output streams. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly style: Style;
  columns(): number;
  /** How long a line of a table may get: no limit where it does not end in a terminal. */
  lineColumns(): number;
  rows(): number;
  /** Writes text or bytes as they are. */
  write(data: string | Uint8Array): void;
  /** Resolves when what was written is on its way, so that a slow reader does not fill our memory. */
  drained(): Promise<void>;
  /** False once the reader has gone away. */
  isOpen(): boolean;
  /** Why what was written is lost, when that is not the reader's doing: a full disk. */
  lostBy(): Error | null;
}

/** Builds the context of this process. */
export function createContext(host: NodeJS.Process, words: readonly string[] = []): CliContext {
  const out = createScreen(host.stdout, host.env);
  const err = createScreen(host.stderr, host.env);
  let exitCode: number = exitCodes.fine;
  return {
    process: { stdout: toWritable(out), stderr: toWritable(err), env: host.env, exitCode: null },
    words,
    env: host.env,
    get cwd() {
      return currentFolder(host);
    },
    out,
    err,
    exitWith(code) {
      exitCode = code;
    },
    exitCode: () => exitCode,
  };
}

function toWritable(screen: Screen) {
  return { write: (text: string) => screen.write(text), getColorDepth: () => (screen.style.enabled ? 8 : 1) };
}

function currentFolder(host: NodeJS.Process): string {
  try {
    return host.cwd();
  } catch {
    throw new UserError('no-current-folder', 'the current folder is not there any more', {
      hint: 'change to another folder with `cd` first',
      exitCode: exitCodes.notFound,
    });
  }
}

function createScreen(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  const state = { isOpen: true, isFull: false, lostBy: null as Error | null };
  let release = (): void => {};
  const change = () => release();
  stream.on('drain', change).on('close', change);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader went away (`| head`) or the terminal did. Nothing more to say to it, but the work goes on.
    state.isOpen = false;
    if (error.code !== 'EPIPE' && error.code !== 'EIO') state.lostBy ??= error;
    change();
  });
  return {
    isTerminal: stream.isTTY ?? false,
    style: createStyle(wantsColor(stream, env)),
    columns: () => (stream.isTTY && stream.columns > 0 ? stream.columns : 100),
    lineColumns: () => (stream.isTTY && stream.columns > 0 ? stream.columns : Infinity),
    rows: () => (stream.isTTY && stream.rows > 0 ? stream.rows : 24),
    write(data) {
      if (state.isOpen) state.isFull = !stream.write(data);
    },
    async drained() {
      while (state.isFull && state.isOpen) {
        await new Promise<void>((resolve) => (release = resolve));
        state.isFull = stream.writableNeedDrain;
      }
    },
    isOpen: () => state.isOpen,
    lostBy: () => state.lostBy,
  };
}
