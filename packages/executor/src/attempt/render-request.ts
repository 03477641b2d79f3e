// Writes a launch request as text for a resident shell. Everything a value could say to the shell is quoted away.
// Not here: the shell itself (slot.ts).

import { shellQuote } from '@workflow-platform/core';
import type { LaunchRequest } from './launch-request.ts';
import { OPEN_FAILED } from './slot-report.ts';

/** What a slot's shell reads first. Descriptor 2 is the slot's file and 3 the pipe to the engine; steps get neither. */
export function renderPrologue(): string {
  return [
    // A variable of that name in the engine's environment would be handed on to steps together with what is assigned to it here.
    'unset _wf_stop _wf_text _wf_end _wf_umask',
    '_wf_umask=$(umask)',
    "trap '_wf_stop=1' TERM",
    'trap : INT HUP',
    'exec 4>&2\n',
  ].join('\n');
}

/**
 * Returns the shell text that carries out a request: one fork, one exec, and a line in the slot's file before and after, the
 * latter on the pipe too. It begins with the mark; slot-file.ts has the format. Or says why the request cannot be carried out.
 */
export function renderRequest(request: LaunchRequest): RenderedRequest {
  const problem = problemOf(request);
  if (problem !== null) return { ok: false, message: problem };
  const [program = ''] = request.argv;
  const plain: string[] = [];
  const odd: string[] = [];
  const absent: string[] = [];
  for (const [name, value] of Object.entries(request.env)) {
    if (value === null) absent.push(name);
    else if (isPlainName(name)) plain.push(`${name}=${shellQuote(value)}`);
    else odd.push(shellQuote(`${name}=${value}`));
  }
  for (const name of absent.filter((each) => !isPlainName(each))) odd.unshift(`-u ${shellQuote(name)}`);
  if (odd.length > 0 && program.includes('=')) {
    return {
      ok: false,
      message: `the program's name \`${program}\` has a "=", which does not go with a variable named ${odd[0]}`,
    };
  }
  // Appended, so that a log that has become too long can be cut while it is written.
  const stdout =
    request.stdout === null
      ? `>>${shellQuote(request.log)} 2>&1`
      : `>>${shellQuote(request.stdout)} 2>>${shellQuote(request.log)}`;
  const stdin = shellQuote(request.stdin ?? '/dev/null');
  const tell = `${request.attemptNo}`;
  const render = (mark: string): string => {
    const inner = [
      // A stop that arrived before the fork must not be lost; after it, the subshell has no traps and dies of the signal.
      '[ -z "$_wf_stop" ] || exit 143',
      // Before anything that could be noticed: what has no such line has never run.
      `echo ${mark} S ${tell} >&4`,
      'umask 077',
      `command exec <${stdin} ${stdout} || { echo ${mark} F ${tell} >&4; exit ${OPEN_FAILED}; }`,
      'umask "$_wf_umask"',
      `cd -- ${shellQuote(request.cwd)} || { echo ${mark} C ${tell} >&4; exit ${OPEN_FAILED}; }`,
      `unset ${['OLDPWD', ...absent.filter(isPlainName)].join(' ')}`,
      ...(plain.length > 0 ? [`export ${plain.join(' ')}`] : []),
      // The log once more: by that, a process is known that gave up its environment, its session and its output.
      `exec ${odd.length > 0 ? `/usr/bin/env ${odd.join(' ')} ` : ''}${request.argv.map(shellQuote).join(' ')} 3>&- 4>&- 9>&2`,
    ].join('\n');
    // In braces, so that a text of which an engine's death cut off the end is no command at all. And `eval`, because bash repeats
    // a command, values included, in its remark on the signal that ended it.
    return [
      `{ _wf_text=${shellQuote(inner)}`,
      `(eval "$_wf_text"); _wf_end="${mark} R ${tell} $?"`,
      // First where it lasts: without an engine, the pipe is the end of this shell.
      'echo "$_wf_end" >&4; echo "$_wf_end" >&3; }\n',
    ].join('\n');
  };
  return { ok: true, render };
}

export type RenderedRequest =
  | { readonly ok: true; render(mark: string): string }
  | { readonly ok: false; readonly message: string };

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
    if (value === null) continue;
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
