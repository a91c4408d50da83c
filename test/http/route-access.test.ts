import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createDoors } from '../../src/http/doors.ts';
import type { RouteRule } from '../../src/http/route-rules.ts';
import { createUserRole } from '../../src/http/shipyard/roles.ts';
import { builtInRoles } from '../../src/model/access.ts';
import type { Doors } from '../../src/model/doors.ts';
import { openDoor } from './open-door.ts';

const roles = Object.keys(builtInRoles);

/** What is answered to strangers. */
const forStrangers = [
  'GET /',
  'GET /docs',
  'GET /openapi.json',
  'GET /ui/{file?}',
  'GET /healthz',
  'GET /readyz',
  'POST /apiv1/login',
  'GET /apiv1/oidc',
  'POST /apiv1/session',
  'DELETE /apiv1/session',
  'POST /apiv1/session/oidc',
];

/** What changes nothing, although it is no GET. */
const viewerMayPost = [
  ...[
    'POST /apiv1/plan',
    'POST /apiv1/translate',
    'POST /apiv1/deployment/{name}/plan',
    'POST /apiv1/container/{container}/wait',
  ],
  'POST /apiv1/policy/{name}/check',
  // One's own; the handler decides.
  'POST /apiv1/account/{name}/password',
];

/** What is read and yet runs or reveals something; and what only admins are told. */
const viewerMayNotGet = [
  'GET /apiv1/audit',
  'GET /apiv1/audit/export',
  'GET /apiv1/audit/recording/{recording}',
  'GET /apiv1/audit/recordings',
  'GET /apiv1/audit/verify',
  'GET /apiv1/backup',
  'GET /apiv1/container/{container}/archive',
  'GET /apiv1/container/{container}/attach/ws',
  'GET /apiv1/container/{container}/exec/ws',
  'GET /apiv1/container/{container}/export',
  'GET /apiv1/container/{container}/inspect',
  'GET /apiv1/container/{container}/top',
  'GET /apiv1/engine-images/history',
  'GET /apiv1/engine-images/inspect',
  'GET /apiv1/engine-images/save',
  'GET /apiv1/upload/{id}',
  'GET /apiv1/accounts',
  'GET /apiv1/roles',
  'GET /apiv1/tokens',
  'GET /apiv1/webhook/{name}',
  'GET /apiv1/webhooks',
];

/** What changes who may do what, which engines there are, and where what happens here is told. */
const operatorMayNot = [
  ...['POST /apiv1/token', 'GET /apiv1/tokens', 'DELETE /apiv1/token/{name}'],
  ...['POST /apiv1/account', 'GET /apiv1/accounts', 'DELETE /apiv1/account/{name}'],
  ...['POST /apiv1/role', 'GET /apiv1/roles', 'DELETE /apiv1/role/{name}'],
  ...['POST /apiv1/policy', 'PUT /apiv1/policy/{name}', 'DELETE /apiv1/policy/{name}'],
  ...['POST /apiv1/project', 'PATCH /apiv1/project/{name}', 'DELETE /apiv1/project/{name}'],
  ...['POST /apiv1/engine', 'DELETE /apiv1/engine/{id}'],
  ...['PUT /apiv1/mesh', 'DELETE /apiv1/mesh', 'POST /apiv1/mesh/rotate-tokens'],
  ...['PUT /apiv1/router', 'DELETE /apiv1/router'],
  ...['POST /apiv1/registry', 'DELETE /apiv1/registry/{server}'],
  ...['POST /apiv1/webhook', 'GET /apiv1/webhooks', 'GET /apiv1/webhook/{name}', 'DELETE /apiv1/webhook/{name}'],
  'POST /apiv1/webhook/{name}/test',
  // All that the store holds, and in its place.
  ...['GET /apiv1/audit', 'GET /apiv1/audit/verify', 'GET /apiv1/audit/export'],
  ...['GET /apiv1/audit/recordings', 'GET /apiv1/audit/recording/{recording}'],
  ...['GET /apiv1/backup', 'POST /apiv1/restore'],
];

