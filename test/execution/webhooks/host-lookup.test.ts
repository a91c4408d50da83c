import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { hostLookup } from '../../../src/execution/webhooks/host-lookup.ts';

type Reply = (query: Buffer) => Buffer | undefined;

const unknown: Reply = (query) => {
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x8183, 2);
  return answer;
};

/** 192.0.2.7 for a question about IPv4, and nothing for IPv6. */
const known: Reply = (query) => {
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x8180, 2);
  const isIpv4 = query.at(query.indexOf(0, 12) + 2) === 1;
  if (!isIpv4) return answer;
  answer.writeUInt16BE(1, 6);
  return Buffer.concat([answer, Buffer.from('c00c00010001000000010004c0000207', 'hex')]);
};

/** A DNS server; what it does not answer it keeps until it is told what to say. */
async function startDns(t: ExecutionContext) {
  const socket = createSocket('udp4');
  const dns: { reply: Reply; readonly server: string; questions: number; release(): void } = {
    reply: () => undefined,
    server: '',
    questions: 0,
    release: () => undefined,
  };
  const kept: (() => void)[] = [];
  socket.on('message', (query, { port, address }) => {
    dns.questions += 1;
    const send = () => {
      const answer = dns.reply(query);
      if (answer) socket.send(answer, port, address);
      else kept.push(send);
    };
    send();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return Object.assign(dns, {
    server: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    release: () => {
      for (const send of kept.splice(0)) send();
    },
  });
}

test('unanswered names block neither files nor other names', async (t) => {
  const dns = await startDns(t);
  const lookup = hostLookup({ servers: [dns.server], system: async () => [{ address: '192.0.2.9', family: 4 }] });
  const slow = Array.from({ length: 20 }, (_, index) => lookup(`slow-${index}.test`));
  const late = AbortSignal.timeout(30_000);
  while (dns.questions < 40 && !late.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
  t.true((await stat('.')).isDirectory());
  t.deepEqual(
    (await hostLookup()('localhost')).filter(({ family }) => family === 4),
    [{ address: '127.0.0.1', family: 4 }],
  );
  dns.reply = unknown;
  dns.release();
  for (const found of await Promise.all(slow)) t.deepEqual(found, [{ address: '192.0.2.9', family: 4 }]);
});

test('a name has the addresses in DNS, and the system resolves no others', async (t) => {
  const dns = await startDns(t);
  dns.reply = known;
  const system = () => Promise.reject(new Error('not asked'));
  t.deepEqual(await hostLookup({ servers: [dns.server], system })('hooks.test'), [{ address: '192.0.2.7', family: 4 }]);
});

test('an unresponsive DNS server is an error, without a system lookup', async (t) => {
  const dns = await startDns(t);
  const system = () => Promise.reject(new Error('not asked'));
  await t.throwsAsync(hostLookup({ servers: [dns.server], system })('hooks.test'), { code: 'ETIMEOUT' });
});
