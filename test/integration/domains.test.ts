import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecure } from 'node:tls';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { issuePair } from '../../src/ca/issue.ts';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const withinMs = 60_000;
let lab: Lab;
let server: SatsumaServer;
let edge: string;
let dns: string;
let settings: object;

test.before(async () => {
  lab = await startLab({ name: 'domains', engines: 3, image: true, attached: true });
  await lab.importCaddy();
  edge = new URL(lab.engines[0]?.addr ?? '').hostname;
  // This machine, as the engines of the lab reach it.
  dns = `${edge.replace(/\d+$/, '1')}:5353`;
  settings = { discovery: { dns, auth: dns.replace('5353', '8090'), domain: 'lab.test' } };
  server = await startSatsuma(lab, lab.dir, settings);
  await registerAll(server, lab);
  for (const [n, label] of [
    [1, 'edge'],
    [2, 'app'],
    [3, 'app'],
  ] as const) {
    await server.call('PATCH', `engine/domains-${n}`, { labels: [...(lab.engines[n - 1]?.labels ?? []), label] });
  }
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
});

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(host: string, path = '/'): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: edge, port: 80, path, headers: { host }, timeout: 20_000 }, (response) => {
      let body = '';
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      // It was cut in its middle.
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`${host}${path} did not answer`)));
    asked.end();
  });
}

/** While a domain changes, a connection may be cut: whoever waits for the change asks again. */
async function whenAsked(host: string, path = '/'): Promise<Page> {
  return await get(host, path).catch((error: Error) => ({ status: 0, headers: {}, body: error.message }));
}

/** A service whose replicas say on which engine they are. */
async function startWeb(name: string, replicas: number, fields: object = {}): Promise<void> {
  const script = `echo "${name} $(hostname)" > index.html; mkdir -p api; echo "${name} api" > api/index.html; : > health.html; trap "exit 0" TERM; httpd -f -p 8080 & wait`;
  const image = { name: 'demo/busybox:1', args: ['sh', '-c', script], bind_ports: [{ container_port: 8080 }] };
  const spread = { ...image, strategy: 'spread', labels: ['app'] };
  const { status, data } = await server.call('POST', 'service', {
    name,
    image: spread,
    replicas,
    shutdown_delay: 0,
    ...fields,
  });
  if (status !== 201) throw new Error(JSON.stringify(data));
  await eventually(
    async () => (await server.call('GET', `service/${name}`)).data.status,
    ({ ready }) => ready === replicas,
    withinMs,
  );
}

const answersOf = async (host: string, count: number): Promise<Set<string>> =>
  new Set((await Promise.all(Array.from({ length: count }, () => get(host)))).map(({ body }) => body.trim()));

test.serial(
  'a router is ready when it serves what is asked for, and a domain leads to replicas on two engines',
  async (t) => {
    const up = await server.call('PUT', 'router', { labels: ['edge'] });
    t.is(up.status, 202, JSON.stringify(up.data));
    await startWeb('web', 2);
    const added = await server.call('POST', 'domain', { name: 'web.example.org', service: 'web', tls: 'off' });
    t.is(added.status, 201, JSON.stringify(added.data));
    t.deepEqual(
      added.data.rules.map(({ path, service, port, ready }: Record<string, unknown>) => ({
        path,
        service,
        port,
        ready,
      })),
      [{ path: '/', service: 'web', port: 8080, ready: 2 }],
    );
    const router = async () => (await server.call('GET', 'router')).data;
    const { routers } = await eventually(router, ({ routers: [first] }) => first?.state === 'ready', withinMs);
    t.like(routers, [{ engine: 'domains-1', state: 'ready' }], JSON.stringify(routers));
    const answers = await eventually(
      () => answersOf('web.example.org', 20),
      (all) => all.size === 2 && [...all].every((each) => each.startsWith('web ')),
      withinMs,
    );
    t.is(answers.size, 2, [...answers].join(' | '));
    t.is((await get('other.example.org')).status, 404);
  },
);

