import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createDoors, type ListenerName } from '../../src/http/doors.ts';
import { startListening } from '../../src/http/listener.ts';
import { createServer } from '../../src/http/server.ts';
import { type Doors, doorNames } from '../../src/model/doors.ts';
import { startCluster } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';

interface Listening {
  readonly ports: ReadonlyMap<ListenerName | 'apiv1', number>;
  /** What was logged as an error. */
  readonly errors: readonly unknown[];
}

/** Every door on a real socket of its own. */
async function listen(t: ExecutionContext, allowedHosts: readonly string[] = []): Promise<Listening> {
  const errors: unknown[] = [];
  const cluster = await startCluster(t, { engines: 1 });
  const logger = Object.assign(Object.create(cluster.logger), { error: (...line: unknown[]) => errors.push(line) });
  const watched = { ...cluster, logger };
  const address = { host: '127.0.0.1', port: 0 };
  const doors: Doors = {
    bastion: { listen: address },
    calzion: { listen: address },
    shipyard: { listen: address, adminPasswordFile: join(temporaryFolder(t), 'password') },
    panamax: { listen: address },
    genisys: { listen: address, countBy: 'service' },
    deblox: { listen: address, enginePort: 2376 },
    docker: { listen: address },
  };
  const apiv1 = await createServer({ ...address, allowedHosts, cluster: watched, configuration: {} });
  const servers = new Map([['apiv1' as const, apiv1], ...(await createDoors(watched, doors, allowedHosts))]);
  for (const server of servers.values()) {
    await startListening(server);
    t.teardown(() => server.stop({ timeout: 0 }));
  }
  return { ports: new Map([...servers].map(([name, { info }]) => [name, Number(info.port)])), errors };
}

