import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const names = ['bastion', 'deblox', 'genisys', 'panamax', 'shipyard'] as const;
const password = 'correct horse battery';
type DoorName = (typeof names)[number];

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer; doors: Record<DoorName, string> }>;

test.before(async (t) => {
  const lab = await startLab({ name: 'doors', engines: 2, image: true, attached: true });
  const passwordFile = join(lab.dir, 'shipyard-password');
  await writeFile(passwordFile, password);
  const doors = Object.fromEntries(
    names.map((name) => [
      name,
      { 'listen-addr': '127.0.0.1:0', ...(name === 'shipyard' && { 'admin-password-file': passwordFile }) },
    ]),
  );
  const server = await startSatsuma(lab, lab.dir, { doors });
  const listening = (await server.log()).find(({ msg }) => msg === 'listening');
  t.context = { lab, server, doors: listening?.doors as Record<DoorName, string> };
  await registerAll(server, lab);
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** What every door tells of the service `web`, and what the engines say themselves. */
interface Seen {
  readonly service: number;
  readonly panamax: string;
  readonly genisys: number | string;
  readonly apiv1: readonly string[];
  readonly bastion: readonly string[];
  readonly deblox: readonly string[];
  readonly shipyard: readonly string[];
  readonly docker: readonly string[];
}

test.serial('a service made through one door is scaled, listed and removed through others: one state', async (t) => {
  const { lab, server, doors } = t.context;
  const headers: Record<string, string> = {};
  const ask = async (door: DoorName, method: string, path: string, body?: object) => {
    const options = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(doors[door] + path, options);
    const text = await response.text();
    return { status: response.status, body: /^[{[]/.test(text) ? JSON.parse(text) : text };
  };
  const look = async (): Promise<Seen> => {
    const [service, containers, panamax, genisys, bastion, deblox, shipyard, ...engines] = await Promise.all([
      server.call('GET', 'service/web'),
      server.call('GET', 'containers'),
      ask('panamax', 'GET', '/v1/services/web.service'),
      ask('genisys', 'GET', '/service/web/status'),
      ask('bastion', 'GET', '/containers'),
      ask('deblox', 'POST', '/', { action: 'list-containers', all: true }),
      ask('shipyard', 'GET', '/api/containers'),
      ...lab.engines.map((_, index) => lab.request(index + 1, { path: '/containers/json?all=true' })),
    ]);
    type Listed = { readonly Id: string }[];
    return {
      service: service.data.status?.ready ?? 0,
      panamax: panamax.body.actualState ?? String(panamax.status),
      genisys: genisys.body.running_resources ?? genisys.body.trim(),
      apiv1: idsOf(containers.data),
      bastion: idsOf(bastion.body),
      deblox: deblox.body.containers
        .flatMap(({ Response }: { Response: { Body: Listed } }) => Response.Body.map(({ Id }) => Id))
        .sort(),
      shipyard: idsOf(shipyard.body),
      docker: engines.flatMap(({ body }) => (JSON.parse(body) as Listed).map(({ Id }) => Id)).sort(),
    };
  };
  const isThere = async (count: number, states: Pick<Seen, 'panamax' | 'genisys'>) => {
    const ids = (await look()).docker;
    t.is(ids.length, count);
    t.deepEqual(await look(), {
      service: count,
      ...states,
      apiv1: ids,
      bastion: ids,
      deblox: ids,
      shipyard: ids,
      docker: ids,
    });
  };

  const login = await ask('shipyard', 'POST', '/auth/login', { username: 'admin', password });
  headers['x-access-token'] = `admin:${login.body.auth_token}`;
  const web = { name: 'web', source: 'demo/busybox:1', command: 'sleep 100000' };
  const created = await ask('panamax', 'POST', '/v1/services', [web]);
  t.is(created.status, 201, JSON.stringify(created.body));
  await eventually(look, ({ service }) => service === 1, 30_000);
  await isThere(1, { panamax: 'started', genisys: 1 });

  t.is((await ask('genisys', 'POST', '/service/web/scale', { number: 3 })).status, 200);
  await isThere(3, { panamax: 'started', genisys: 3 });

  const [{ id }] = (await server.call('GET', 'containers')).data;
  t.is((await ask('shipyard', 'GET', `/api/containers/${id}/scale?count=2`)).status, 204);
  await eventually(look, ({ service, docker }) => service === 2 && docker.length === 2, 30_000);
  await isThere(2, { panamax: 'started', genisys: 2 });

  t.is((await server.call('DELETE', 'service/web')).status, 202);
  await eventually(look, ({ docker, panamax }) => docker.length === 0 && String(panamax) === '404', 30_000);
  await isThere(0, { panamax: '404', genisys: 'Undefined service: web.' });
});

test.serial('Shipyard runs, stops, restarts, logs and removes a container on an engine', async (t) => {
  const { lab, doors } = t.context;
  const ask = (method: string, path: string, token: string, body?: object) =>
    fetch(doors.shipyard + path, {
      ...{ method, headers: { 'x-access-token': `admin:${token}` } },
      ...(body && { body: JSON.stringify(body) }),
    });
  const login = await ask('POST', '/auth/login', '', { username: 'admin', password });
  const { auth_token: token } = (await login.json()) as { readonly auth_token: string };
  // As its page sends it.
  const image = {
    ...{ name: 'demo/busybox:1', cpus: 0.1, memory: 64.5, type: 'multi', hostname: '', environment: {} },
    ...{ args: ['sh', '-c', 'echo hello; exec sleep 100000'], restart_policy: { name: 'no' } },
    bind_ports: [{ proto: 'tcp', host_ip: null, port: null, container_port: 80 }],
  };
  const created = await ask('POST', '/api/containers?count=2&pull=false', token, image);
  t.is(created.status, 201);
  const containers = (await created.json()) as { readonly id: string; readonly engine: { readonly id: string } }[];
  t.is(containers.length, 2);
  const [{ id, engine } = { id: '', engine: { id: '' } }] = containers;
  const at = lab.engines.findIndex((each) => each.id === engine.id) + 1;
  const stateOf = async () => {
    const { State } = JSON.parse((await lab.request(at, { path: `/containers/${id}/json` })).body);
    return State as { readonly Running: boolean; readonly StartedAt: string };
  };
  const { StartedAt: first } = await stateOf();
  t.is((await ask('GET', `/api/containers/${id}/restart`, token)).status, 204);
  t.not((await stateOf()).StartedAt, first);
  const logs = async () => (await ask('GET', `/api/containers/${id}/logs`, token)).text();
  t.is(await eventually(logs, (text) => text === 'hello\nhello\n', 30_000), 'hello\nhello\n');
  t.is((await ask('GET', `/api/containers/${id}/stop`, token)).status, 204);
  t.false((await stateOf()).Running);
  for (const container of containers) t.is((await ask('DELETE', `/api/containers/${container.id}`, token)).status, 204);
  t.is((await lab.request(at, { path: `/containers/${id}/json` })).status, 404);
});

function idsOf(containers: readonly { readonly id: string }[]): string[] {
  return containers.map(({ id }) => id).sort();
}
