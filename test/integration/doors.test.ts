import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const names = ['bastion', 'deblox', 'genisys', 'panamax'] as const;
type DoorName = (typeof names)[number];

const test = anyTest as TestFn<{ lab: Lab; server: SatsumaServer; doors: Record<DoorName, string> }>;

test.before(async (t) => {
  const lab = await startLab({ name: 'doors', engines: 2, image: true, attached: true });
  const doors = Object.fromEntries(names.map((name) => [name, { 'listen-addr': '127.0.0.1:0' }]));
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
  readonly docker: readonly string[];
}

test.serial('a service made through one door is scaled, listed and removed through others: one state', async (t) => {
  const { lab, server, doors } = t.context;
  const ask = async (door: DoorName, method: string, path: string, body?: object) => {
    const response = await fetch(doors[door] + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, body: /^[{[]/.test(text) ? JSON.parse(text) : text };
  };
  const look = async (): Promise<Seen> => {
    const [service, containers, panamax, genisys, bastion, deblox, ...engines] = await Promise.all([
      server.call('GET', 'service/web'),
      server.call('GET', 'containers'),
      ask('panamax', 'GET', '/v1/services/web.service'),
      ask('genisys', 'GET', '/service/web/status'),
      ask('bastion', 'GET', '/containers'),
      ask('deblox', 'POST', '/', { action: 'list-containers', all: true }),
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
      docker: engines.flatMap(({ body }) => (JSON.parse(body) as Listed).map(({ Id }) => Id)).sort(),
    };
  };
  const isThere = async (count: number, states: Pick<Seen, 'panamax' | 'genisys'>) => {
    const ids = (await look()).docker;
    t.is(ids.length, count);
    t.deepEqual(await look(), { service: count, ...states, apiv1: ids, bastion: ids, deblox: ids, docker: ids });
  };

  const web = { name: 'web', source: 'demo/busybox:1', command: 'sleep 100000' };
  const created = await ask('panamax', 'POST', '/v1/services', [web]);
  t.is(created.status, 201, JSON.stringify(created.body));
  await eventually(look, ({ service }) => service === 1, 30_000);
  await isThere(1, { panamax: 'started', genisys: 1 });

  t.is((await ask('genisys', 'POST', '/service/web/scale', { number: 3 })).status, 200);
  await isThere(3, { panamax: 'started', genisys: 3 });

  t.is((await server.call('DELETE', 'service/web')).status, 202);
  await eventually(look, ({ docker, panamax }) => docker.length === 0 && String(panamax) === '404', 30_000);
  await isThere(0, { panamax: '404', genisys: 'Undefined service: web.' });
});

function idsOf(containers: readonly { readonly id: string }[]): string[] {
  return containers.map(({ id }) => id).sort();
}
