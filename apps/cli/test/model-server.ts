// A model for real agents, on loopback: speaks the HTTP interface of Gemini and says what a test has it say.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model answers: text, or the call of a tool. */
export type Reply = { readonly text: string } | { readonly tool: string; readonly args: { readonly [name: string]: unknown } };

export interface ModelServer {
  readonly url: string;
  /** Texts of the conversation in each request, the latest last. */
  readonly requests: (readonly string[])[];
  close(): Promise<void>;
}

interface Content {
  readonly role?: string;
  readonly parts?: readonly { readonly text?: string; readonly functionResponse?: object }[];
}

/** Starts it. `answer` is given the texts of the conversation; the answer of a tool stands there as `[tool] JSON`. */
export async function startModel(answer: (texts: readonly string[]) => Reply): Promise<ModelServer> {
  const requests: (readonly string[])[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const isStream = request.url?.includes('streamGenerateContent') === true;
      if (!isStream && request.url?.includes(':generateContent') !== true) return void response.writeHead(404).end('{}');
      const { contents = [] } = JSON.parse(body) as { readonly contents?: readonly Content[] };
      const texts = contents.flatMap(({ parts = [] }) =>
        parts.map(({ text, functionResponse }) => text ?? `[tool] ${JSON.stringify(functionResponse ?? null)}`),
      );
      requests.push(texts);
      const reply = answer(texts);
      const part = 'text' in reply ? { text: reply.text } : { functionCall: { name: reply.tool, args: reply.args } };
      const data = JSON.stringify({
        candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 5, totalTokenCount: 105, cachedContentTokenCount: 10 },
        modelVersion: 'scripted',
      });
      response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
      response.end(isStream ? `data: ${data}\n\n` : data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
