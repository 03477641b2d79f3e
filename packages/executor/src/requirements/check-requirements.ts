// Says which programs and Python packages that a plan asks for are missing on this machine, all at once.
// Not here: comparing versions (compare-version.ts), when a run is refused for it (the command line).

import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Plan, PlanCommandRequirement } from '@workflow-platform/core';
import { fitsVersion, versionIn } from './compare-version.ts';

/** A requirement that this machine does not meet. */
export interface MissingRequirement {
  readonly kind: 'command' | 'python';
  /** As in the file: `jj >= 0.30`. */
  readonly requirement: string;
  /** What is the matter, one sentence. */
  readonly message: string;
  readonly hint: string;
}

/** Returns what is missing, in the order of the plan; empty when the plan can be carried out here. */
export async function checkRequirements(plan: Plan, env: NodeJS.ProcessEnv): Promise<readonly MissingRequirement[]> {
  const { commands, python } = plan.requirements;
  const room = new Room(parallelMax);
  const [ofCommands, ofPython] = await Promise.all([
    Promise.all(commands.map((command) => checkCommand(command, env, room))),
    checkPython(python, env),
  ]);
  return [...ofCommands, ...ofPython].filter((one) => one !== null);
}

async function checkCommand(
  required: PlanCommandRequirement,
  env: NodeJS.ProcessEnv,
  room: Room,
): Promise<MissingRequirement | null> {
  const { name, operator, version: wanted } = required;
  const missing = (message: string, hint: string): MissingRequirement => ({
    kind: 'command',
    requirement: textOf(required),
    message,
    hint,
  });
  const path = findProgram(name, env);
  if (path === null) return missing(`\`${name}\` is not on the PATH`, `install ${name}, or add its folder to the PATH`);
  if (operator === null || wanted === null) return null;
  let answer = await room.use(() => capture(path, ['--version'], env));
  // Some old tools know only this way to ask.
  if (answer.kind === 'answered' && versionIn(answer.text) === null)
    answer = await room.use(() => capture(path, ['version'], env));
  if (answer.kind === 'silent')
    return missing(
      `\`${name} --version\` gave no answer within ${answerMsMax / 1000} seconds`,
      `look what ${path} is waiting for`,
    );
  const version = versionIn(answer.text);
  if (version === null)
    return missing(
      `\`${name} --version\` tells no version`,
      `require \`${name}\` without a version, or install one that tells it`,
    );
  if (fitsVersion(version, operator, wanted)) return null;
  return missing(
    `\`${name}\` is version ${version}, but ${operator} ${wanted} is required`,
    `install ${name} ${operator} ${wanted}; found ${path}`,
  );
}

/** One interpreter answers for all packages. */
async function checkPython(
  required: readonly PlanCommandRequirement[],
  env: NodeJS.ProcessEnv,
): Promise<(MissingRequirement | null)[]> {
  if (required.length === 0) return [];
  const missing = (one: PlanCommandRequirement, message: string, hint: string): MissingRequirement => ({
    kind: 'python',
    requirement: textOf(one),
    message,
    hint,
  });
  const python = findProgram('python3', env);
  if (python === null) {
    return required.map((one) =>
      missing(one, `the Python package \`${one.name}\` cannot be there: \`python3\` is not on the PATH`, 'install Python 3'),
    );
  }
  const answer = await capture(python, ['-c', pythonProgram, ...required.map(({ name }) => name)], env);
  const versions = parseAnswer(answer.kind === 'answered' ? answer.text : '');
  return required.map((one) => {
    const { name, operator, version: wanted } = one;
    if (versions === null)
      return missing(one, `\`${python}\` could not be asked for its packages`, 'check that python3 3.8 or newer works');
    const version = versions[name];
    const install = `python3 -m pip install '${name}${operator === '=' ? '==' : (operator ?? '')}${wanted ?? ''}'`;
    if (typeof version !== 'string')
      return missing(one, `the Python package \`${name}\` is not installed for ${python}`, install);
    if (operator === null || wanted === null || fitsVersion(version, operator, wanted)) return null;
    return missing(one, `the Python package \`${name}\` is version ${version}, but ${operator} ${wanted} is required`, install);
  });
}

const pythonProgram = `
import json, sys
from importlib import metadata
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = metadata.version(name)
    except Exception:
        found[name] = None
print(json.dumps(found))
`;

function parseAnswer(text: string): { readonly [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}

/** Returns the absolute path of a program, or null. */
function findProgram(name: string, env: NodeJS.ProcessEnv): string | null {
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = folder === '' ? name : join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

type Answer = { readonly kind: 'answered'; readonly text: string } | { readonly kind: 'silent' };

const answerMsMax = 10_000;
const answerLengthMax = 64 * 1024;
const parallelMax = 8;

/** Returns what a program writes, whatever its exit status: some tell their version on stderr and with a failure. */
function capture(path: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(path, argv, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It ended in this very moment.
      }
      end({ kind: 'silent' });
    }, answerMsMax);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => (text = (text + part).slice(0, answerLengthMax)));
    }
    child.on('error', () => end({ kind: 'answered', text }));
    child.on('close', () => end({ kind: 'answered', text }));
  });
}

/** Lets so many at once, the others wait. */
class Room {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

function textOf({ name, operator, version }: PlanCommandRequirement): string {
  return operator === null ? name : `${name} ${operator} ${version}`;
}
