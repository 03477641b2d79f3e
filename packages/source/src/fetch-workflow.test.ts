import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '@workflow-platform/events';
import { sha256 } from './digest.ts';
import { fetchWorkflow } from './fetch-workflow.ts';

const cache = mkdtempSync(join(tmpdir(), 'fetch-'));
const env = { XDG_CACHE_HOME: cache };
const text = 'id = "far"\n';
let requests = 0;
const server = createServer(answer);
let base = '';
before(
  () =>
    new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        resolve();
      });
    }),
);
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cache, { recursive: true, force: true });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  requests += 1;
  switch (request.url) {
    case '/a.toml':
      response.end(text);
      break;
    case '/moved':
      response.writeHead(302, { location: '/a.toml' }).end();
      break;
    case '/round':
      response.writeHead(302, { location: '/round' }).end();
      break;
    case '/elsewhere':
      response.writeHead(302, { location: 'http://192.0.2.1/a.toml' }).end();
      break;
    case '/local':
      response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      break;
    case '/endless':
      response.write('x'.repeat(2000));
      break;
    case '/silent':
      break;
    default:
      response.writeHead(404).end();
  }
}

async function refusal(
  path: string,
  options: { pin?: string; timeoutMs?: number; sizeBytesMax?: number } = {},
): Promise<UserError> {
  const { pin = null, ...rest } = options;
  try {
    await fetchWorkflow(base + path, pin, { env, ...rest });
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${path} was fetched` });
}

test('fetches a file, also after a redirect on the same host', async () => {
  assert.equal((await fetchWorkflow(`${base}/a.toml`, null, { env })).toString(), text);
  assert.equal((await fetchWorkflow(`${base}/moved`, null, { env })).toString(), text);
});

test('a pinned file comes from the cache the second time', async () => {
  const pin = sha256(text);
  await fetchWorkflow(`${base}/a.toml`, pin, { env });
  const before = requests;
  assert.equal((await fetchWorkflow(`${base}/a.toml`, pin, { env })).toString(), text);
  assert.equal(requests, before);
});

test('a cached file that was changed on disk is fetched again', async () => {
  const pin = sha256(text);
  await fetchWorkflow(`${base}/a.toml`, pin, { env });
  const path = readdirSync(cache, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(pin))!;
  writeFileSync(join(cache, path), 'id = "evil"\n');
  assert.equal((await fetchWorkflow(`${base}/a.toml`, pin, { env })).toString(), text);
});

test('a file that is not what its pin says is refused', async () => {
  const error = await refusal('/a.toml', { pin: '0'.repeat(64) });
  assert.equal(error.code, 'pin-mismatch');
  assert.equal(error.exitCode, 2);
});

test('a missing file is not found', async () => {
  const error = await refusal('/none.toml');
  assert.deepEqual([error.code, error.exitCode], ['file-not-found', 3]);
});

test('redirects are limited in number, and neither leave https nor reach for files', async () => {
  assert.match((await refusal('/round')).message, /redirects more than 5 times/);
  assert.match((await refusal('/elsewhere')).message, /which is not https/);
  assert.match((await refusal('/local')).message, /which is not https/);
});

test('a body is cut off at the size limit, and a silent server at the time limit', async () => {
  assert.equal((await refusal('/endless', { sizeBytesMax: 1000 })).code, 'file-too-large');
  assert.equal((await refusal('/silent', { timeoutMs: 50 })).code, 'fetch-timeout');
});

test('a server that is not there says so', async () => {
  await assert.rejects(fetchWorkflow('http://127.0.0.1:1/a.toml', null, { env }), { code: 'fetch-failed' });
});