interface Route {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  readonly rule: RouteRule | undefined;
}

function routesOf(server: Server): Route[] {
  return server.table().map(({ method, path, settings }) => ({
    title: `${method.toUpperCase()} ${path}`,
    method,
    url: path.replaceAll(/\{[^}]*\}/g, 'x'),
    rule: settings.plugins?.access,
  }));
}

/** Answers 299 where a request gets past whoever guards the route, and no handler runs. */
function stopBehindTheGuard(server: Server): void {
  server.ext('onPreAuth', (_, h) => h.response().code(299).takeover());
}

function openDoors(role?: string): Doors {
  const settings = { listen: { host: '127.0.0.1', port: 0 }, ...(role !== undefined && { role }) };
  return {
    bastion: settings,
    calzion: settings,
    panamax: settings,
    genisys: { ...settings, countBy: 'service' },
    deblox: { ...settings, enginePort: 2376 },
    shipyard: { listen: settings.listen },
    docker: settings,
  };
}

async function openWithTokens(t: ExecutionContext) {
  const { cluster, server } = await openDoor(t, {}, 'token');
  stopBehindTheGuard(server);
  const tokens = new Map<string, string>();
  for (const role of roles) {
    const { token } = await createToken(cluster, { name: role, role }, { name: 'test', role: 'admin' });
    tokens.set(role, token);
  }
  const ask = async ({ method, url }: Route, role?: string) => {
    const headers = { host: 'localhost', ...(role !== undefined && { authorization: `Bearer ${tokens.get(role)}` }) };
    // No body is JSON: whoever may not is not told so.
    const { statusCode, payload } = await server.inject({
      method,
      url,
      headers,
      ...(method === 'get' ? {} : { payload: '{' }),
    });
    return { status: statusCode, body: payload === '' ? {} : JSON.parse(payload) };
  };
  return { cluster, server, ask };
}

test.serial('every route says what it needs', async (t) => {
  const { cluster, server } = await openDoor(t);
  const servers = [server, ...(await createDoors(cluster, openDoors(), [])).values()];
  const without = servers.flatMap(routesOf).filter(({ rule }) => rule === undefined);
  const advice = 'give its options `plugins: needs(VERB, NOUN)` of src/http/route-rules.ts';
  t.deepEqual(
    without.map(({ title }) => `${title} has no rule: ${advice}`),
    [],
  );
});

test.serial('every route answers each role as the role says, and strangers with 401', async (t) => {
  const { server, ask } = await openWithTokens(t);
  const routes = routesOf(server);
  t.true(routes.length > 90, String(routes.length));
  for (const route of routes) {
    const { title, rule } = route;
    const stranger = await ask(route);
    if (forStrangers.includes(title)) {
      t.is(stranger.status, 299, title);
      continue;
    }
    t.is(stranger.status, 401, title);
    t.is(stranger.body.code, 'unauthenticated', title);
    t.is((await ask(route, 'admin')).status, 299, `admin ${title}`);
    const isRead = title.startsWith('GET ');
    const mayOf = {
      operator: !operatorMayNot.includes(title),
      viewer: isRead ? !viewerMayNotGet.includes(title) : viewerMayPost.includes(title),
    };
    for (const [role, may] of Object.entries(mayOf)) {
      const { status, body } = await ask(route, role);
      t.is(status, may ? 299 : 403, `${role} ${title}`);
      if (may) continue;
      t.is(body.code, 'forbidden', title);
      const { verb = null, noun = null } = typeof rule === 'object' ? rule : {};
      t.deepEqual(body.details, { verb, noun, role }, title);
    }
  }
});

test.serial('a path without a route is for nobody who is not known', async (t) => {
  const { ask } = await openWithTokens(t);
  const nowhere = { title: '', method: 'get', url: '/apiv1/nothing', rule: undefined };
  t.is((await ask(nowhere)).status, 401);
  t.is((await ask(nowhere, 'viewer')).status, 404);
});

