import test from 'ava';
import { host } from '../../schedulers/host.ts';
import { identity } from '../../schedulers/identity.ts';
import { image } from '../../schedulers/image.ts';
import { label } from '../../schedulers/label.ts';
import { port } from '../../schedulers/port.ts';
import { resources } from '../../schedulers/resources.ts';
import { unique } from '../../schedulers/unique.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';
import { held, imageConfig, type SnapshotChanges, snapshot } from '../placement/engines.ts';

/** A row of a scheduler's table: what is asked, of which engine, and the refusal's message; undefined: accepted. */
const answers = test.macro({
  exec(t, scheduler: Scheduler, asked: Partial<ImageConfig>, engine: SnapshotChanges, rejection: string | undefined) {
    t.is(scheduler.prepare(imageConfig(asked))?.(snapshot(engine))?.message, rejection);
  },
  title: (fact = '', scheduler: Scheduler) => `${scheduler.name}: ${fact}`,
});

const tcp6379 = { bind_ports: [{ proto: 'tcp', port: 6379, container_port: 6379 }] } as const;
const on = (host_ip: string) => ({ bind_ports: [{ ...tcp6379.bind_ports[0], host_ip }] });
const holding = (asked: Partial<ImageConfig>) => ({
  held: { other: port.claims?.(imageConfig(asked), snapshot()) ?? [] },
});

test('no labels: any engine', answers, label, {}, {}, undefined);
test('all labels on the engine', answers, label, { labels: ['ssd', 'eu'] }, { labels: ['eu', 'ssd', 'x'] }, undefined);
test(
  'one label missing',
  answers,
  label,
  { labels: ['ssd', 'eu'] },
  { labels: ['ssd'] },
  'the engine does not bear the label eu',
);

test('no labels: any host', answers, host, {}, {}, undefined);
test('a matching host', answers, host, { labels: ['host:two', 'host:one'] }, { id: 'one' }, undefined);
test('another host', answers, host, { labels: ['host:two', 'host:three'] }, {}, 'the labels name two or three');
test(
  'labels without a host mean none',
  answers,
  host,
  { labels: ['ssd'] },
  {},
  'the labels name no host: the labels need one like host:ENGINE',
);
test('a host with the same prefix', answers, host, { labels: ['host:one-more'] }, {}, 'the labels name one-more');

test(
  'the image in another spelling',
  answers,
  image,
  { name: 'docker.io/library/redis' },
  { images: ['redis:latest'] },
  undefined,
);
test(
  'another tag',
  answers,
  image,
  { name: 'redis:7' },
  { images: ['redis:latest'] },
  'the engine does not have the image redis:7',
);

test('a free port', answers, port, tcp6379, {}, undefined);
test('a taken port', answers, port, tcp6379, holding(tcp6379), 'port tcp/6379 is taken');
test(
  'the same number with another protocol',
  answers,
  port,
  { bind_ports: [{ ...tcp6379.bind_ports[0], proto: 'udp' }] },
  holding(tcp6379),
  undefined,
);
test('the same port on two addresses', answers, port, on('10.0.0.5'), holding(on('10.0.0.6')), undefined);
test(
  'the same port on one address',
  answers,
  port,
  on('10.0.0.5'),
  holding(on('10.0.0.5')),
  'port tcp/6379 on 10.0.0.5 is taken',
);
test('all addresses, if one is taken', answers, port, tcp6379, holding(on('10.0.0.5')), 'port tcp/6379 is taken');
test('one address, if all are taken', answers, port, on('10.0.0.5'), holding(tcp6379), 'port tcp/6379 is taken');
test('0.0.0.0 is all addresses', answers, port, on('0.0.0.0'), holding(on('10.0.0.5')), 'port tcp/6379 is taken');
const loopback = 'port tcp/6379 on ::1 is taken';
test('two spellings of one address', answers, port, on('0:0:0:0:0:0:0:1'), holding(on('::1')), loopback);
test(
  'an IPv4-mapped IPv6 address',
  answers,
  port,
  on('::ffff:127.0.0.1'),
  holding(on('127.0.0.1')),
  'port tcp/6379 on 127.0.0.1 is taken',
);
test(
  'all addresses, explicitly',
  answers,
  port,
  on('127.0.0.1'),
  holding(on('0:0:0:0:0:0:0:0')),
  'port tcp/6379 is taken',
);
const both = { bind_ports: [...on('0.0.0.0').bind_ports, ...on('::').bind_ports] };
test('all addresses of both families in one request', answers, port, both, {}, undefined);
test('both families, if one address is taken', answers, port, both, holding(on('::1')), 'port tcp/6379 is taken');
test(
  'a port chosen by the engine never conflicts',
  answers,
  port,
  { bind_ports: [{ proto: 'tcp', port: 0, container_port: 1 }] },
  holding(tcp6379),
  undefined,
);

