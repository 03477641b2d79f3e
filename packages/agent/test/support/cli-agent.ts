// An agent like Codex for tests: prints JSON events, does what its prompt says (deeds.ts).

import { readFileSync } from 'node:fs';
import { deedOf } from './deeds.ts';

const args = process.argv.slice(2);
const resumed = args.includes('resume') ? args[args.indexOf('resume') + 1] : undefined;
const prompt = readFileSync(0, 'utf8');
const tell = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

if (resumed === 'forgotten') {
  console.error('Error: no rollout found for thread id forgotten');
  process.exit(1);
}
console.error(`arguments: ${args.join(' ')}`);
const thread = resumed ?? 'thread-1';
tell({ type: 'thread.started', thread_id: thread });
tell({ type: 'turn.started' });
await deedOf(prompt, {
  thread,
  isResumed: resumed !== undefined,
  say(text) {
    tell({ type: 'item.completed', item: { id: 'i', type: 'agent_message', text } });
  },
  useTool(name) {
    tell({ type: 'item.started', item: { id: 'i', type: 'command_execution', command: name } });
  },
  isCancelled: new Promise(() => {}),
});
tell({
  type: 'turn.completed',
  usage: { input_tokens: resumed === undefined ? 100 : 150, cached_input_tokens: 10, output_tokens: 5 },
});
