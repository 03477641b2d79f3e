// Writes a launch request as text for a resident shell. Everything a value could say to the shell is quoted away.
// Not here: the shell itself (slot.ts).

import { shellQuote } from '@workflow-platform/core';
import type { LaunchRequest } from './launch-request.ts';

/** What a slot's shell reads first. `$1` is the mark of its reports, `$2` the umask of steps, `$3` is set once it has to stop. */
export function renderPrologue(mark: string): string {
  // stderr joins the report pipe, so that a shell's remark on a signal ("Killed") stands right before the report it belongs to.
  return `exec 2>&3\nset -- ${mark} "$(umask)"\ntrap 'set -- "$1" "$2" stop' TERM\ntrap : INT HUP\n`;
}

/**
 * Returns the shell text that carries out a request: one fork, one exec, then a report `MARK R ID STATUS` (or `F` and the file,
 * `C` for the folder, when it could not start). Or says why the request cannot be carried out.
 */
export function renderRequest(id: number, request: LaunchRequest): { ok: true; text: string } | { ok: false; message: string } {
  const problem = problemOf(request);
  if (problem !== null) return { ok: false, message: problem };
  const [program = ''] = request.argv;
  const plain: string[] = [];
  const odd: string[] = [];
  for (const [name, value] of Object.entries(request.env)) {
    if (isPlainName(name)) plain.push(`${name}=${shellQuote(value)}`);
    else odd.push(shellQuote(`${name}=${value}`));
  }
  if (odd.length > 0 && program.includes('=')) {
    return {
      ok: false,
      message: `the program's name \`${program}\` has a "=", which does not go with a variable named ${odd[0]}`,
    };
  }
  const stdout =
    request.stdout === null ? `>${shellQuote(request.log)} 2>&1` : `>${shellQuote(request.stdout)} 2>${shellQuote(request.log)}`;
  const stdin = shellQuote(request.stdin ?? '/dev/null');
  const lines = [
    // A stop that arrived before the fork must not be lost; after it, the subshell has no traps and dies of the signal.
    '([ -z "$3" ] || exit 143',
    'umask 077',
    `command exec <${stdin} ${stdout} || { echo "$1 F ${id}" >&3; exit 125; }`,
    'umask "$2"',
    `cd -- ${shellQuote(request.cwd)} || { echo "$1 C ${id}" >&3; exit 125; }`,
    'unset OLDPWD',
    ...(plain.length > 0 ? [`export ${plain.join(' ')}`] : []),
    `exec ${odd.length > 0 ? `/usr/bin/env ${odd.join(' ')} ` : ''}${request.argv.map(shellQuote).join(' ')} 3>&-`,
    // The one place where the end of an attempt is known, also when no engine listens any more.
    `); echo "$1 R ${id} $?" >&3`,
  ];
  return { ok: true, text: `${lines.join('\n')}\n` };
}

function problemOf(request: LaunchRequest): string | null {
  const [program] = request.argv;
  if (program === undefined || program === '') return 'there is no program to run: its name is empty';
  if (program.startsWith('-'))
    return `the program's name \`${program}\` starts with "-"; write its path, such as \`./${program}\``;
  for (const [index, argument] of request.argv.entries()) {
    if (argument.includes('\0')) return `argument ${index} holds a NUL character, which no process can be given`;
    const bytes = Buffer.byteLength(argument);
    if (bytes > argumentBytesMax) return `argument ${index} is ${tooLong(bytes)}; pass it by stdin or a file`;
  }
  for (const [name, value] of Object.entries(request.env)) {
    if (name === '' || name.includes('=') || name.includes('\0'))
      return `\`${name}\` cannot be the name of an environment variable`;
    if (value.includes('\0')) return `the environment variable ${name} holds a NUL character, which no process can be given`;
    const bytes = Buffer.byteLength(name) + 1 + Buffer.byteLength(value);
    if (bytes > argumentBytesMax) return `the environment variable ${name} is ${tooLong(bytes)}; pass it by stdin or a file`;
  }
  for (const path of [request.cwd, request.log, request.stdout ?? '', request.stdin ?? '']) {
    if (path.includes('\0')) return `the path ${JSON.stringify(path)} holds a NUL character`;
  }
  return null;
}

/** What Linux allows for one argument or variable (MAX_ARG_STRLEN, less the NUL at its end). macOS has no such limit but a smaller total. */
const argumentBytesMax = 128 * 1024 - 1;

function tooLong(bytes: number): string {
  return `${bytes} bytes long, more than the ${argumentBytesMax} that a process can be given`;
}

/** Names that a shell can export itself. Some names mean something to the shell, which may refuse to have them set. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !shellNames.has(name);
}

const shellNames = new Set(
  (
    'BASHOPTS BASHPID BASH_VERSINFO DIRSTACK EUID FUNCNAME GROUPS HISTCMD IFS LINENO OLDPWD OPTARG OPTERR OPTIND POSIXLY_CORRECT ' +
    'PPID PS1 PS2 PS4 PWD RANDOM SECONDS SHELLOPTS UID _'
  ).split(' '),
);
