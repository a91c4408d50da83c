import test from 'ava';
import type { Answer, Packet, RecordType } from 'dns-packet';
import type { CatalogEntry } from '../../src/api/catalog.ts';
import { answerQuery } from '../../src/dns/answer-query.ts';
import type { Directory } from '../../src/dns/name.ts';

function entry(service: string, slot: string, host: string, changes: Partial<CatalogEntry> = {}): CatalogEntry {
  const usual = {
    engine: `engine-${slot}`,
    container: 'c'.repeat(64),
    port: 32_768,
    container_port: 80,
    proto: 'tcp',
  } as const;
  return { service, slot, host, ...usual, ...changes };
}

const entries: readonly CatalogEntry[] = [
  entry('web', '1', '10.0.0.1'),
  entry('web', '2', '10.0.0.2', { port: 32_769 }),
  entry('web', '2', '10.0.0.2', { port: 9_000, container_port: 9_090 }),
  entry('web', '3', '2001:db8::3'),
  entry('Shop.Api', '1', '10.0.0.4'),
  entry('named', '1', 'node1.example.com'),
  entry('both', '1', 'node1.example.com'),
  entry('both', '2', 'node2.example.com'),
  entry('here', '1', '127.0.0.1'),
  entry('udp', '1', '10.0.0.5', { proto: 'udp', container_port: 53 }),
  entry('half', '1', '10.0.0.6', { unreachable_since: '2026-01-01T00:00:00Z' }),
  entry('half', '2', '10.0.0.7'),
  entry('lost', '1', '10.0.0.8', { unreachable_since: '2026-01-01T00:00:00Z' }),
  entry('addr', '1', '10.0.0.10'),
  entry('global', 'x'.repeat(64), '10.0.0.9'),
];
const services = [...new Set(entries.map(({ service }) => service)), 'idle'];
const idOf = (service: string) => Buffer.from(service).toString('hex').padStart(16, '0').slice(-16);
const directory: Directory = {
  serviceNamed: (name) => services.find((each) => each.toLowerCase() === name),
  serviceWithId: (id) => services.find((each) => idOf(each) === id),
  isEndOfNames: (end) => services.some((each) => each.toLowerCase().endsWith(`.${end}`)),
  entriesOf: (service) => entries.filter((each) => each.service === service),
  membersNamed: (name, network) => {
    if (name === 'front-door') return network === 'front' ? [{ slot: '1', address: '10.0.1.9' }] : undefined;
    if (!services.some((each) => each.toLowerCase() === name)) return undefined;
    const members = [
      { slot: '1', address: '10.0.1.1' },
      { slot: '2', address: '10.0.1.2' },
    ];
    return name === 'web' && ['front', 'back.end'].includes(network) ? members : [];
  },
};

function ask(name: string, type: RecordType, more: Partial<Packet> = {}, isLocal = true) {
  const query = {
    type: 'query',
    opcode: 'QUERY',
    id: 7,
    flags: 1 << 8,
    questions: [{ name, type, class: 'IN' }],
    ...more,
  };
  const answer = answerQuery(query as Packet, 'cluster.test', directory, isLocal);
  const told = (records: readonly Answer[] = []) =>
    records.map((each) => ('data' in each ? `${each.name} ${each.type} ${textOf(each.data)}` : each.type)).sort();
  return {
    code: (answer.flags ?? 0) & 15,
    isAuthoritative: ((answer.flags ?? 0) & (1 << 10)) !== 0,
    answers: told(answer.answers),
    authorities: (answer.authorities ?? []).map(({ type }) => type),
    additionals: told(answer.additionals),
  };
}

function textOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('target' in data)) return String(data);
  const { target, port } = data as { readonly target: string; readonly port: number };
  return `${target}:${port}`;
}

test('a service resolves to the addresses of its replicas without duplicates, a slot to one of them', (t) => {
  t.deepEqual(ask('web.cluster.test', 'A').answers, ['web.cluster.test A 10.0.0.1', 'web.cluster.test A 10.0.0.2']);
  t.deepEqual(ask('web.cluster.test', 'AAAA').answers, ['web.cluster.test AAAA 2001:db8::3']);
  t.deepEqual(ask('2.web.cluster.test', 'A').answers, ['2.web.cluster.test A 10.0.0.2']);
});