test.serial('each door does what its role may do', async (t) => {
  const { cluster } = await openDoor(t);
  for (const role of roles) {
    for (const [name, door] of await createDoors(cluster, openDoors(role), [])) {
      // Its clients say who they are: see below.
      if (name === 'shipyard') continue;
      stopBehindTheGuard(door);
      await door.initialize();
      for (const { title, method, url, rule } of routesOf(door)) {
        const { statusCode, payload } = await door.inject({ method, url, headers: { host: 'localhost' } });
        const isRead = typeof rule !== 'object' || ['read', 'logs'].includes(rule.verb);
        const may = role === 'admin' || isRead || (role === 'operator' && rule.noun !== 'engine');
        // Whatever becomes of a message to deblox is 200.
        t.is(statusCode, may ? 299 : 403, `${role} ${name} ${title}`);
        if (!may) t.regex(payload, /the role \w+ may not \w+/);
      }
    }
  }
});

const shipyardRead = [
  ...['GET /api/cluster/info', 'GET /api/containers', 'GET /api/containers/{id}', 'GET /api/containers/{id}/logs'],
  ...['GET /api/engines', 'GET /api/engines/{id}', 'GET /api/events'],
];
const shipyardRun = [
  ...['POST /api/containers', 'DELETE /api/containers/{id}'],
  // Its client asks so for what is done.
  ...['stop', 'restart', 'scale'].map((action) => `GET /api/containers/{id}/${action}`),
];
/** The handler decides whose it is. */
const shipyardOwn = 'POST /account/changepassword';

/** What each role may do there; an admin may do all of it. */
const shipyardRoles: Readonly<Record<string, readonly string[]>> = {
  viewer: [...shipyardRead, shipyardOwn],
  operator: [...shipyardRead, ...shipyardRun, shipyardOwn],
  user: [...shipyardRead, ...shipyardRun, 'DELETE /api/events', shipyardOwn],
};

test.serial('the door of Shipyard answers each role as the role says, and strangers with 401', async (t) => {
  const { cluster } = await openDoor(t);
  await createUserRole(cluster);
  const door = (await createDoors(cluster, openDoors(), [])).get('shipyard');
  if (!door) return t.fail();
  stopBehindTheGuard(door);
  const ask = async ({ method, url }: Route, key?: string) => {
    const headers = { host: 'localhost', ...(key !== undefined && { 'x-service-key': key }) };
    return (await door.inject({ method, url, headers, ...(method === 'get' ? {} : { payload: '{' }) })).statusCode;
  };
  const routes = routesOf(door);
  t.true(routes.length > 25, String(routes.length));
  const titles = routes.map(({ title }) => title);
  for (const [role, may] of Object.entries({ admin: titles, ...shipyardRoles })) {
    t.deepEqual(
      may.filter((title) => !titles.includes(title)),
      [],
      role,
    );
    const { token } = await createToken(cluster, { name: role, role }, { name: 'test', role: 'admin' });
    for (const route of routes) {
      const isForStrangers = route.rule === 'anyone';
      t.is(await ask(route, token), isForStrangers || may.includes(route.title) ? 299 : 403, `${role} ${route.title}`);
    }
  }
  for (const route of routes) t.is(await ask(route), route.rule === 'anyone' ? 299 : 401, route.title);
  t.deepEqual(routes.flatMap(({ title, rule }) => (rule === 'anyone' ? [title] : [])).toSorted(), [
    'POST /auth/login',
    'POST /hub/webhook/{key}',
  ]);
});

test.serial('each message of deblox needs what it does', async (t) => {
  const { cluster } = await openDoor(t);
  const door = (await createDoors(cluster, openDoors('viewer'), [])).get('deblox');
  const ask = async (message: object) => {
    const payload = JSON.stringify(message);
    return JSON.parse(
      (await door?.inject({ method: 'POST', url: '/', headers: { host: 'localhost' }, payload }))?.payload ?? '',
    );
  };
  t.regex((await ask({ action: 'register', hostname: 'a' })).error, /viewer may not create engine/);
  t.regex((await ask({ action: 'inspect-container', id: 'a' })).error, /viewer may not reveal container/);
  t.is((await ask({ action: 'list-containers', all: true })).error, undefined);
});
