import { request as plainRequest } from 'node:http';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { switchMac } from '../../example/lab/addresses.ts';
import { type Lab, openLab, startLab } from '../../example/lab/lab.ts';
import { run } from '../../example/lab/run.ts';
import { tlsRequest } from '../../example/lab/tls-request.ts';
import { createAuthority } from '../../src/ca/authority.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { answers, createContainer, isRunning } from './lab-containers.ts';

const test = anyTest as TestFn<{ lab: Lab }>;
const name = 'test-lab';

test.serial.before(async (t) => {
  t.context.lab = await startLab({ name, engines: 2, registry: true, image: true, attached: true });
});

test.after.always(async (t) => t.context.lab?.down());

test.serial('each engine answers over mutual TLS, to the client of its own authority only', async (t) => {
  const { lab } = t.context;
  t.deepEqual(
    lab.engines.map(({ id }) => id),
    ['test-lab-1', 'test-lab-2'],
  );
  t.true(await answers(lab, 1));
  t.true(await answers(lab, 2));

  const stranger = await (await createAuthority(join(temporaryFolder(t), 'ca'))).issueClient('stranger');
  const addr = lab.engines[0]?.addr ?? '';
  await t.throwsAsync(tlsRequest(addr, { ...stranger, ca: lab.client.ca }, { path: '/_ping' }));
  await t.throwsAsync(tlsRequest(addr, { ...lab.client, ca: stranger.ca }, { path: '/_ping' }));
});

test.serial('two engines are two: each has its own id and host name', async (t) => {
  const infos = await Promise.all([1, 2].map((n) => t.context.lab.request(n, { path: '/info' })));
  const [first, second] = infos.map(({ body }): { ID: string; Name: string } => JSON.parse(body));
  t.is(first?.Name, 'test-lab-1');
  t.is(second?.Name, 'test-lab-2');
  t.not(first?.ID, second?.ID);
});

test.serial('a published port is reached from the machine and from a container of another engine', async (t) => {
  const { lab } = t.context;
  await createContainer(lab, 1, 'web', { cmd: ['httpd', '-f', '-p', '80'], port: 8080 });
  const address = new URL(lab.engines[0]?.addr ?? '').hostname;
  t.is(await get(`http://${address}:8080/`), 'Satsuma lab\n');

  await createContainer(lab, 2, 'visitor', { cmd: ['wget', '-qO-', `http://${address}:8080/`] });
  const wait = await lab.request(2, { method: 'POST', path: '/containers/visitor/wait' });
  t.like(JSON.parse(wait.body), { StatusCode: 0 });
});

test.serial('the image sleeps, says what it exposes, and ends at once when told to', async (t) => {
  const { lab } = t.context;
  await createContainer(lab, 1, 'sleeper');
  const details = JSON.parse((await lab.request(1, { path: '/containers/sleeper/json' })).body);
  t.true(details.Config.Env.includes('LAB=satsuma'));
  t.deepEqual(Object.keys(details.Config.ExposedPorts), ['80/tcp']);
  const before = performance.now();
  await lab.request(1, { method: 'POST', path: '/containers/sleeper/stop?t=10' });
  t.true(performance.now() - before < 5000);
});

test.serial('a partitioned engine is silent until it is healed, and its containers go on', async (t) => {
  const { lab } = t.context;
  await lab.partition(1);
  t.false(await answers(lab, 1));
  t.true(await answers(lab, 2));
  t.like((await lab.conditions())[0], { daemon: 'running', link: 'down' });
  await lab.heal(1);
  t.true(await answers(lab, 1));
  t.true(await isRunning(lab, 1, 'web'));
});

test.serial('a paused daemon accepts connections and does not answer until it is resumed', async (t) => {
  const { lab } = t.context;
  await lab.pause(2);
  const error = await t.throwsAsync(lab.request(2, { path: '/_ping', timeoutMs: 500 }));
  t.is(error?.name, 'AbortError');
  t.like((await lab.conditions())[1], { daemon: 'paused', link: 'up' });
  await lab.resume(2);
  t.true(await answers(lab, 2));
});

test.serial('the containers of a killed daemon go on, and are its own again when it is started', async (t) => {
  const { lab } = t.context;
  const address = new URL(lab.engines[0]?.addr ?? '').hostname;
  await lab.kill(1);
  const error = await t.throwsAsync(lab.request(1, { path: '/_ping' }));
  t.like(error, { code: 'ECONNREFUSED' });
  t.is(await get(`http://${address}:8080/`), 'Satsuma lab\n');
  t.like((await lab.conditions())[0], { daemon: 'stopped' });
  await lab.start(1);
  t.true(await isRunning(lab, 1, 'web'));
});

test.serial('starting is right in every state: running, paused, partitioned', async (t) => {
  const { lab } = t.context;
  await lab.start(2);
  await lab.pause(2);
  await lab.start(2);
  t.true(await answers(lab, 2));
  await lab.partition(2);
  await lab.kill(2);
  await lab.start(2);
  t.like((await lab.conditions())[1], { daemon: 'running', link: 'down' });
  await lab.heal(2);
  t.true(await answers(lab, 2));
});

test.serial('the registry keeps its address on the wire while engines are plugged in and out', async (t) => {
  const { lab } = t.context;
  const [address = '', port] = lab.registry?.addr.split(':') ?? [];
  const [, , network] = address.split('.').map(Number);
  await tlsRequest(`https://${address}:${port}`, lab.client, { path: '/v2/' });
  const neighbours: { lladdr: string }[] = JSON.parse(await run('ip', ['-json', 'neigh', 'show', address]));
  t.is(neighbours[0]?.lladdr, switchMac(network ?? 0));
});

test.serial('what one engine pushes to the registry, another pulls', async (t) => {
  const { lab } = t.context;
  const repository = `${lab.registry?.addr}/demo/pushed`;
  const image = encodeURIComponent(repository);
  const tag = `/images/${encodeURIComponent('demo/busybox:1')}/tag?repo=${image}&tag=1`;
  t.is((await lab.request(1, { method: 'POST', path: tag })).status, 201);
  const headers = { 'x-registry-auth': Buffer.from('{}').toString('base64') };
  const push = await lab.request(1, { method: 'POST', path: `/images/${repository}/push?tag=1`, headers });
  t.notRegex(push.body, /errorDetail/);
  const pull = await lab.request(2, { method: 'POST', path: `/images/create?fromImage=${image}&tag=1` });
  t.notRegex(pull.body, /errorDetail/);
  t.is((await lab.request(2, { path: `/images/${repository}:1/json` })).status, 200);
});

test.serial('a lab that runs can be opened, and cannot be started again', async (t) => {
  const { lab } = t.context;
  t.deepEqual((await openLab(name)).engines, lab.engines);
  await t.throwsAsync(startLab({ name }), { code: 'lab_exists', message: /runs already, with 2 engines/ });
  await t.throwsAsync(lab.pause(3), { code: 'no_such_engine' });
});

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = plainRequest(url, { agent: false, timeout: 3000 }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve(body));
    });
    sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer`))).on('error', reject);
    sent.end();
  });
}
