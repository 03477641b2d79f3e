// An agent for tests that speaks the Agent Client Protocol by its official library; does what its prompt says (deeds.ts).
// Arguments: `no-load` cannot go on with sessions, `mute` answers nothing, `login` wants somebody to log in.

import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import { deedOf } from './deeds.ts';

const flags = new Set(process.argv.slice(2));
const known = new Set<string>();
let cancel = (): void => {};
let turns = 0;

const app = agent({ name: 'scripted' })
  .onRequest(methods.agent.initialize, async () => {
    if (flags.has('mute')) await new Promise(() => setInterval(() => {}, 1000));
    return { protocolVersion: PROTOCOL_VERSION, agentCapabilities: { loadSession: !flags.has('no-load') }, authMethods: [] };
  })
  .onRequest(methods.agent.session.new, () => {
    if (flags.has('login')) throw RequestError.authRequired();
    known.add('thread-1');
    return {
      sessionId: 'thread-1',
      configOptions: [
        {
          id: 'model',
          name: 'Model',
          category: 'model',
          type: 'select',
          currentValue: 'small',
          options: [
            { value: 'small', name: 'Small' },
            { value: 'large', name: 'Large' },
          ],
        },
      ],
    };
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    if (params.value !== 'large') throw RequestError.invalidParams({ value: params.value });
    console.error(`option ${params.configId} ${params.value}`);
    return { configOptions: [] };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (params.sessionId === 'forgotten') throw RequestError.resourceNotFound('forgotten');
    known.add(params.sessionId);
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'what was said long ago' } },
    });
    return {};
  })
  .onNotification(methods.agent.session.cancel, () => cancel())
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const { sessionId, prompt } = params;
    const text = prompt.map((block) => (block.type === 'text' ? block.text : '')).join('');
    turns += 1;
    const update = (body: object): void =>
      void client.notify(methods.client.session.update, { sessionId, update: body } as never);
    let isCancelled = false;
    const cancelled = new Promise<void>((resolve) => {
      cancel = () => {
        isCancelled = true;
        resolve();
      };
    });
    if (/^ask for permission/m.test(text)) {
      const said: string[] = [];
      for (let times = /^ask for permission twice/m.test(text) ? 2 : 1; times > 0; times -= 1) {
        const { outcome } = await client.request(methods.client.session.requestPermission, {
          sessionId,
          toolCall: { toolCallId: 'call-1', title: 'Write a.txt', rawInput: { path: 'a.txt' } },
          options: [
            { optionId: 'yes-always', name: 'Always', kind: 'allow_always' },
            { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
            { optionId: 'no', name: 'No', kind: 'reject_once' },
          ],
        });
        said.push(outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome);
      }
      update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: said.join(' ') } });
      return { stopReason: 'end_turn' };
    }
    if (/^refuse/m.test(text)) return { stopReason: 'refusal' };
    if (/^fail/m.test(text)) throw RequestError.internalError({ reason: 'the model is away' });
    await deedOf(text, {
      thread: sessionId,
      isResumed: !known.has('thread-1') || turns > 1,
      say(said) {
        const half = Math.ceil(said.length / 2);
        for (const part of [said.slice(0, half), said.slice(half)])
          update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: part } });
      },
      useTool(title) {
        update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'I use a tool.' } });
        update({ sessionUpdate: 'tool_call', toolCallId: title, title, status: 'pending' });
      },
      isCancelled: cancelled,
    });
    update({ sessionUpdate: 'usage_update', used: 100, size: 1000, cost: { amount: 0.25 * turns, currency: 'USD' } });
    const usage = { totalTokens: 115 * turns, inputTokens: 90 * turns, outputTokens: 5 * turns, cachedReadTokens: 10 * turns };
    return { stopReason: isCancelled ? 'cancelled' : 'end_turn', usage } as { stopReason: 'end_turn' };
  });

app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>));