test(
  'an image that is not running',
  answers,
  unique,
  {},
  { held: { other: [held('image/postgres:latest')] } },
  undefined,
);
test(
  'a running image in another spelling',
  answers,
  unique,
  { name: 'redis' },
  { held: { other: [held('image/redis:latest')] } },
  'the image redis:latest is run there already',
);

test('no name requested', answers, identity, {}, { held: { web: [held('name/web')] } }, undefined);
test(
  'a taken name',
  answers,
  identity,
  { container_name: 'web' },
  { held: { web: [held('name/web')] } },
  'the container name web is taken',
);

test('no request on a full engine', answers, resources, {}, { held: { big: [held('cpu', 4000)] } }, undefined);
test(
  'exactly enough of both',
  answers,
  resources,
  { cpus: 0.5, memory: 96 },
  { held: { big: [held('cpu', 3500), held('memory', 4000)] } },
  undefined,
);
test(
  'too few CPUs',
  answers,
  resources,
  { cpus: 0.501 },
  { held: { big: [held('cpu', 3500)] } },
  '0.501 cpus wanted, 0.5 of 4 free',
);
test(
  'too little memory although the mean would fit',
  answers,
  resources,
  { cpus: 0.1, memory: 97 },
  { held: { big: [held('memory', 4000)] } },
  '97 MB of memory wanted, 96 of 4096 free',
);
test('overcommit multiplies the CPUs', answers, resources, { cpus: 6 }, { overcommit: 1.5 }, undefined);
test(
  'overcommit does not affect memory',
  answers,
  resources,
  { memory: 4097 },
  { overcommit: 1.5 },
  '4097 MB of memory wanted, 4096 of 4096 free',
);
test(
  'an engine that is overcommitted refuses',
  answers,
  resources,
  { cpus: 1 },
  { cpus: 1, held: { big: [held('cpu', 3000)] } },
  '1 cpus wanted, 0 of 1 free',
);

const pinned = (name: string) => ({ held: { other: identity.claims?.(imageConfig({ name }), snapshot()) ?? [] } });
const runs = (name: string) => `the image ${name} is run there already`;
test('a digest, with a tag', answers, unique, { name: 'b:1.0@sha256:d' }, pinned('b@sha256:d'), runs('b@sha256:d'));
test('a digest, without', answers, unique, { name: 'b@sha256:d' }, pinned('b:1.0@sha256:d'), runs('b@sha256:d'));
test('a tag that runs by its digest', answers, unique, { name: 'b:1.0' }, pinned('b:1.0@sha256:d'), runs('b:1.0'));

test('the rejection of multi says how to run another one; that of unique does not', (t) => {
  const engine = snapshot({ held: { other: [held('image/redis:latest')] } });
  const rejection = (type: string) => unique.prepare(imageConfig({ name: 'redis', type }))?.(engine);
  t.is(rejection('multi')?.hint, 'to run another one, use "type": "label" (--type label)');
  t.is(rejection('unique')?.hint, undefined);
});
