import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import anyTest, { type TestFn } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Context {
  readonly lab: Lab;
  readonly server: SatsumaServer;
  /** Where the door is. */
  readonly door: URL;
}

const test = anyTest as TestFn<Context>;

test.before(async (t) => {
  const lab = await startLab({ name: 'panamax', engines: 2, image: true, attached: true });
  const doors = { panamax: { 'listen-addr': '127.0.0.1:0' } };
  const server = await startSatsuma(lab, lab.dir, { doors });
  const listening = (await server.log()).find(({ msg }) => msg === 'listening') as { doors: { panamax: string } };
  t.context = { lab, server, door: new URL(listening.doors.panamax) };
  await registerAll(server, lab);
  // The images of the seed's examples, as far as this machine has them.
  for (const n of [1, 2]) {
    for (const repo of ['mysql', 'wordpress']) {
      await lab.request(n, { method: 'POST', path: `/images/demo%2Fbusybox:1/tag?repo=${repo}&tag=latest` });
    }
  }
});

test.after.always(async (t) => {
  await t.context.server?.end();
  await t.context.lab?.down();
});

/** Sends the lines as they are and reads the answer, as it stands on the wire. */
async function speak({ door }: Context, head: string, body = ''): Promise<{ head: string; body: string }> {
  const socket = createConnection(Number(door.port), door.hostname);
  await once(socket, 'connect');
  const length = body ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '';
  socket.write(
    `${head.trim().replaceAll('\n', '\r\n')}\r\nHost: ${door.host}\r\nConnection: close\r\n${length}\r\n${body}`,
  );
  const answer = await text(socket);
  const end = answer.indexOf('\r\n\r\n');
  return { head: answer.slice(0, end), body: answer.slice(end + 4) };
}

async function call({ door }: Context, method: string, path: string, body?: unknown) {
  const response = await fetch(new URL(path, door), {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) };
}

/** Names of the containers on one engine, by its own word. */
async function containersOn(lab: Lab, n: number): Promise<string[]> {
  const { body } = await lab.request(n, { path: '/containers/json?all=true' });
  return (JSON.parse(body) as { Names: string[] }[]).flatMap(({ Names }) => Names);
}

test.serial('the seed’s examples, word for word', async (t) => {
  const created = await speak(
    t.context,
    'POST /v1/services HTTP/1.1\nContent-Type: application/json',
    `[
	  {
	    "name": "db",
	    "source": "mysql:latest"
	  },
	  {
	    "name": "wp",
	    "source": "wordpress:latest"
	  }
	]`,
  );
  t.regex(created.head, /^HTTP\/1\.1 201 /);
  t.regex(created.head, /content-type: application\/json/i);
  const services = JSON.parse(created.body);
  t.like(services, [
    { id: 'db.service', currentState: 'started', actualState: 'started' },
    { id: 'wp.service', currentState: 'started', actualState: 'started' },
  ]);
  t.is((await containersOn(t.context.lab, 1)).length, 1);
  t.is((await containersOn(t.context.lab, 2)).length, 1);
  const shown = await speak(t.context, 'GET /v1/services/db.service HTTP/1.1');
  t.regex(shown.head, /^HTTP\/1\.1 200 OK/);
  t.like(JSON.parse(shown.body), { id: 'db.service', currentState: 'started' });
  const metadata = await speak(t.context, 'GET /v1/metadata HTTP/1.1');
  t.regex(metadata.head, /^HTTP\/1\.1 200 OK/);
  t.like(JSON.parse(metadata.body), { type: 'satsuma', isHealthy: true });
  for (const name of ['db', 'wp']) {
    const destroyed = await speak(t.context, `DELETE /v1/services/${name}.service HTTP/1.1`);
    t.regex(destroyed.head, /^HTTP\/1\.1 204 /);
    t.is(destroyed.body, '');
  }
  t.regex((await speak(t.context, 'GET /v1/services/db.service HTTP/1.1')).head, /^HTTP\/1\.1 404 /);
  t.deepEqual([...(await containersOn(t.context.lab, 1)), ...(await containersOn(t.context.lab, 2))], []);
});

/** A web server that leaves when it is told to. */
const serve = 'trap "exit 0" TERM; httpd -f -p 80 -h /www & wait';
const page = { hostPort: 0, containerPort: 80 };
const db = {
  name: 'DB',
  source: 'mysql:latest',
  command: `sh -c 'echo "$GREETING" > /www/index.html; ${serve}'`,
  environment: [{ variable: 'GREETING', value: 'hello from the other engine' }],
};
const url = 'http://$DB_1_PORT_80_TCP_ADDR:$DB_1_PORT_80_TCP_PORT/';
const wp = {
  name: 'WP',
  source: 'wordpress:latest',
  links: [{ name: 'DB', alias: 'DB_1' }],
  ports: [page],
  command: `sh -c 'until wget -qO /www/index.html ${url}; do sleep 0.1; done; ${serve}'`,
};

test.serial('what is linked reaches the other engine, at the port that its image exposes', async (t) => {
  const { lab, server } = t.context;
  const created = await call(t.context, 'POST', '/v1/services/', [wp, db]);
  t.is(created.status, 201, JSON.stringify(created.body));
  const { data } = await server.call('GET', 'catalog');
  const entries = data as { service: string; engine: string; host: string; port: number }[];
  const [from, to] = ['WP', 'DB'].map((name) => entries.find(({ service }) => service === name));
  t.truthy(from && to && from.engine !== to.engine, 'one on each engine');
  t.is(await eventuallyText(`http://${from?.host}:${from?.port}/`), 'hello from the other engine\n');
  const clash = await call(t.context, 'POST', '/v1/services', [{ ...wp, name: 'other' }, db]);
  t.is(clash.status, 409);
  t.is((await call(t.context, 'GET', '/v1/services')).body.length, 2, 'nothing of the refused request');
  const ports = [{ host_port: 18_999, container_port: 80 }];
  const blocked = await call(t.context, 'POST', '/v1/services', [
    { name: 'free', source: 'mysql' },
    { name: 'none', source: 'no/such:1', ports },
  ]);
  t.is(blocked.status, 422);
  t.regex(blocked.body.message, /^service none cannot be started, so none of 2 is kept: /);
  t.is((await containersOn(lab, 1)).length + (await containersOn(lab, 2)).length, 2);
});

test.serial('an application is stopped, started, and deployed anew as the agent does it', async (t) => {
  const { lab } = t.context;
  for (const id of ['WP.service', 'DB.service']) {
    t.is((await call(t.context, 'PUT', `/v1/services/${id}`, { desiredState: 'stopped' })).status, 204);
  }
  t.is((await containersOn(lab, 1)).length + (await containersOn(lab, 2)).length, 0);
  for (const id of ['DB.service', 'WP.service']) {
    t.is((await call(t.context, 'PUT', `/v1/services/${id}`, { desiredState: 'started' })).status, 204);
    t.is((await call(t.context, 'GET', `/v1/services/${id}`)).body.actualState, 'started');
  }
  for (const id of ['WP.service', 'DB.service']) {
    t.is((await call(t.context, 'DELETE', `/v1/services/${id}`)).status, 204);
  }
  t.is((await call(t.context, 'POST', '/v1/services/', [wp, db])).status, 201, 'their names are free at once');
});

async function eventuallyText(address: string): Promise<string> {
  for (let round = 1; ; round++) {
    const page = await fetch(address).then(
      (response) => response.text(),
      () => undefined,
    );
    if (page !== undefined || round === 50) return page ?? '';
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
