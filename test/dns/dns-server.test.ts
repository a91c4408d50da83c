import { createSocket, Socket as DatagramSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { decode, encode, type Packet } from 'dns-packet';
import type { CatalogEntry } from '../../src/api/catalog.ts';
import { DnsServer } from '../../src/dns/dns-server.ts';
import { createLogger } from '../../src/logging/logger.ts';

const entries = Array.from({ length: 150 }, (_, index): CatalogEntry => {
  const [slot, host] = [`${index + 1}`, `10.0.${index >> 8}.${index & 255}`];
  return { service: 'web', slot, engine: slot, container: 'c', host, port: 80, container_port: 80, proto: 'tcp' };
});

async function start(
  t: ExecutionContext,
  awake: () => Promise<void> = async () => undefined,
): Promise<{ readonly resolver: Resolver; readonly port: number }> {
  const server = new DnsServer({
    ...{ host: '127.0.0.1', port: 0, domain: 'test', awake },
    directory: {
      serviceNamed: (name) => (name === 'web' || name === 'small' ? name : undefined),
      serviceWithId: () => undefined,
      isEndOfNames: () => false,
      entriesOf: (service) => (service === 'web' ? entries : entries.slice(0, 2)),
      membersNamed: () => [],
    },
    logger: createLogger({ level: 'silent' }),
  });
  await server.start();
  t.teardown(() => server.stop());
  const resolver = new Resolver();
  resolver.setServers([server.address]);
  return { resolver, port: Number(server.address.split(':')[1]) };
}

test('a state that does not become current delays an answer, and prevents none', async (t) => {
  const { resolver } = await start(t, () => new Promise<void>(() => undefined));
  t.deepEqual((await resolver.resolve4('small.test')).sort(), ['10.0.0.0', '10.0.0.1']);
});

test('a resolver is answered over UDP, and long answers over TCP', async (t) => {
  const { resolver } = await start(t);
  t.deepEqual((await resolver.resolve4('small.test')).sort(), ['10.0.0.0', '10.0.0.1']);
  t.is((await resolver.resolve4('web.test')).length, 150);
  const services = await resolver.resolveSrv('_80._tcp.small.test');
  t.deepEqual(services.map(({ name, port }) => `${name}:${port}`).sort(), ['1.web.test:80', '2.web.test:80']);
  await t.throwsAsync(resolver.resolve4('nobody.test'), { code: 'ENOTFOUND' });
  await t.throwsAsync(resolver.resolve4('example.com'), { code: 'EREFUSED' });
});

async function exchange(port: number, messages: readonly Buffer[]): Promise<Packet> {
  const socket = createSocket('udp4');
  const told = once(socket, 'message');
  for (const each of messages) socket.send(each, port, '127.0.0.1');
  const [answer] = (await told) as [Buffer];
  socket.close();
  return decode(answer);
}

const query = (name: string, more: object = {}) =>
  encode({ type: 'query', id: 42, questions: [{ name, type: 'A' }], ...more });

test('UDP answers respect the client’s size, and are marked if truncated', async (t) => {
  const { port } = await start(t);
  const long = await exchange(port, [query('web.test')]);
  t.true('flag_tc' in long && long.flag_tc === true);
  t.deepEqual(long.answers, []);
});

test('invalid messages are refused or ignored, and the next query is answered', async (t) => {
  const { port } = await start(t);
  const answer = encode({ type: 'response', id: 1, questions: [{ name: 'small.test', type: 'A' }] });
  const cut = query('small.test').subarray(0, 20);
  const circle = Buffer.concat([query('small.test').subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]);
  // Of these only the last is answered.
  t.is((await exchange(port, [Buffer.alloc(0), Buffer.alloc(5), answer, query('small.test')])).answers?.length, 2);
  const many = query('small.test', { answers: [{ type: 'A', name: 'small.test', data: '10.0.0.1' }] });
  const long = Buffer.concat([query('small.test'), Buffer.alloc(1_300)]);
  for (const broken of [cut, circle, many, long]) {
    const told = await exchange(port, [broken]);
    t.is((told.flags ?? 0) & 15, 1);
    t.is(told.id, 42);
  }
});

test('non-ASCII names are not repeated', async (t) => {
  const { port } = await start(t);
  const odd = query('small.test');
  odd[13] = 0xff;
  const answer = await exchange(port, [odd]);
  t.is((answer.flags ?? 0) & 15, 1);
  t.deepEqual(answer.questions, []);
});

test('a query from port 0 does not stop the server', async (t) => {
  const sockets: DatagramSocket[] = [];
  const { bind } = DatagramSocket.prototype;
  // Nobody but root can send such a packet.
  DatagramSocket.prototype.bind = function (this: DatagramSocket, ...args: unknown[]) {
    sockets.push(this);
    return Reflect.apply(bind, this, args);
  };
  const { port } = await start(t).finally(() => {
    DatagramSocket.prototype.bind = bind;
  });
  const [socket] = sockets;
  socket?.emit('message', query('small.test'), { address: '127.0.0.1', port: 0, family: 'IPv4', size: 30 });
  t.is((await exchange(port, [query('small.test')])).answers?.length, 2);
});

test('TCP connections per address are limited, and a too large announcement closes one', async (t) => {
  const { port } = await start(t);
  const sockets = await Promise.all(
    Array.from({ length: 32 }, async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
  const [last] = sockets;
  const oneMore = connect(port, '127.0.0.1');
  await once(oneMore, 'close');
  last?.write(Buffer.from([0xff, 0xff]));
  await Promise.all([last && once(last, 'close'), last?.resume()]);
  for (const socket of sockets) socket.destroy();
  t.pass();
});

test('over TCP several queries are answered in order, and invalid data closes the connection', async (t) => {
  const { port } = await start(t);
  const framed = (message: Buffer) =>
    Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);
  const socket = connect(port, '127.0.0.1');
  const both = Buffer.concat([framed(query('small.test')), framed(query('small.test', { id: 43 }))]);
  socket.write(both.subarray(0, 7));
  socket.write(both.subarray(7));
  const ids: number[] = [];
  let unread = Buffer.alloc(0);
  for await (const bytes of socket) {
    unread = Buffer.concat([unread, bytes]);
    while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
      ids.push(decode(unread.subarray(2, 2 + unread.readUInt16BE(0))).id ?? 0);
      unread = unread.subarray(2 + unread.readUInt16BE(0));
    }
    if (ids.length === 2) socket.write(Buffer.from([0xff, 0xff, 0]));
  }
  t.deepEqual(ids, [42, 43]);
});

test.serial('a port of the system’s choice that is taken for UDP is given up for another one', async (t) => {
  const { bind } = DatagramSocket.prototype;
  t.teardown(() => {
    DatagramSocket.prototype.bind = bind;
  });
  let refused = 0;
  DatagramSocket.prototype.bind = function (this: DatagramSocket, ...words: unknown[]) {
    if (refused++ >= 2) return Reflect.apply(bind, this, words);
    queueMicrotask(() => this.emit('error', Object.assign(new Error('in use'), { code: 'EADDRINUSE' })));
    return this;
  } as typeof bind;
  const { resolver } = await start(t);
  t.is((await resolver.resolve4('small.test')).length, 2);
  t.is(refused, 3);
});

test('if the port is in use, the start fails with a message', async (t) => {
  const { port } = await start(t);
  const options = {
    host: '127.0.0.1',
    port,
    domain: 'test',
    awake: async () => undefined,
    logger: createLogger({ level: 'silent' }),
  };
  const second = new DnsServer({
    ...options,
    directory: {
      serviceNamed: () => undefined,
      serviceWithId: () => undefined,
      isEndOfNames: () => false,
      entriesOf: () => [],
      membersNamed: () => [],
    },
  });
  await t.throwsAsync(second.start(), { message: `cannot listen on 127.0.0.1:${port}: the port is in use` });
});