test('ports are queried by container port, or all at once, with additional addresses', (t) => {
  t.deepEqual(ask('_9090._tcp.web.cluster.test', 'SRV').answers, [
    '_9090._tcp.web.cluster.test SRV 2.web.cluster.test:9000',
  ]);
  const { answers, additionals } = ask('web.cluster.test', 'SRV');
  t.is(answers.length, 4);
  t.deepEqual(additionals, [
    '1.web.cluster.test A 10.0.0.1',
    '2.web.cluster.test A 10.0.0.2',
    '3.web.cluster.test AAAA 2001:db8::3',
  ]);
  t.deepEqual(ask('_80._tcp.1.web.cluster.test', 'SRV').answers, [
    '_80._tcp.1.web.cluster.test SRV 1.web.cluster.test:32768',
  ]);
  t.deepEqual(ask('_53._udp.udp.cluster.test', 'SRV').answers, [
    '_53._udp.udp.cluster.test SRV 1.udp.cluster.test:32768',
  ]);
  t.deepEqual(ask('_53._tcp.udp.cluster.test', 'SRV').answers, []);
});

test('in a network a service resolves to its addresses there', (t) => {
  const both = (name: string) => [`${name} A 10.0.1.1`, `${name} A 10.0.1.2`];
  for (const name of ['web.front.net.cluster.test', 'Web.back.end.net.cluster.test'])
    t.deepEqual(ask(name, 'A').answers, both(name));
  t.deepEqual(ask('2.web.front.net.cluster.test', 'A').answers, ['2.web.front.net.cluster.test A 10.0.1.2']);
  t.like(ask('web.other.net.cluster.test', 'A'), { code: 0, answers: [] });
  t.like(ask('web.front.net.cluster.test', 'SRV'), { code: 0, answers: [] });
  t.deepEqual(ask('front-door.front.net.cluster.test', 'A').answers, ['front-door.front.net.cluster.test A 10.0.1.9']);
  t.like(ask('front-door.cluster.test', 'A'), { code: 3 });
  for (const name of ['nobody.front', '3.web.front', 'front-door.other'])
    t.like(ask(`${name}.net.cluster.test`, 'A'), { code: 3 }, name);
});

test('routers get host names that permanently stand for one address', (t) => {
  const routed = (service: string) => ask(`_80._tcp.${idOf(service)}.addr.cluster.test`, 'SRV', {}, false).answers;
  const record = (service: string, target: string) => `_80._tcp.${idOf(service)}.addr.cluster.test SRV ${target}`;
  t.deepEqual(routed('web'), [
    record('web', '0a000001.addr.cluster.test:32768'),
    record('web', '0a000002.addr.cluster.test:32769'),
    record('web', '20010db8000000000000000000000003.addr.cluster.test:32768'),
  ]);
  t.deepEqual(ask('0a000002.addr.cluster.test', 'A').answers, ['0a000002.addr.cluster.test A 10.0.0.2']);
  t.deepEqual(ask('0a000002.addr.cluster.test', 'AAAA').answers, []);
  t.deepEqual(ask('20010db8000000000000000000000003.addr.cluster.test', 'AAAA').answers, [
    '20010db8000000000000000000000003.addr.cluster.test AAAA 2001:0db8:0000:0000:0000:0000:0000:0003',
  ]);
  // Where there is none, routers are told so: of no answer they would go on with what they knew.
  for (const service of ['idle', 'nobody', 'here'])
    t.deepEqual(routed(service), [record(service, 'none.addr.cluster.test:1')], service);
  t.like(ask('none.addr.cluster.test', 'A'), { code: 3, answers: [] });
});

test('a service may have the name that routers’ names use', (t) => {
  const record = (name: string) => [`${name} SRV 1.addr.cluster.test:32768`];
  for (const name of ['_80._tcp.addr.cluster.test', '_80._tcp.1.addr.cluster.test'])
    t.deepEqual(ask(name, 'SRV', {}, false).answers, record(name));
});

