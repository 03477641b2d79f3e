// Decides how an embedded script is given to its interpreter.
//
// Where an interpreter takes the text as an argument, that is the way: one process and one file less, and `import`, `require`
// and the like look in the workspace as they would in a file there. Texts too long for an argument, and interpreters not known
// here, get a file. stdin stays the step's own in every case.
// Not here: values in the text, which are references to environment variables by now.

import { basename } from 'node:path';

/** The command of a script; `file` is its text's file name extension when it has to be written to a file first. */
export type ScriptCommand =
  | { readonly kind: 'argument'; readonly argv: readonly string[] }
  | { readonly kind: 'file'; readonly extension: string; argv(path: string): readonly string[] };

/** Returns the command that runs a script. `shell` is a program, maybe with options, as in `shell = "python3 -u"`. */
export function scriptCommand(shell: string, script: string, stepName: string): ScriptCommand {
  const words = shell.split(/\s+/).filter((word) => word !== '');
  const name = basename(words[0] ?? '').replace(/[\d.]+$/, '');
  const known = interpreters.find((one) => one.names.includes(name));
  // Options of the author's own replace ours.
  const isBare = words.length === 1;
  const options = isBare ? (known?.options ?? []) : [];
  if (known?.textOption !== undefined && Buffer.byteLength(script) <= textBytesMax) {
    // For shells the next argument is `$0`, the name that their error messages begin with.
    return { kind: 'argument', argv: [...words, ...options, known.textOption, script, ...(known.isShell ? [stepName] : [])] };
  }
  const extension = known?.extension ?? '';
  return { kind: 'file', extension, argv: (path) => [...words, ...options, ...(isBare ? (known?.fileOptions ?? []) : []), path] };
}

interface Interpreter {
  readonly names: readonly string[];
  /** Used when the file names the interpreter alone. */
  readonly options?: readonly string[];
  /** Runs the text of the next argument. */
  readonly textOption?: string;
  readonly isShell?: boolean;
  /** Before the path of a file. */
  readonly fileOptions?: readonly string[];
  readonly extension: string;
}

const interpreters: readonly Interpreter[] = [
  // The first command that fails ends the script.
  { names: ['sh', 'dash', 'ash', 'ksh', 'mksh', 'zsh'], options: ['-e'], textOption: '-c', isShell: true, extension: '.sh' },
  { names: ['bash'], options: ['-e', '-o', 'pipefail'], textOption: '-c', isShell: true, extension: '.sh' },
  { names: ['python', 'pypy'], textOption: '-c', extension: '.py' },
  { names: ['node'], textOption: '-e', extension: '.js' },
  { names: ['ruby'], textOption: '-e', extension: '.rb' },
  { names: ['perl'], textOption: '-e', extension: '.pl' },
  { names: ['pwsh', 'powershell'], fileOptions: ['-NoProfile', '-File'], extension: '.ps1' },
  { names: ['deno'], fileOptions: ['run'], extension: '.ts' },
  { names: ['bun'], fileOptions: ['run'], extension: '.ts' },
  { names: ['php'], extension: '.php' },
  { names: ['lua', 'luajit'], extension: '.lua' },
  { names: ['Rscript'], extension: '.R' },
];

/** Well below what Linux allows for one argument. */
const textBytesMax = 96 * 1024;
