// What an attempt with a terminal is started with, and the files by which its host is found and heard.
// Not here: the host (terminal-host.ts), all other files of an attempt (attempt/attempt-files.ts).

/** Paths of the socket to join and of the word on whether input is awaited. `base` is that of the attempt's files. */
export function terminalFiles(base: string): { readonly socket: string; readonly input: string } {
  return { socket: `${base}.tty`, input: `${base}.input` };
}

/** What an attempt runs, and in which environment. */
export interface Invocation {
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string | null };
}

/** Returns what carries out an invocation on a terminal, in the engine's own environment. */
export function onTerminal(
  { argv, env }: Invocation,
  { base, engineCommand, engineEnv }: { base: string; engineCommand: readonly string[]; engineEnv: NodeJS.ProcessEnv },
): Invocation {
  const options = Object.hasOwn(env, NODE_OPTIONS) ? env[NODE_OPTIONS] : engineEnv[NODE_OPTIONS];
  return {
    argv: [...engineCommand, '__terminal', base, '--', ...argv],
    // They are meant for the step's program; this one could do something quite different with them.
    env: typeof options !== 'string' ? env : { ...env, [NODE_OPTIONS]: null, [KEPT_OPTIONS]: options },
  };
}

/** Returns the variables of the program, from those of its host. */
export function programEnv(env: NodeJS.ProcessEnv): { [name: string]: string } {
  // Sizes of the window that the engine was started in; programs would believe them for good.
  const { [KEPT_OPTIONS]: options, COLUMNS: _columns, LINES: _rows, ...rest } = env;
  const given: NodeJS.ProcessEnv = options === undefined ? rest : { ...rest, [NODE_OPTIONS]: options };
  // Started without a window, or in one that knows nothing; whoever joins has a better one.
  if (given['TERM'] === undefined || given['TERM'] === '' || given['TERM'] === 'dumb') given['TERM'] = 'xterm-256color';
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const NODE_OPTIONS = 'NODE_OPTIONS';
const KEPT_OPTIONS = 'WORKFLOW_STEP_NODE_OPTIONS';