test.serial('a path leads to another service, and nobody takes what another one has', async (t) => {
  await startWeb('shop', 1);
  const rule = { name: 'web.example.org', service: 'shop', path: '/api' };
  t.is((await server.call('POST', 'domain', rule)).status, 201);
  const page = () => whenAsked('web.example.org', '/api/');
  t.is((await eventually(page, ({ body }) => body === 'shop api\n', withinMs)).body, 'shop api\n');
  t.regex((await get('web.example.org', '/apis')).body, /^(?!shop)/);
  const taken = await server.call('POST', 'domain', { name: 'web.example.org', service: 'shop' });
  t.like(taken, { status: 409, code: 'domain_taken', details: { service: 'web', path: '/' } });
  t.is((await server.call('DELETE', 'domain/web.example.org?path=/api')).status, 202);
  t.deepEqual((await server.call('GET', 'domain/web.example.org')).data.rules.length, 1);
});

test.serial('a domain has a certificate of the router, and plain HTTP is sent on', async (t) => {
  const added = await server.call('POST', 'domain', { name: 'safe.example.org', service: 'web', tls: 'internal' });
  t.is(added.status, 201, JSON.stringify(added.data));
  const isSentOn = ({ status }: Page) => status === 308;
  const { status, headers } = await eventually(() => whenAsked('safe.example.org', '/a?b=c'), isSentOn, withinMs);
  t.is(status, 308);
  t.is(headers.location, 'https://safe.example.org/a?b=c');
  const secure = await eventually(
    () => getSecure('safe.example.org').catch(String),
    (page) => /^web /.test(page),
    withinMs,
  );
  t.regex(secure, /^web /);
});

test.serial('a domain shows the certificate that was given, and another one as soon as that is given', async (t) => {
  const give = async () => {
    const { cert: certificate, key } = await issuePair({
      kind: 'engine',
      name: 'x',
      hosts: ['*.given.test'],
      days: 90,
    });
    const rule = { name: '*.given.test', service: 'web', certificate, key };
    const { status, data } = await server.call('POST', 'domain', rule);
    t.is(status, 201, JSON.stringify(data));
    return data.certificate.fingerprint as string;
  };
  const shownFor = (name: string, fingerprint: string) =>
    eventually(
      () => shownCertificate(name).catch(String),
      (found) => found === fingerprint,
      withinMs,
    );
  const first = await give();
  t.is(await shownFor('a.given.test', first), first);
  const own = { name: 'own.given.test', service: 'web', tls: 'internal' };
  t.is((await server.call('POST', 'domain', own)).status, 201);
  const isOwn = (found: string) => /^[0-9a-f]{64}$/.test(found) && found !== first;
  const shown = () => shownCertificate('own.given.test').catch(String);
  t.true(isOwn(await eventually(shown, isOwn, withinMs)), 'a wildcard hides no name of its own');
  const second = await give();
  t.is(await shownFor('b.given.test', second), second);
  t.regex(await getSecure('b.given.test'), /^web /);
  const { data } = await server.call('GET', 'router');
  t.false(JSON.stringify([data, await server.log()]).includes('PRIVATE KEY'));
  for (const name of ['own.given.test', '*.given.test'])
    t.is((await server.call('DELETE', `domain/${name}`)).status, 202);
});

test.serial('requests and errors of domains are in the metrics', async (t) => {
  const wild = { name: '*.wild.example.org', service: 'web', tls: 'off' };
  t.is((await server.call('POST', 'domain', wild)).status, 201);
  const page = () => whenAsked('a.wild.example.org');
  t.is((await eventually(page, ({ status }) => status === 200, withinMs)).status, 200);
  const countOf = async (domain: string, code: string) => {
    const text = await (await fetch(`http://${server.address}/metrics`)).text();
    const found = text.split('\n').find((each) => each.includes(`_total{domain="${domain}",code="${code}"}`));
    return Number(found?.split(' ')[1] ?? 0);
  };
  const before = await countOf('*.wild.example.org', '2xx');
  for (let n = 0; n < 10; n++) t.is((await get('b.wild.example.org')).status, 200);
  for (let n = 0; n < 5; n++) t.is((await get('b.wild.example.org', '/missing')).status, 404);
  const good = () => countOf('*.wild.example.org', '2xx');
  t.is(await eventually(good, (count) => count >= before + 10, withinMs), before + 10);
  const missing = () => countOf('*.wild.example.org', '4xx');
  t.is(await eventually(missing, (count) => count >= 5, withinMs), 5);
  t.is((await server.call('DELETE', 'domain/*.wild.example.org')).status, 202);
});

