import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { renderRequest } from './render-request.ts';
import { Slot } from './slot.ts';
import { slotFiles } from './slot-file.ts';
import type { AttemptLeft, SlotsLeft } from './slots-left.ts';
import { disownAttempts, settleSlotsLeft } from './slots-left.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'slots-left-')));
let folder = base;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(base, `${++count}-`));
});
const slots: Slot[] = [];
after(() => {
  for (const { identity } of slots) if (identity !== null) tryToSignal(identity.pid, 'SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

function tryToSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

function newSlot(): Slot {
  const slot = new Slot({ env: { PATH: process.env['PATH'] }, label: 'test', folder, onEnd: () => {} });
  slots.push(slot);
  return slot;
}

/** Hands the text over and is gone, as an engine that dies. */
function askAndDie(slot: Slot, script: string, attemptNo = 1, cut: (text: string) => string = (text) => text): void {
  const rendered = renderRequest({
    attemptNo,
    argv: ['sh', '-c', script],
    cwd: folder,
    env: {},
    stdin: null,
    log: join(folder, `${attemptNo}.log`),
    stdout: null,
  });
  assert.ok(rendered.ok);
  slot.carryOut(
    attemptNo,
    (mark) => cut(rendered.render(mark)),
    () => {},
  );
  slot.letGo();
}

function kindOf(left: SlotsLeft, attemptNo = 1): AttemptLeft['kind'] {
  return left.find(attemptNo).kind;
}

async function untilThere(name: string): Promise<void> {
  while (!existsSync(join(folder, name))) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('what engines that are gone left', () => {
  it('is not judged before a shell has read what it was asked for', async () => {
    const slot = newSlot();
    process.kill(slot.identity!.pid, 'SIGSTOP');
    askAndDie(slot, 'touch begun; while [ ! -e go ]; do sleep 0.01; done');
    let hasSettled = false;
    const settling = settleSlotsLeft(folder, { patienceMs: 60_000 }).finally(() => (hasSettled = true));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(hasSettled, false);
    process.kill(slot.identity!.pid, 'SIGCONT');
    assert.equal(kindOf(await settling), 'under-way');
    await untilThere('begun');
    writeFileSync(join(folder, 'go'), '');
    await slot.ended;
    assert.equal(kindOf(await settleSlotsLeft(folder)), 'ended');
  });

  it('is lost when its shell does not come to it, which then never will', async () => {
    const slot = newSlot();
    process.kill(slot.identity!.pid, 'SIGSTOP');
    askAndDie(slot, 'touch begun');
    assert.equal(kindOf(await settleSlotsLeft(folder, { patienceMs: 50 })), 'lost');
    await slot.ended;
    assert.equal(existsSync(join(folder, 'begun')), false);
  });

  it('is lost when the death of its engine cut the request in two, wherever that was', async () => {
    const whole: string[] = [];
    askAndDie(newSlot(), 'true', 1, (text) => (whole.push(text), text));
    const { length } = whole[0]!;
    for (const at of [10, Math.floor(length / 2), length - 60, length - 20, length - 3, length - 2]) {
      const slot = newSlot();
      askAndDie(slot, 'touch begun', 2, (text) => text.slice(0, at));
      await slot.ended;
    }
    assert.equal(kindOf(await settleSlotsLeft(folder), 2), 'lost');
    assert.equal(existsSync(join(folder, 'begun')), false);
  });

  it('has ended with the status and the signal that it had', async () => {
    const ends: [string, object][] = [
      ['exit 0', { status: 0, bySignal: false }],
      ['exit 130', { status: 130, bySignal: false }],
      ['kill -TERM $$', { status: 143, bySignal: true }],
    ];
    for (const [index, [script]] of ends.entries()) {
      const slot = newSlot();
      askAndDie(slot, script, index + 1);
      await slot.ended;
    }
    const left = await settleSlotsLeft(folder);
    for (const [index, [, expected]] of ends.entries()) {
      const found = left.find(index + 1);
      assert.deepEqual(found.kind === 'ended' && found.report, { kind: 'status', ...expected });
    }
  });

  it('has left no value of the step in the file of its shell, though a shell repeats commands', async () => {
    const slot = newSlot();
    askAndDie(slot, ': s3cret; kill -KILL $$');
    await slot.ended;
    for (const path of slotFiles(folder)) assert.doesNotMatch(readFileSync(path, 'utf8'), /s3cret/);
  });

  it('is lost when its engine had ended it and could not say why', async () => {
    const slot = newSlot();
    askAndDie(slot, 'exit 0');
    await slot.ended;
    disownAttempts(folder, [1]);
    assert.equal(kindOf(await settleSlotsLeft(folder)), 'lost');
  });

  it('is nothing where no shell was started', async () => {
    const left = await settleSlotsLeft(folder);
    assert.deepEqual([left.shells, kindOf(left)], [[], 'lost']);
  });
});
