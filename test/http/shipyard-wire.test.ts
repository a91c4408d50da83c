import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { createDoors } from '../../src/http/doors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor } from './open-door.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One connection, as Go's client keeps it: what is left of a request would spoil the next one. */
class Wire {
  readonly #socket: Socket;
  readonly #host: string;
  #received = Buffer.alloc(0);

  constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  /** The bytes that Go 1.3 writes for `http.NewRequest` with a buffer, and headers of `shipyard-cli`. */
  async ask(method: string, path: string, header: string, body = ''): Promise<Answer> {
    const length = body === '' && method !== 'POST' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nUser-Agent: shipyard-cli\r\n${length}${header}\r\nAccept-Encoding: gzip\r\n\r\n${body}`,
    );
    const head = await this.#until('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const size = /content-length: (\d+)/i.exec(head)?.[1];
    const isZipped = /content-encoding: gzip/i.test(head);
    const textOf = (bytes: Buffer) => (isZipped ? gunzipSync(bytes) : bytes).toString();
    if (size !== undefined) return { status, body: textOf(await this.#take(Number(size))) };
    if (!/transfer-encoding: chunked/i.test(head)) return { status, body: '' };
    for (const chunks: Buffer[] = []; ; ) {
      const size = Number.parseInt(await this.#until('\r\n'), 16);
      chunks.push((await this.#take(size + 2)).subarray(0, -2));
      if (size === 0) return { status, body: textOf(Buffer.concat(chunks)) };
    }
  }

  async #until(mark: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(mark);
      if (at >= 0) return (await this.#take(at + mark.length)).toString();
      await once(this.#socket, 'data');
    }
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes) await once(this.#socket, 'data');
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }
}

test('every request of its Go client, byte for byte over one connection, has the status that it demands', async (t) => {
  const { cluster } = await openDoor(t, { engines: 2 });
  for (const { registry } of cluster.engines) registry.add('demo/busybox:1');
  const adminPasswordFile = join(temporaryFolder(t), 'password');
  writeFileSync(adminPasswordFile, 'correct horse battery\n');
  const doors = { shipyard: { listen: { host: '127.0.0.1', port: 0 }, adminPasswordFile } };
  const door = (await createDoors(cluster, doors, [])).get('shipyard');
  if (!door) throw new Error('no door');
  await door.start();
  t.teardown(() => door.stop({ timeout: 0 }));
  const socket = connect(Number(door.info.port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  const wire = new Wire(socket, `127.0.0.1:${door.info.port}`);
  const login = await wire.ask(
    'POST',
    '/auth/login',
    'X-Access-Token: admin:',
    '{"password":"correct horse battery","username":"admin"}',
  );
  t.is(login.status, 200);
  const access = `X-Access-Token: admin:${JSON.parse(login.body).auth_token}`;
  const asked = async (method: string, path: string, status: number, body?: string) => {
    const answer = await wire.ask(method, path, access, body);
    t.is(answer.status, status, `${method} ${path}: ${answer.body}`);
    return answer.body;
  };
  t.is(await asked('GET', '/api/containers', 200), '[]');
  const image =
    '{"name":"demo/busybox:1","cpus":0.1,"memory":64,"environment":{"A":"b"},"hostname":"","domain":"","args":null,' +
    '"type":"service","labels":["on-a"],"bind_ports":[{"proto":"tcp","container_port":80}],"restart_policy":{},"publish":false}';
  const [container] = JSON.parse(await asked('POST', '/api/containers?count=1&pull=false', 201, image));
  const whole = JSON.stringify(container);
  t.is(JSON.parse(await asked('GET', `/api/containers/${container.id}`, 200)).engine.id, 'a');
  await asked('GET', `/api/containers/${container.id}/stop`, 204, whole);
  await asked('GET', `/api/containers/${container.id}/restart`, 204, whole);
  await asked('GET', `/api/containers/${container.id}/scale?count=2`, 204, whole);
  t.is(JSON.parse(await asked('GET', '/api/containers', 200)).length, 2);
  await asked('GET', `/api/containers/${container.id}/logs`, 200);
  await asked('DELETE', `/api/containers/${container.id}`, 204, whole);
  const engine =
    '{"ssl_cert":"C","ssl_key":"K","ca_cert":"A","engine":{"id":"c","addr":"https://c.test:2376","cpus":2,"memory":2048,"labels":["x"]}}';
  t.is(await asked('POST', '/api/engines', 201, engine), '');
  t.is(JSON.parse(await asked('GET', '/api/engines', 200)).length, 3);
  t.is(JSON.parse(await asked('GET', '/api/engines/c', 200)).engine.cpus, 2);
  await asked('DELETE', '/api/engines/c', 204);
  await asked('GET', '/api/cluster/info', 200);
  await asked('GET', '/api/events', 200);
  await asked('GET', '/api/accounts', 200);
  await asked(
    'POST',
    '/api/accounts',
    204,
    '{"username":"ana","password":"correct horse","role":{"id":"user","name":"user"}}',
  );
  await asked('DELETE', '/api/accounts', 204, '{"username":"ana"}');
  await asked('GET', '/api/roles', 200);
  t.is(await asked('GET', '/api/roles/admin', 200), '{"id":"admin","name":"admin"}');
  const key = JSON.parse(await asked('POST', '/api/servicekeys', 200, '{"description":"ci"}'));
  t.is((await wire.ask('GET', '/api/servicekeys', `X-Service-Key: ${key.key}`)).status, 200);
  await asked('DELETE', '/api/servicekeys', 204, JSON.stringify(key));
  await asked(
    'POST',
    '/api/extensions',
    204,
    '{"name":"logs","image":"demo/busybox:1","config":{"deploy_per_engine":false}}',
  );
  const [extension] = JSON.parse(await asked('GET', '/api/extensions', 200));
  await asked('DELETE', `/api/extensions/${extension.id}`, 204);
  const hook = JSON.parse(await asked('POST', '/api/webhookkeys', 200, '{"image":"demo/busybox"}'));
  await asked(
    'POST',
    `/hub/webhook/${hook.key}`,
    200,
    '{"push_data":{"pushed_at":1},"repository":{"repo_name":"demo/busybox"}}',
  );
  await asked('DELETE', `/api/webhookkeys/${hook.key}`, 204);
  await asked('POST', '/account/changepassword', 200, '{"password":"another password"}');
  t.is((await wire.ask('GET', '/api/containers', 'X-Access-Token: admin:nothing')).status, 401);
});