test.serial('visitors of a domain with users need a password, which no answer has', async (t) => {
  const users = { internal: 'secret', ops: 'correct horse' };
  const rule = { name: 'staging.example.org', service: 'web', tls: 'off', users };
  const added = await server.call('POST', 'domain', rule);
  t.is(added.status, 201, JSON.stringify(added.data));
  t.deepEqual(added.data.users, ['internal', 'ops']);
  t.false(JSON.stringify([added.data, await server.log()]).includes('correct horse'));
  const stranger = await eventually(
    () => whenAsked('staging.example.org'),
    ({ status }) => status === 401,
    withinMs,
  );
  t.is(stranger.status, 401);
  t.regex(String(stranger.headers['www-authenticate']), /Digest realm="staging\.example\.org"/);
  // A client of others'.
  const curl = async (user: string, ...more: string[]) => {
    const args = ['-s', '-o', '-', '-w', ' %{http_code}', '--digest', '-u', user, '-H', 'Host: staging.example.org'];
    return (await promisify(execFile)('curl', [...args, ...more, `http://${edge}/?a=b`])).stdout;
  };
  t.regex(await curl('internal:secret'), /^web \S+\n 200$/);
  t.regex(await curl('ops:correct horse'), /^web \S+\n 200$/);
  t.regex(await curl('internal:wrong'), / 401$/);
  t.regex(await curl('nobody:secret'), / 401$/);
  t.is((await server.call('POST', 'domain', { ...rule, users: null })).data.users, undefined);
  t.is(
    (
      await eventually(
        () => whenAsked('staging.example.org'),
        ({ status }) => status === 200,
        withinMs,
      )
    ).status,
    200,
  );
});

test.serial('visitors are sent on, headers are changed, and a password is asked for by Basic', async (t) => {
  const post = async (body: object) => t.is((await server.call('POST', 'domain', { tls: 'off', ...body })).status, 201);
  await post({ name: 'old.example.org', redirect: 'https://web.example.org', keep_path: true });
  const changes = { response: { set: { 'X-Own': 'a value' }, remove: ['Last-Modified'] } };
  await post({ name: 'basic.example.org', service: 'web', users: { me: 'secret' }, auth: 'basic', headers: changes });
  const old = await eventually(
    () => whenAsked('old.example.org', '/a?b=c'),
    ({ status }) => status === 308,
    withinMs,
  );
  t.is(old.headers.location, 'https://web.example.org/a?b=c');
  const stranger = await eventually(
    () => whenAsked('basic.example.org'),
    ({ status }) => status === 401,
    withinMs,
  );
  t.regex(String(stranger.headers['www-authenticate']), /^Basic realm="basic\.example\.org"/);
  const asked = ['-s', '-i', '-u', 'me:secret', '-H', 'Host: basic.example.org', `http://${edge}/`];
  const { stdout } = await promisify(execFile)('curl', asked);
  t.regex(stdout, /^HTTP\/1\.1 200 [\s\S]*X-Own: a value[\s\S]*\nweb /);
  t.notRegex(stdout, /last-modified/i);
});

test.serial('one template is staging and production beside each other, each with its domain', async (t) => {
  const Domains = {
    'shop.example.org': { http: 'shop:app', tls: 'off' },
    'shop-staging.example.org': { http: 'shop-staging:app', tls: 'off', auth: { internal: 'secret' } },
  };
  const cmd = 'mkdir -p /www && echo $DEPLOY_ID > /www/index.html && exec httpd -f -p $PORT -h /www';
  const template = { services: { app: { image: 'demo/busybox:1', cmd } }, globals: { Domains } };
  for (const name of ['shop', 'shop-staging']) {
    t.is((await server.call('PUT', `deployment/${name}`)).status, 200);
    const url = `http://${server.address}/apiv1/deployment/${name}/setup`;
    const answer = await (await fetch(url, { method: 'POST', body: JSON.stringify(template) })).text();
    t.regex(answer, new RegExp(`"event":"created","domain":"${name}\\.example\\.org"`));
  }
  const page = (host: string, status: number) =>
    eventually(
      () => whenAsked(host),
      (found) => found.status === status,
      withinMs,
    );
  t.is((await page('shop.example.org', 200)).body, 'shop\n');
  t.is((await page('shop-staging.example.org', 401)).status, 401);
  const asked = ['-s', '--digest', '-u', 'internal:secret', '-H', 'Host: shop-staging.example.org', `http://${edge}/`];
  t.is((await promisify(execFile)('curl', asked)).stdout, 'shop-staging\n');
  t.is((await server.call('DELETE', 'deployment/shop-staging')).status, 202);
  t.is((await page('shop-staging.example.org', 404)).status, 404);
  t.is((await get('shop.example.org')).body, 'shop\n');
});

