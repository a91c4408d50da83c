import { request } from 'node:http';
import test from 'ava';
import fc from 'fast-check';
import { makeToken } from '../../src/access/token-text.ts';
import { makeFirstToken } from '../../src/commands/accounts/first-token.ts';
import { documentKinds } from '../../src/commands/backup/backup-kinds.ts';
import { createServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { startCluster } from '../fixtures/harness.ts';
import { openDoor } from './open-door.ts';

const passwords = [
  'correct horse battery',
  'a wrong password',
  'the password of a registry',
  'the secret of a webhook',
  'the value of a secret',
  'the key of a service',
  'the password of a visitor',
];
const discovery = {
  ...{ dns: { host: '10.0.0.5', port: 53 }, auth: { host: '10.0.0.5', port: 8053 } },
  domain: 'lab.test',
};
/** What whoever has `reveal` is shown, and nobody else. */
const values = ['the value of a variable', 'the token of a driver of logs', 'the password of a share'];

/** What a viewer may look at, and what not. */
const forViewer = {
  ...{ services: 200, jobs: 200, images: 200, containers: 200, volumes: 200, networks: 200, domains: 200 },
  ...{ secrets: 200, catalog: 200, deployments: 200, 'service/site': 200, 'job/night': 200, 'image/saved': 200 },
  ...{ 'domain/site.example': 200, 'container/shown': 200, 'container/shown/inspect': 403, 'volume/a/share': 200 },
};

test('no token and no password is in a log, an event, an answer or the store', async (t) => {
  const logged: string[] = [];
  const started = await startCluster(t, { engines: 1, settings: { discovery } });
  const logger = createLogger({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const cluster = { ...started, logger };
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], configuration: {} };
  const server = await createServer({ ...options, cluster, gate: 'token' });
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  const first = await makeFirstToken(cluster, undefined);
  const tokens = [first?.token ?? '', makeToken()];
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: unknown, token = tokens[0], more = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const headers = { host: '127.0.0.1', authorization: `Bearer ${token}`, ...more };
    const {
      statusCode,
      payload: text,
      headers: answered,
    } = await server.inject({ method, url: path, headers, ...payload });
    // What gives a token is the one answer that has it.
    const made = /"token":"(satsuma_\w+)"/.exec(text)?.[1];
    if (made !== undefined) tokens.push(made);
    answers.push(JSON.stringify(answered), made === undefined ? text : text.replace(`"token":"${made}"`, ''));
    return statusCode;
  };
  const events = request(`${server.info.uri}/apiv1/events`, { headers: { authorization: `Bearer ${tokens[0]}` } });
  events.on('response', (response) => response.on('data', (bytes) => answers.push(String(bytes)))).end();
  events.on('error', () => undefined);
  t.teardown(() => events.destroy());
  const [password, wrong, ofRegistry, ofWebhook, ofSecret, , ofVisitor] = passwords;
  const [ofVariable, ofLogs, ofShare] = values;

  t.is(await ask('POST', '/apiv1/account', { name: 'ana', role: 'operator', password }), 201);
  t.is(await ask('POST', '/apiv1/login', { account: 'ana', password }), 201);
  t.is(await ask('POST', '/apiv1/login', { account: 'ana', password: wrong }), 401);
  t.is(await ask('POST', '/apiv1/login', { account: { of: password }, password: wrong }), 400);
  t.is(await ask('POST', '/apiv1/login', `{"account":"ana","password":"${password}"`), 400);
  t.is(await ask('POST', '/apiv1/login', { account: 'ana', password: `${password}\0` }), 400);
  t.is(await ask('POST', '/apiv1/account', { name: 'x', role: 'nobody', password }), 404);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'secretive', secrets: [{ name: 'db' }] };
  t.is(await ask('POST', '/apiv1/secret', { name: 'db', value: ofSecret }), 201);
  t.is(await ask('PUT', '/apiv1/secret/db', { value: ofSecret }), 200);
  t.is(await ask('POST', '/apiv1/secret', { name: 'x y', value: ofSecret }), 400);
  t.is(await ask('POST', '/apiv1/secret', { name: 'other', value: ofSecret, more: 1 }), 400);
  t.is(await ask('POST', '/apiv1/container', image, tokens[0], { 'idempotency-key': 's' }), 201);
  for (const path of ['secret/db', 'container/secretive', 'container/secretive/inspect', 'backup'])
    t.is(await ask('GET', `/apiv1/${path}`), 200);
  const keyed = { 'idempotency-key': 'k' };
  t.is(await ask('POST', '/apiv1/token', { name: 'ci', role: 'viewer' }, tokens[0], keyed), 201);
  t.is(await ask('POST', '/apiv1/token', { name: 'ci', role: 'viewer' }), 409);
  // Whoever puts a token into a path has told it to everybody on the way, but not to the log.
  t.is(await ask('GET', `/apiv1/token/${tokens[0]}`), 404);
  t.is(await ask('DELETE', '/apiv1/engine/nothing', undefined, tokens[1]), 401);
  t.is(await ask('POST', '/apiv1/registry', { server: 'r.example', username: 'ci', password: ofRegistry }), 201);
  t.is(await ask('POST', '/apiv1/webhook', { name: 'w', url: 'https://w.example/', secret: ofWebhook }), 201);
  for (const path of ['tokens', 'accounts', 'roles', 'config', 'doctor', 'registries', 'webhooks', 'backup']) {
    t.is(await ask('GET', `/apiv1/${path}`), 200, path);
  }
  const revealing = {
    ...{ name: 'demo/busybox:1', type: 'label', memory: 16, environment: { DB: ofVariable } },
    ...{ log_driver: 'splunk', log_options: { 'splunk-token': ofLogs } },
    mounts: [{ type: 'volume', source: 'share', target: '/s', volume_driver: 'local', volume_opts: { o: ofShare } }],
  };
  const published = { ...revealing, bind_ports: [{ proto: 'tcp', container_port: 80 }] };
  t.is(await ask('POST', '/apiv1/service', { name: 'site', image: published, replicas: 1 }), 201);
  t.is(await ask('POST', '/apiv1/job', { name: 'night', image: revealing }), 201);
  t.is(await ask('POST', '/apiv1/image', { name: 'saved', image: revealing }), 201);
  t.is(await ask('POST', '/apiv1/container', { ...revealing, container_name: 'shown' }), 201);
  t.is(await ask('POST', '/apiv1/volume', { engine: 'a', name: 'share', options: { o: ofShare } }), 201);
  const domain = { name: 'site.example', service: 'site', users: { ana: ofVisitor } };
  t.is(await ask('POST', '/apiv1/domain', domain), 201);
  const before = answers.length;
  const viewer = tokens.at(-1);
  for (const [path, status] of Object.entries(forViewer))
    t.is(await ask('GET', `/apiv1/${path}`, undefined, viewer), status, path);
  const seen = answers.slice(before).join('\n');
  for (const value of values) t.false(seen.includes(value), `a viewer: ${value}`);
  t.true(seen.includes('site') && seen.includes('shown'));
  for (const path of ['audit', 'audit/export']) t.is(await ask('GET', `/apiv1/${path}`), 200, path);
  started.engines[0]?.fail('any', 'engine_failed');
  await ask('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'label', container_name: 'web' });
  t.is(await ask('DELETE', '/apiv1/account/ana'), 202);
  t.is(await ask('DELETE', '/apiv1/token/ci'), 202);

  for (const value of values) t.false(logged.join('\n').includes(value), `logs: ${value}`);

  const kept = await Promise.all(documentKinds.map((kind) => started.store.list(kind)));
  const places = { logs: logged.join('\n'), answers: answers.join('\n'), store: JSON.stringify(kept) };
  t.true(logged.length > 20 && answers.length > 20 && tokens.length === 4);
  for (const [place, text] of Object.entries(places)) {
    for (const secret of [...tokens, ...passwords]) t.false(text.includes(secret), `${place}: ${secret}`);
  }
});

