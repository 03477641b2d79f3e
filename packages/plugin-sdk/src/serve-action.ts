// Runs one action in this process: request from stdin, messages to stdout, whatever the code prints besides goes to stderr.
// Not here: where the plugin's code comes from (the engine's runner).

import { readFileSync, writeSync } from 'node:fs';
import type { Action, ActionContext } from './define-plugin.ts';
import { ActionError, QuotaError } from './define-plugin.ts';
import type { ActionMessage, ActionRequest } from './protocol/messages.ts';
import { OUTPUT_BYTES_MAX, OUTPUT_NAME } from './protocol/messages.ts';
import { parseRequest } from './protocol/parse-request.ts';

/** Carries out the request on stdin and returns the exit status: 0 after success, 1 after failure. */
export async function serveAction(find: (name: string) => Action | undefined | Promise<Action | undefined>): Promise<number> {
  // From here on stdout belongs to the protocol: a stray console.log must not break it.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    const parsed = parseRequest(readFileSync(0, 'utf8'));
    if (!parsed.ok) throw new ActionError(parsed.problem);
    const { request } = parsed;
    const action = await find(request.action);
    if (action === undefined) throw new ActionError(`the plugin's code has no action \`${request.action}\``);
    await action(request.inputs, makeContext(request));
    send({ type: 'result', status: 'success' });
    return 0;
  } catch (error) {
    if (error instanceof Error && !(error instanceof ActionError)) process.stderr.write(`${error.stack ?? error.message}\n`);
    if (error instanceof QuotaError) {
      const { message, resetAt } = error;
      send({ type: 'result', status: 'quota', message, ...(resetAt === null ? {} : { resetAt: resetAt.toISOString() }) });
      return 1;
    }
    const kind = error instanceof ActionError && error.kind !== null ? { kind: error.kind } : {};
    send({ type: 'result', status: 'failure', message: error instanceof Error ? error.message : String(error), ...kind });
    return 1;
  }
}

function makeContext(request: ActionRequest): ActionContext {
  const controller = new AbortController();
  // Once an action listens to the signal it decides itself when to end; until then TERM ends it as usual.
  let isListening = false;
  const { signal } = controller;
  const { workspace, run, step, attempt } = request;
  return {
    workspace,
    run,
    step,
    attempt,
    session: request.session ?? null,
    get signal() {
      if (!isListening) {
        isListening = true;
        for (const name of ['SIGTERM', 'SIGINT'] as const)
          process.once(name, () => controller.abort(new ActionError(`ended by ${name}`)));
      }
      return signal;
    },
    output(name, value) {
      if (!OUTPUT_NAME.test(name)) throw new TypeError(`\`${name}\` cannot be the name of an output`);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (text === undefined) throw new TypeError(`the output \`${name}\` has no value that can be written as JSON`);
      if (Buffer.byteLength(text) > OUTPUT_BYTES_MAX)
        throw new RangeError(`the output \`${name}\` is larger than 1 MiB; keep it as an artifact`);
      send({ type: 'output', name, value: text });
    },
    log(message, level = 'info') {
      // Straight to the log rather than as a message, which the engine reads only at the end.
      process.stderr.write(level === 'info' ? `${message}\n` : `${level}: ${message}\n`);
    },
    artifact(name, path) {
      send({ type: 'artifact', name, path });
    },
    openSession(id) {
      send({ type: 'session', id });
    },
    usage(used) {
      send({ type: 'usage', ...used });
    },
  };
}

/** Written at once, so that nothing is lost however the process ends. */
function send(message: ActionMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}