test.serial('replicas are exchanged under load, and no request and no stream of another service fails', async (t) => {
  const handler =
    'while IFS= read -r line; do [ "$line" = "$(printf "\\r")" ] && break; done; printf "HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n"; exec cat';
  const script = `echo '${handler}' > /h; trap "exit 0" TERM; nc -ll -p 8080 -e sh /h & wait`;
  const image = {
    name: 'demo/busybox:1',
    labels: ['app'],
    args: ['sh', '-c', script],
    bind_ports: [{ container_port: 8080 }],
  };
  t.is((await server.call('POST', 'service', { name: 'echo', image, replicas: 1 })).status, 201);
  t.is((await server.call('POST', 'domain', { name: 'echo.example.org', service: 'echo', tls: 'off' })).status, 201);
  const streams = await openStreams(t);
  t.is(streams.length, 20);

  const load = startLoad('web.example.org', 6);
  t.teardown(async () => void (await load.stop()));
  const rounds = Number(process.env.ROUNDS ?? 8);
  for (let round = 1; round <= rounds; round++) {
    const change = { update: { monitor: 0, parallelism: 0 }, force: true };
    t.is((await server.call('PUT', 'service/web', change)).status, 200);
    const service = async () => (await server.call('GET', 'service/web')).data.status;
    const isDone = ({ state, ready, replicas }: { state: string; ready: number; replicas: readonly unknown[] }) =>
      state === 'running' && ready === 2 && replicas.length === 2;
    const { state } = await eventually(service, isDone, withinMs);
    t.is(state, 'running');
  }
  const { answered, failures } = await load.stop();
  t.log(`${rounds} updates, ${answered} requests`);
  t.deepEqual(failures, []);
  t.true(answered > 100, String(answered));
  for (const stream of streams) t.is(await echo(stream, 'still here\n'), 'still here\n');
  for (const stream of streams) stream.destroy();
});

test.serial('a replica that turns unhealthy leaves the router, and no request fails', async (t) => {
  const health = { type: 'http', port: 8080, path: '/health.html', interval: 1, timeout: 1, retries: 2 };
  await startWeb('sick', 2, { health });
  t.is((await server.call('POST', 'domain', { name: 'sick.example.org', service: 'sick', tls: 'off' })).status, 201);
  const both = await eventually(
    () => answersOf('sick.example.org', 20).catch(() => new Set<string>()),
    (all) => all.size === 2 && [...all].every((each) => each.startsWith('sick ')),
    withinMs,
  );
  t.is(both.size, 2);
  const { data } = await server.call('GET', 'service/sick');
  const [{ container }] = data.status.replicas as [{ readonly container: string }];
  const run = async (cmd: readonly string[]) =>
    (await server.call('POST', `container/${container}/exec`, { cmd })).data;
  const own = `sick ${(await run(['hostname'])).stdout}`.trim();
  t.true(both.has(own));
  const load = startLoad('sick.example.org', 4);
  t.teardown(async () => void (await load.stop()));
  t.is((await run(['rm', 'health.html'])).exit_code, 0);
  const began = performance.now();
  const others = await eventually(
    () => answersOf('sick.example.org', 10).catch(() => both),
    (all) => !all.has(own),
    withinMs,
  );
  t.log(`it left the router after ${Math.round(performance.now() - began)} ms; it is asked every second, twice`);
  t.false(others.has(own));
  t.deepEqual((await load.stop()).failures, []);
  t.is((await server.call('DELETE', 'domain/sick.example.org')).status, 202);
  t.is((await server.call('DELETE', 'service/sick')).status, 202);
  // Caddy 2.6 cuts streams when domains change: those of the next test begin afterwards.
  const page = () => whenAsked('sick.example.org');
  t.is((await eventually(page, ({ status }) => status === 404, withinMs)).status, 404);
});