test('DNS is case-insensitive, and names may contain dots', (t) => {
  t.deepEqual(ask('shop.api.cluster.test', 'A').answers, ['shop.api.cluster.test A 10.0.0.4']);
  t.deepEqual(ask('1.SHOP.Api.Cluster.TEST', 'A').answers, ['1.SHOP.Api.Cluster.TEST A 10.0.0.4']);
});

test('replicas on unreachable engines are only returned if no others are left', (t) => {
  t.deepEqual(ask('half.cluster.test', 'A').answers, ['half.cluster.test A 10.0.0.7']);
  t.deepEqual(ask('lost.cluster.test', 'A').answers, ['lost.cluster.test A 10.0.0.8']);
});

test('an engine registered by name is returned by name', (t) => {
  t.deepEqual(ask('named.cluster.test', 'A').answers, ['named.cluster.test CNAME node1.example.com']);
  t.deepEqual(ask('named.cluster.test', 'SRV').answers, ['named.cluster.test SRV node1.example.com:32768']);
});

test('of several engines registered by name, one is returned', (t) => {
  const [answer, ...others] = ask('both.cluster.test', 'A').answers;
  t.regex(answer ?? '', /^both.cluster.test CNAME node[12].example.com$/);
  t.deepEqual(others, []);
});

test('loopback addresses are only returned on this machine', (t) => {
  t.deepEqual(ask('here.cluster.test', 'A').answers, ['here.cluster.test A 127.0.0.1']);
  t.like(ask('here.cluster.test', 'A', {}, false), { code: 0, answers: [] });
  t.like(ask('here.cluster.test', 'SRV', {}, false), { code: 0, answers: [], additionals: [] });
});

test('a slot with an invalid DNS name is still reachable through its service', (t) => {
  t.deepEqual(ask('global.cluster.test', 'A').answers, ['global.cluster.test A 10.0.0.9']);
  t.deepEqual(ask('global.cluster.test', 'SRV').answers, []);
});

test('a missing name is NXDOMAIN; a name without such records, or without ready replicas, is empty', (t) => {
  for (const name of ['nobody', '9.web', '_80._sctp.web', 'a._80._tcp.web', '_http._tcp.web'])
    t.like(ask(`${name}.cluster.test`, 'A'), { code: 3, answers: [], authorities: ['SOA'] }, name);
  for (const name of ['idle', '_tcp.web', '_81._tcp.web'])
    t.like(ask(`${name}.cluster.test`, 'SRV'), { code: 0, answers: [], authorities: ['SOA'] }, name);
  t.like(ask('web.cluster.test', 'TXT'), { code: 0, answers: [], authorities: ['SOA'], isAuthoritative: true });
});

test('a name with names below it is empty, for QNAME minimisation', (t) => {
  for (const name of ['net', 'front.net', 'api'])
    t.like(ask(`${name}.cluster.test`, 'A'), { code: 0, answers: [] }, name);
  t.like(ask('pi.cluster.test', 'A'), { code: 3 });
});

test('the domain itself has an SOA record', (t) => {
  t.is(ask('cluster.test', 'SOA').answers.length, 1);
  t.deepEqual(ask('cluster.test', 'NS').answers, ['cluster.test NS ns.cluster.test']);
  t.like(ask('cluster.test', 'A'), { code: 0, answers: [] });
});

test('other domains, classes and operations, and invalid questions are refused', (t) => {
  t.like(ask('example.com', 'A'), { code: 5, isAuthoritative: false });
  t.like(ask('notcluster.test', 'A'), { code: 5 });
  t.like(ask('web.cluster.test', 'A', { questions: [{ name: 'web.cluster.test', type: 'A', class: 'CH' }] }), {
    code: 5,
  });
  t.like(ask('web.cluster.test', 'A', { opcode: 'UPDATE' } as Partial<Packet>), { code: 4 });
  t.like(ask('web.cluster.test', 'A', { questions: [] }), { code: 1 });
});

test('a client’s EDNS size is answered with ours', (t) => {
  const extension = {
    type: 'OPT' as const,
    name: '.' as const,
    udpPayloadSize: 4_096,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  t.deepEqual(ask('web.cluster.test', 'A', { additionals: [extension] }).additionals, ['OPT']);
  t.deepEqual(ask('web.cluster.test', 'A').additionals, []);
});
