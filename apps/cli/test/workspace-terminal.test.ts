// Black-box cases of specs/070-agent-workspaces.md on a real terminal: Ctrl-C, and a command or shell that has the terminal itself.

import assert from 'node:assert/strict';
import { spawn } from '@lydell/node-pty';
import { agentTest, type AgentSandbox } from './agent-sandbox.ts';

agentTest('B2: Ctrl-C ends the command, and the status says so', async (sandbox) => {
  // No shell: dash may lose a signal that comes while it starts a program.
  const waits = [process.execPath, '--eval', "console.log('ready'); setInterval(() => {}, 1000)"];
  const { until, terminal, ended } = start(sandbox, ['run', '--workspace-id', 'a', '--', ...waits]);
  await until(/ready/);
  terminal.write('\u0003');
  assert.equal(await ended, 130);
  assert.equal(sandbox.metadata('a')['status'], 'cancelled');
});

agentTest('B2: a command that takes Ctrl-C for itself gets it once and may end well', async (sandbox) => {
  const script = 'trap \'echo caught\' INT; echo ready; while ! read answer; do :; done; echo "got $answer"';
  const { until, terminal, ended, text } = start(sandbox, ['run', '--workspace-id', 'a', '--', 'sh', '-c', script]);
  await until(/ready/);
  terminal.write('\u0003');
  await until(/caught/);
  terminal.write('bye\r');
  assert.equal(await ended, 0, text());
  assert.equal(text().match(/caught/g)?.length, 1);
  assert.match(text(), /got bye/);
  assert.equal(sandbox.metadata('a')['status'], 'done');
});

agentTest('B2: an INT that is sent to us alone reaches the command on a terminal, too', async (sandbox) => {
  const script = "trap 'echo caught; exit 0' INT; echo ready; while :; do sleep 0.05; done";
  const { until, terminal, ended, text } = start(sandbox, ['run', '--workspace-id', 'a', '--', 'sh', '-c', script]);
  await until(/ready/);
  process.kill(terminal.pid, 'SIGINT');
  assert.equal(await ended, 130, text());
  assert.equal(text().match(/caught/g)?.length, 1);
  assert.equal(sandbox.metadata('a')['status'], 'cancelled');
});

agentTest('shell is interactive on the terminal', async (sandbox) => {
  sandbox.workspace('run --workspace-id a -- true');
  const { until, terminal, ended } = start(sandbox, ['shell', 'a'], { SHELL: '/bin/sh', PS1: 'prompt> ' });
  await until(/prompt> /);
  terminal.write('test -t 0 && test -t 1 && echo "in $AGENT_WORKSPACE_ID"\r');
  await until(/in a/);
  terminal.write('exit 7\r');
  assert.equal(await ended, 7);
});

function start(sandbox: AgentSandbox, args: readonly string[], env: { readonly [name: string]: string } = {}) {
  let text = '';
  let look = (): void => {};
  const terminal = spawn('workflow', ['workspace', ...args], {
    cwd: sandbox.folder,
    env: { ...sandbox.env, ...env, TERM: 'dumb' },
  });
  terminal.onData((data) => {
    text += data;
    look();
  });
  const ended = new Promise<number>((resolve) => void terminal.onExit(({ exitCode }) => resolve(exitCode)));
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      look = () => pattern.test(text) && resolve();
      look();
      void ended.then((code) => reject(new Error(`ended with ${code} before ${String(pattern)}:\n${text}`)));
    });
  return { terminal, ended, until, text: () => text };
}