test.serial(
  'an engine is killed under load: no request fails that was begun afterwards, and no stream of others',
  async (t) => {
    const engineOf = async (service: string) =>
      (await server.call('GET', `service/${service}`)).data.status.replicas.map(
        ({ engine }: { engine: string }) => engine,
      );
    const [kept] = await engineOf('echo');
    const lost = ['domains-2', 'domains-3'].find((id) => id !== kept) ?? '';
    t.true((await engineOf('web')).includes(lost));
    const streams = await openStreams(t);
    const load = startLoad('web.example.org', 6);
    t.teardown(async () => void (await load.stop()));
    await load.answers(100);
    const n = Number(lost.slice(-1));
    await lab.killHost(n);
    const since = load.mark();
    await load.answers(200);
    const isKnown = async () => (await server.call('GET', 'service/web')).data.status.ready === 1;
    t.true(await eventually(isKnown, Boolean, withinMs));
    await load.answers(100);
    const { answered, failures, failedSince } = await load.stop();
    t.log(`${answered} requests, ${failures.length} failed`);
    t.deepEqual(failedSince(since), []);
    t.true(failures.length <= 6, JSON.stringify(failures));
    for (const stream of streams) t.is(await echo(stream, 'still here\n'), 'still here\n');
    await lab.start(n);
    const isBack = async () => (await server.call('GET', `engine/${lost}`)).data.status === 'ok';
    t.true(await eventually(isBack, Boolean, withinMs));
  },
);

test.serial('a domain that Caddy refuses costs itself alone', async (t) => {
  await server.end();
  // No request makes such a one: its name stands for no international one.
  const store = await openEmbeddedStore({ dir: join(lab.dir, 'data') });
  const rules = [{ path: '/', service: 'web', port: 8080 }];
  const value = { rules, tls: 'internal' as const, createdAt: '', updatedAt: '' };
  for (const id of ['xn--0.example.org', 'z.xn--0.example.org']) await store.write([{ kind: 'domain', id, value }]);
  await store.close();
  server = await startSatsuma(lab, lab.dir, settings);
  const later = { name: 'later.example.org', service: 'web', tls: 'off' };
  t.is((await server.call('POST', 'domain', later)).status, 201);
  const page = () => whenAsked('later.example.org');
  t.is((await eventually(page, ({ status }) => status === 200, withinMs)).status, 200);
  const domain = async () => (await server.call('GET', 'domain/xn--0.example.org')).data;
  const { problem } = await eventually(domain, (found) => found.problem !== undefined, withinMs);
  // Not by its servers, which would listen already.
  t.regex(problem, /^1 of 1 routers refuse it: .*tls app module: start: .*invalid label/);
  // The change is over, so no connection may be cut.
  for (let count = 1; count <= 50; count++) t.regex(await getSecure('safe.example.org').catch(String), /^web /);
  t.false(/safe|later|staging/.test(problem), problem);
  const [router] = (await server.call('GET', 'router')).data.routers;
  t.deepEqual([router.state, router.refused.length], ['ready', 2]);
  for (const name of ['xn--0.example.org', 'z.xn--0.example.org'])
    t.is((await server.call('DELETE', `domain/${name}`)).status, 202);
  const isWell = (found: { refused?: unknown; state: string }) =>
    found.state === 'ready' && found.refused === undefined;
  const routers = async () => (await server.call('GET', 'router')).data.routers[0];
  t.true(isWell(await eventually(routers, isWell, withinMs)));
});

