// What the agents of the tests can be told to do by their prompt; the same for all of them.

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface Doer {
  readonly thread: string;
  readonly isResumed: boolean;
  say(text: string): void;
  useTool(name: string): void;
  /** Resolves when the protocol asks for an end. */
  readonly isCancelled: Promise<void>;
}

/** Carries out the first deed that the prompt names. */
export async function deedOf(prompt: string, { thread, isResumed, say, useTool, isCancelled }: Doer): Promise<void> {
  const said = /^say (.*)$/m.exec(prompt)?.[1];
  if (/does not hold against/.test(prompt) || (isResumed && /^stubborn/m.test(prompt))) {
    // Asked again: as often as the file says it stays wrong.
    const left = existsSync('wrong-answers') ? Number(readFileSync('wrong-answers', 'utf8')) : 0;
    if (left > 0) writeFileSync('wrong-answers', String(left - 1));
    return say(left > 0 ? 'still not JSON' : '{"verdict": "good", "places": [{"line": 3}]}');
  }
  if (/^die once/m.test(prompt) && !isResumed) {
    appendFileSync('deeds', 'half\n');
    process.exit(3);
  }
  if (/^die/m.test(prompt) && !/^die once/m.test(prompt)) {
    useTool('rm -rf node_modules');
    console.error('segmentation fault, more or less');
    process.exit(3);
  }
  if (/^kill/m.test(prompt)) process.kill(process.pid, 'SIGKILL');
  if (/^leave early/m.test(prompt)) process.exit(0);
  if (/^flood a line/m.test(prompt)) await flood(Buffer.alloc(1024 * 1024, 'x'));
  if (/^flood lines/m.test(prompt)) await flood(Buffer.from('all work and no play\n'.repeat(50_000)));
  if (/^babble/m.test(prompt)) process.stdout.write('Loading…\n{"type": \n[1,2\n\n');
  if (/^sleep in the background/m.test(prompt)) {
    const sleeper = spawn('sleep', ['1000'], { stdio: ['ignore', 'inherit', 'ignore'], detached: false });
    writeFileSync('sleeper', String(sleeper.pid));
    sleeper.unref();
  }
  if (/^hang/m.test(prompt) && !(isResumed && /^hang once/m.test(prompt))) {
    say('I hang.');
    writeFileSync('hanging', String(process.pid));
    // Nothing keeps this process but this.
    const timer = setInterval(() => {}, 1000);
    await isCancelled;
    clearInterval(timer);
    appendFileSync('deeds', 'cancelled politely\n');
    return;
  }
  useTool('ls');
  appendFileSync('deeds', `${isResumed ? 'again' : 'first'}\n`);
  say(said ?? `done in ${thread}`);
}

async function flood(chunk: Buffer): Promise<void> {
  for (let megabyte = 0; megabyte < 100; megabyte++)
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