/** The whole answer to some bytes; empty where the connection was closed without one. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    // A reset is an end as well.
    socket.on('error', () => undefined).on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const request = (line: string, ...headers: readonly string[]) =>
  [line, ...headers, 'Connection: close', '', ''].join('\r\n');

const malformed: Readonly<Record<string, string>> = {
  'OPTIONS *': request('OPTIONS * HTTP/1.1', 'Host: 127.0.0.1'),
  'GET *': request('GET * HTTP/1.1', 'Host: 127.0.0.1'),
  'a port above 65535': request('GET / HTTP/1.1', 'Host: 127.0.0.1:99999'),
  'brackets around an IPv4 address': request('GET / HTTP/1.1', 'Host: [127.0.0.1]'),
  'a host with a space': request('GET / HTTP/1.1', 'Host: a b'),
  'a host with a path': request('GET / HTTP/1.1', 'Host: 127.0.0.1/x'),
  'a host with a user': request('GET / HTTP/1.1', 'Host: a@127.0.0.1'),
  'an open bracket': request('GET / HTTP/1.1', 'Host: [::1'),
  'two Host headers': request('GET / HTTP/1.1', 'Host: 127.0.0.1', 'Host: 127.0.0.1'),
  'no Host header': request('GET / HTTP/1.1'),
  'a URL of another host': request('GET http://evil.com/ HTTP/1.1', 'Host: 127.0.0.1'),
  'a URL with a bad port': request('GET http://127.0.0.1:99999/ HTTP/1.1', 'Host: 127.0.0.1'),
  'a URL of no scheme': request('GET evil.com/ HTTP/1.1', 'Host: 127.0.0.1'),
  'a URL of another scheme': request('GET file:///etc/passwd HTTP/1.1', 'Host: 127.0.0.1'),
  'a path with half an escape': request('GET /apiv1/engine/%e0%a4%a HTTP/1.1', 'Host: 127.0.0.1'),
  'a path with a NUL': request('GET /a\0b HTTP/1.1', 'Host: 127.0.0.1'),
  'a path with an escaped NUL': request('GET /apiv1/engine/%00 HTTP/1.1', 'Host: 127.0.0.1'),
  'a method of its own': request('BREW / HTTP/1.1', 'Host: 127.0.0.1'),
  'a known method that is not used': request('PROPFIND / HTTP/1.1', 'Host: 127.0.0.1'),
  CONNECT: request('CONNECT 127.0.0.1:80 HTTP/1.1', 'Host: 127.0.0.1'),
  'headers of 100 KB': request('GET / HTTP/1.1', 'Host: 127.0.0.1', `X: ${'x'.repeat(100_000)}`),
  'a target of 100 KB': request(`GET /${'x'.repeat(100_000)} HTTP/1.1`, 'Host: 127.0.0.1'),
  'two lengths': request('POST / HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 1', 'Content-Length: 2'),
  'a length and chunks': request(
    'POST / HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Length: 3',
    'Transfer-Encoding: chunked',
  ),
  'a negative length': request('POST / HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: -1'),
  'an expectation': request('POST / HTTP/1.1', 'Host: 127.0.0.1', 'Expect: everything'),
  'a URL without a Host': request('GET http://127.0.0.1/ HTTP/1.1', 'Host: '),
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'no HTTP': 'hello\r\n\r\n',
};

test('a malformed request is 4xx or a closed connection at every door, and no error in the log', async (t) => {
  t.timeout(60_000);
  const { ports, errors } = await listen(t);
  t.deepEqual([...ports.keys()].sort(), ['apiv1', ...doorNames]);
  for (const [door, port] of ports) {
    for (const [title, bytes] of Object.entries(malformed)) {
      const status = statusOf(await send(port, bytes));
      t.true(status === 0 || (status >= 400 && status < 500), `${door}: ${title}: ${status}`);
    }
    t.is(statusOf(await send(port, malformed['OPTIONS *'] ?? '')), 400);
    t.is(statusOf(await send(port, malformed['a port above 65535'] ?? '')), 400);
    t.is(statusOf(await send(port, malformed['brackets around an IPv4 address'] ?? '')), 400);
    t.is(statusOf(await send(port, request('GET / HTTP/1.1', 'Host: 127.0.0.1'))) >= 500, false, 'it goes on');
  }
  t.deepEqual(errors, []);
});

test('no bytes make it a server error', async (t) => {
  t.timeout(60_000);
  const { ports, errors } = await listen(t);
  const word = fc.oneof(
    fc.constantFrom(
      '*',
      '/',
      '//',
      '/apiv1/engines',
      '/service',
      '/v1/services',
      'http://[::1]:0/',
      '%',
      '?',
      '#',
      '\\',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.webUrl(),
  );
  const host = fc.oneof(
    fc.constantFrom('127.0.0.1', '[::1]', 'localhost:70000', '[', '', ':', '127.0.0.1:', '%31', 'a'.repeat(300)),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  );
  const method = fc.oneof(
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE', 'CONNECT', 'get', ''),
    fc.string({ maxLength: 5 }),
  );
  const bytes = fc
    .tuple(method, word, host, fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''), fc.string({ maxLength: 30 }))
    .map(([verb, target, name, version, more]) =>
      request(`${verb} ${target} ${version}`, `Host: ${name}`, `X: ${more}`),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ports.values()),
      bytes,
      async (port, text) => statusOf(await send(port, text)) < 500,
    ),
    { numRuns: 300 },
  );
  t.deepEqual(errors, []);
});

test('a page that rebinds its own name is refused at every door; addresses of loopback and listed names are not', async (t) => {
  const { ports } = await listen(t, ['Satsuma.example.org', '10.0.0.6']);
  for (const [door, port] of ports) {
    const status = async (...headers: readonly string[]) =>
      statusOf(await send(port, request('GET /x HTTP/1.1', ...headers)));
    for (const refused of [
      ['Host: evil.com', 'Origin: http://evil.com'],
      ['Host: evil.com'],
      [`Host: evil.com:${port}`, `Origin: http://evil.com:${port}`],
      ['Host: 127.0.0.1.evil.com'],
      ['Host: example.org'],
      ['Host: 127.0.0.1', 'Origin: http://127.0.0.2'],
      ['Host: 127.0.0.1', 'Origin: null'],
      ['Host: 127.0.0.1', 'Origin: app://127.0.0.1'],
      ['Host: 127.0.0.1', 'Origin: http://me@127.0.0.1'],
      ['Host: 127.0.0.1', 'Sec-Fetch-Site: cross-site'],
      ['Host: 127.0.0.1', 'Sec-Fetch-Site: same-site'],
      // It came through a proxy: nobody has that address on this machine's loopback.
      ['Host: 10.0.0.5:8080', 'Origin: http://10.0.0.5:8080'],
    ]) {
      t.is(await status(...refused), 403, `${door}: ${refused}`);
    }
    for (const taken of [
      ['Host: 127.0.0.1'],
      ['Host: 10.0.0.6:8080', 'Origin: http://10.0.0.6:8080'],
      ['Host: [::1]:8080'],
      [`Host: localhost:${port}`, 'Sec-Fetch-Site: same-origin'],
      ['Host: LOCALHOST.'],
      ['Host: satsuma.example.org', 'Origin: http://satsuma.example.org', 'Sec-Fetch-Site: none'],
    ]) {
      t.not(await status(...taken), 403, `${door}: ${taken}`);
    }
  }
  const answer = await send(ports.get('apiv1') ?? 0, request('GET / HTTP/1.1', 'Host: evil.com'));
  t.regex(answer, /the host evil\.com is not allowed: use an IP address, or add it to allowed-hosts/);
  t.regex(answer, /x-request-id: [0-9a-f]{16}\r\n/i, 'which tells nothing of this machine');
});

test('what is no request, and an upgrade that makes no sense, are answered in the form of the API', async (t) => {
  const { ports } = await listen(t);
  const port = ports.get('apiv1') ?? 0;
  const answered = async (bytes: string) => {
    const answer = await send(port, bytes);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    t.regex(head, /content-type: application\/json/i, answer);
    t.regex(head, /x-request-id: \w{16}/i);
    return { status: statusOf(answer), ...(JSON.parse(body) as { readonly ok: boolean; readonly code: string }) };
  };
  const long = await answered(malformed['a target of 100 KB'] ?? '');
  t.like(long, { status: 431, ok: false, code: 'headers_too_large' });
  t.like(await answered(malformed['headers of 100 KB'] ?? ''), { status: 431, code: 'headers_too_large' });
  t.like(await answered(malformed['no HTTP'] ?? ''), { status: 400, ok: false, code: 'invalid' });
  const upgrade = (...headers: readonly string[]) =>
    request(
      'GET /apiv1/container/web/exec/ws?cmd=ls HTTP/1.1',
      ...['Host: 127.0.0.1', 'Upgrade: websocket', 'Sec-WebSocket-Protocol: v1.satsuma.exec', ...headers],
    ).replace('Connection: close', 'Connection: Upgrade');
  const version = 'Sec-WebSocket-Version: 13';
  t.like(await answered(upgrade(version, 'Content-Length: 3')), { status: 400, code: 'invalid' });
});