test.serial(
  'a Caddy that hangs while it loads is given up, and no second program is started beside the first',
  async (t) => {
    const script = 'case $1 in version) echo v2.6.2 ;; run) exec httpd -f -p 80 ;; *) sleep 10000; exit 1 ;; esac';
    const write = `printf '#!/bin/sh\\n%s\\n' '${script}' > /bin/caddy && chmod 755 /bin/caddy`;
    const post = async (path: string, body: object = {}) => {
      const headers = { 'content-type': 'application/json' };
      return JSON.parse(
        (await lab.request(1, { method: 'POST', path, headers, body: JSON.stringify(body) })).body || '{}',
      );
    };
    const { Id } = await post('/containers/create', { Image: 'demo/busybox:1', Cmd: ['sh', '-c', write] });
    await post(`/containers/${Id}/start`);
    t.is((await post(`/containers/${Id}/wait`)).StatusCode, 0);
    await post(`/commit?container=${Id}&repo=demo/hangs&tag=1`);
    const { status, data } = await server.call('PUT', 'router', { labels: ['edge'], image: 'demo/hangs:1' });
    t.is(status, 202, JSON.stringify(data));
    const router = async () => (await server.call('GET', 'router')).data.routers[0] ?? {};
    const { problem, container } = await eventually(router, (found) => /Caddy hangs/.test(found.problem), withinMs);
    t.regex(problem, /Caddy hangs.*"satsuma restart/);
    // It is tried again, and again.
    const isOfIt = ({ msg, containerId }: Record<string, unknown>) =>
      msg === 'router not configured' && containerId === container;
    const tries = async () => (await server.log()).filter(isOfIt).length;
    t.true((await eventually(tries, (count) => count >= 4, withinMs)) >= 4);
    const { Processes } = JSON.parse((await lab.request(1, { path: `/containers/${container}/top` })).body);
    const hanging = (Processes as readonly (readonly string[])[]).filter((each) =>
      each.join(' ').includes('caddy reload'),
    );
    t.is(hanging.length, 1, JSON.stringify(Processes));
  },
);

/** The SHA-256 of what is shown for a name. */
function shownCertificate(servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectSecure({ host: edge, port: 443, servername, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function getSecure(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // The authority is the router's own.
    const asked = secureRequest(
      { host: edge, servername: host, headers: { host }, rejectUnauthorized: false },
      (response) => {
        let body = '';
        response.on('data', (text) => {
          body += text;
        });
        response.on('end', () => resolve(body));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

/** Clients that keep their connections, each with a request after the other. */
function startLoad(host: string, clients: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const failures: string[] = [];
  /** The numbers of the requests that failed. */
  const numbers: number[] = [];
  const waiting = new Set<() => void>();
  let begun = 0;
  let answered = 0;
  let isOver = false;
  const askOnce = () =>
    new Promise<void>((resolve) => {
      const number = begun++;
      const end = (failure?: string) => {
        if (failure === undefined) answered += 1;
        else {
          failures.push(failure);
          numbers.push(number);
        }
        for (const each of waiting) each();
        resolve();
      };
      const asked = request({ agent, host: edge, path: '/', headers: { host }, timeout: 20_000 }, (response) => {
        response.resume();
        response.on('end', () => end(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
        response.on('error', (error) => end(error.message));
      });
      asked.on('error', (error) => end(error.message));
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.end();
    });
  const all = Array.from({ length: clients }, async () => {
    while (!isOver) await askOnce();
  });
  const stop = async () => {
    isOver = true;
    await Promise.all(all);
    agent.destroy();
    const failedSince = (mark: number) => failures.filter((_, index) => (numbers[index] ?? 0) >= mark);
    return { answered, failures, failedSince };
  };
  /** Until so many more are answered. */
  const answers = (count: number) => {
    const wanted = answered + count;
    return new Promise<void>((resolve) => {
      const look = () => {
        if (answered < wanted && !isOver) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  };
  /** Requests that begin from now on. */
  const mark = () => begun;
  return { stop, answers, mark };
}

/** Twenty to the service `echo`. */
async function openStreams(t: ExecutionContext): Promise<Socket[]> {
  const streams: Socket[] = [];
  t.teardown(() => {
    for (const stream of streams) stream.destroy();
  });
  for (let count = 1; count <= 20; count++) {
    const open = () => openStream('echo.example.org').catch(() => undefined);
    const stream = await eventually(open, Boolean, withinMs);
    if (stream) streams.push(stream);
  }
  return streams;
}

/** A connection that was upgraded, as that of a WebSocket is. */
function openStream(host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: edge, port: 80, timeout: 20_000 });
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
    let head = '';
    const read = (bytes: Buffer) => {
      head += bytes;
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      if (head.startsWith('HTTP/1.1 101')) resolve(socket.setTimeout(0));
      else reject(new Error(head.split('\r\n')[0]));
    };
    socket.on('data', read);
    socket.on('error', reject);
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('close', () => reject(new Error('closed')));
  });
}

function echo(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve('cut');
    socket.once('data', (bytes) => resolve(String(bytes)));
    socket.once('close', () => resolve('cut'));
    socket.write(text);
  });
}