test('whatever is sent to the routes of accounts is answered below 500, and changes nothing where it is refused', async (t) => {
  const { cluster, server } = await openDoor(t, {}, 'token');
  const first = await makeFirstToken(cluster, undefined);
  const dump = async () => JSON.stringify(await Promise.all(documentKinds.map((kind) => cluster.store.list(kind))));
  const targets = ['token', 'tokens', 'role', 'roles', 'account', 'accounts', 'login', 'can-i'];
  const name = fc.oneof(fc.string(), fc.constantFrom('admin', 'viewer', '..', '%00', '*'));
  const body = fc.record(
    {
      ...{ name, role: name, account: name, verb: name },
      expires_in: fc.oneof(fc.integer(), fc.double(), fc.constant('never'), fc.jsonValue()),
      rules: fc.oneof(fc.array(fc.record({ verbs: fc.array(name), nouns: fc.array(name) })), fc.jsonValue()),
      // Too short: each that fits takes a tenth of a second.
      password: fc.oneof(fc.string({ maxLength: 7 }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const authorization = fc.oneof(
    fc.constant(`Bearer ${first?.token}`),
    fc.constant(`bearer   ${first?.token}`),
    fc.string({ unit: fc.constantFrom(...'Bearer satsuma_0Az=:,;\t'), maxLength: 200 }),
    fc.constant(`Bearer ${'a'.repeat(8_000)}`),
  );
  const attempt = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'),
    target: fc.constantFrom(...targets),
    rest: fc.oneof(
      fc.constant(''),
      name.map((text) => `/${encodeURIComponent(text)}`),
      fc.webQueryParameters().map((q) => `?${q}`),
    ),
    payload: fc.oneof(
      body.map((each) => JSON.stringify(each)),
      fc.json(),
      fc.string(),
    ),
    authorization,
  });
  let before = await dump();
  await fc.assert(
    fc.asyncProperty(attempt, async ({ method, target, rest, payload, authorization }) => {
      const { statusCode } = await server.inject({
        ...{ method, url: `/apiv1/${target}${rest}` },
        headers: { host: 'localhost', authorization },
        ...(['GET', 'HEAD'].includes(method) ? {} : { payload }),
      });
      const after = await dump();
      const isRefused = statusCode >= 400;
      const isRight = statusCode < 500 && (!isRefused || after === before);
      before = after;
      return isRight;
    }),
    { numRuns: 300 },
  );
  t.pass();
});
