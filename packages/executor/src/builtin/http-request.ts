// `http/request`: one request, its answer as outputs or in a file. Headers, bodies and queries never reach the log: they are
// where secrets travel.

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDuration } from '@workflow-platform/core';
import { ActionError, OUTPUT_BYTES_MAX } from '@workflow-platform/plugin-sdk';
import type { ActionInputs, Json } from '@workflow-platform/plugin-sdk';
import { possibleInside } from '../inside.ts';
import type { BuiltinAction } from './builtin-action.ts';
import { input, output, textInput } from './builtin-action.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The action `http/request`. */
export const httpRequest: BuiltinAction = {
  signature: {
    reference: 'http/request',
    kind: 'builtin',
    description: 'Sends an HTTP request and gives its answer as outputs.',
    version: null,
    inputs: [
      input('url', 'Where to send it: `http:` or `https:`', { required: true, secret: true }),
      input('method', 'By default GET', { type: 'enum', values: methods, default: 'GET' }),
      input('headers', 'Table of headers', { type: 'json', secret: true }),
      input('body', 'Text to send; not together with `json`', { secret: true }),
      input('json', 'Value to send as JSON', { type: 'json', secret: true }),
      input('timeout', 'For the whole request', { type: 'duration', default: '30s' }),
      input('expect', 'Status codes that count as success, such as `[200, 404]`; by default 200 to 299', { type: 'json' }),
      input('save_to', 'File inside the workspace that takes the body instead of the output `body`', { type: 'path' }),
      input('max_bytes', 'Largest body taken; by default 1 MiB, with `save_to` 1 GiB', { type: 'integer' }),
    ],
    openInputs: false,
    outputs: [
      output('status', 'Status code'),
      output('headers', 'Headers of the answer as JSON, names in lower case'),
      output('body', 'Body as text', false),
      output('json', 'Body as compact JSON, when it is JSON', false),
    ],
  },
  async run(inputs, context) {
    const request = readRequest(inputs);
    const shown = shownUrl(request.url);
    const saveTo = textInput(inputs, 'save_to');
    const target = saveTo === '' ? null : possibleInside(context.workspace, saveTo);
    if (saveTo !== '' && target === null) throw new ActionError(`\`${saveTo}\` is outside of the workspace`);
    const bytesMax = readBytesMax(inputs['max_bytes'], target !== null);
    const timeoutMs = readTimeout(inputs['timeout']);
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), context.signal]);
    let response: Response;
    let body: Buffer | null;
    try {
      response = await follow(request, signal);
      body = target === null ? await collect(response, bytesMax) : await save(response, target, bytesMax);
    } catch (error) {
      throw explain(error, `${request.method} ${shown}`, timeoutMs);
    }
    context.log(`${request.method} ${shown}: ${response.status} ${response.statusText}`.trimEnd());
    context.output('status', response.status);
    context.output('headers', Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie')));
    if (body !== null) tellBody(body, context.output);
    const expected = readExpected(inputs['expect']);
    if (!(expected?.includes(response.status) ?? response.ok)) {
      const wanted = expected === null ? '200-299' : expected.join(', ');
      throw new ActionError(
        `${request.method} ${shown} was answered with ${response.status} ${response.statusText}, expected ${wanted}`,
      );
    }
  },
};

interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

function readRequest(inputs: ActionInputs): OutgoingRequest {
  const url = parseUrl(textInput(inputs, 'url'));
  const method = textInput(inputs, 'method') || 'GET';
  const headers = new Headers();
  const given = inputs['headers'] ?? {};
  if (!isTable(given)) throw new ActionError('`headers` must be a table of texts');
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    } catch {
      // The value may be secret: only the name is told.
      throw new ActionError(`the header \`${name}\` has a name or value that HTTP does not allow`);
    }
  }
  const text = textInput(inputs, 'body');
  const json = inputs['json'];
  if (text !== '' && json !== undefined) throw new ActionError('`body` and `json` cannot both be given');
  if (text === '' && json === undefined) return { url, method, headers, body: null };
  if (method === 'GET' || method === 'HEAD') throw new ActionError(`a ${method} request has no body`);
  if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  return { url, method, headers, body: json === undefined ? text : JSON.stringify(json) };
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url === null) throw new ActionError('`url` is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ActionError(`\`${url.protocol}\` is not supported, only http: and https:`);
  return url;
}

/** A URL without what may be secret in it. */
function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

async function follow(first: OutgoingRequest, signal: AbortSignal): Promise<Response> {
  let { url, method, body } = first;
  const headers = new Headers(first.headers);
  if (url.username !== '' || url.password !== '') {
    headers.set(
      'authorization',
      `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
    );
    url = new URL(url);
    url.username = url.password = '';
  }
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    if (redirects === redirectsMax)
      throw new ActionError(`${shownUrl(first.url)} leads on to more than ${redirectsMax} other places`);
    const next = parseUrl(location, url);
    if (next.origin !== url.origin) for (const name of ['authorization', 'cookie', 'proxy-authorization']) headers.delete(name);
    if (response.status === 303 || (response.status < 303 && method === 'POST')) {
      method = method === 'HEAD' ? 'HEAD' : 'GET';
      body = null;
      for (const name of ['content-type', 'content-length']) headers.delete(name);
    }
    url = next;
  }
}

const redirectsMax = 5;

async function* chunks(response: Response, bytesMax: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > bytesMax)
      throw new ActionError(
        `the body is larger than ${bytesMax} bytes; raise \`max_bytes\` or write it to a file with \`save_to\``,
      );
    yield chunk as Uint8Array;
  }
}

async function collect(response: Response, bytesMax: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks(response, bytesMax)) parts.push(chunk);
  return Buffer.concat(parts);
}

async function save(response: Response, target: string, bytesMax: number): Promise<null> {
  await mkdir(dirname(target), { recursive: true });
  const { pipeline } = await import('node:stream/promises');
  await pipeline(chunks(response, bytesMax), createWriteStream(target));
  return null;
}

function tellBody(body: Buffer, tell: (name: string, value: Json) => void): void {
  const text = body.toString('utf8');
  tell('body', text);
  try {
    tell('json', JSON.stringify(JSON.parse(text)));
  } catch {
    // Not every body is JSON; the output is simply not there then.
  }
}

function readExpected(value: Json | undefined): readonly number[] | null {
  if (value === undefined || value === null || value === '') return null;
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.map((one) => {
    const status = Number(one);
    if (!Number.isInteger(status) || status < 100 || status > 599)
      throw new ActionError(`\`expect\`: ${JSON.stringify(one)} is not a status code`);
    return status;
  });
}

function readBytesMax(value: Json | undefined, isFile: boolean): number {
  const asked = value === undefined || value === null ? (isFile ? 1024 ** 3 : OUTPUT_BYTES_MAX) : Number(value);
  return isFile ? asked : Math.min(asked, OUTPUT_BYTES_MAX);
}

function readTimeout(value: Json | undefined): number {
  return (typeof value === 'string' ? parseDuration(value) : null) ?? 30_000;
}

function isTable(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explain(error: unknown, what: string, timeoutMs: number): Error {
  if (error instanceof ActionError) return error;
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return new ActionError(`${what} took longer than ${timeoutMs} ms`);
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
  return new ActionError(`${what} failed: ${reason ?? 'the connection broke'}`);
}
