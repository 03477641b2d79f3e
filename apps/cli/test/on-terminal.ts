// Starts the real program on a real pseudo-terminal, and keeps what it writes.

import { spawn, type IPty } from '@lydell/node-pty';
import { programPath, type Sandbox } from './program.ts';

export interface OnTerminal {
  readonly terminal: IPty;
  /** All that was written so far. */
  text(): string;
  /** Resolves when what was written matches, from `since` on; rejects when the program ends before. */
  until(pattern: RegExp, since?: number): Promise<void>;
  readonly ended: Promise<number>;
}

/** Starts `workflow` with these arguments. */
export function startOnTerminal(
  { folder, env }: Sandbox,
  args: readonly string[],
  { cols = 60, rows = 12, more = {} }: { cols?: number; rows?: number; more?: { readonly [name: string]: string } } = {},
): OnTerminal {
  let text = '';
  let exitCode: number | null = null;
  const waiting = new Set<() => void>();
  const terminal = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', programPath, ...args], {
    cwd: folder,
    cols,
    rows,
    env: { ...env, TERM: 'xterm-256color', NO_COLOR: '', ...more },
  });
  terminal.onData((data) => {
    text += data;
    for (const look of waiting) look();
  });
  const ended = new Promise<number>((resolve) => {
    terminal.onExit((exit) => {
      exitCode = exit.exitCode;
      resolve(exitCode);
      for (const look of waiting) look();
    });
  });
  const until = (pattern: RegExp, since = 0) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(text.slice(since))) {
          waiting.delete(look);
          resolve();
        } else if (exitCode !== null) reject(new Error(`the program ended with ${exitCode} before ${String(pattern)}:\n${text}`));
      };
      waiting.add(look);
      look();
    });
  return { terminal, text: () => text, until, ended };
}

/** Types a line once the text is there, and returns where what follows begins. */
export async function reply(at: OnTerminal, pattern: RegExp, line: string, since = 0): Promise<number> {
  await at.until(pattern, since);
  const from = at.text().length;
  at.terminal.write(`${line}\r`);
  return from;
}
