import { once } from 'node:events';
import test from 'ava';
import { openDockerPool } from '../../../src/engines/docker/pool.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { certificates, engineMaterial, material } from '../certificates.ts';
import { deadlines, json, type StubAnswer, type StubRequest, startStub } from '../stub-engine.ts';

const { ours, theirs, client: tls } = await certificates();
const answerAll: StubAnswer = ({ response }) => json(response, 200, []);

test('an engine keeps its client and connections until it is forgotten', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const pool = openDockerPool({ tls, skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  const engine = { id: 'e1', addr: stub.addr };
  const client = pool.client(engine);
  t.is(pool.client({ ...engine }), client);
  t.not(pool.client({ ...engine, id: 'e2' }), client);
  t.not(pool.client({ ...engine, addr: 'https://10.0.0.5' }), client);
  t.is(pool.client(engine), client, 'a trial of another address does not disturb it');
  await client.listImages();
  t.is(stub.open(), 1);
  pool.forget('e1');
  pool.forget('never known');
  t.not(pool.client(engine), client);
  await pool.client(engine).listImages();
  t.is(stub.connections(), 2);
  t.is(stub.open(), 1, 'those of a forgotten engine are closed');
});

test('an unusable address throws at the call, and does not affect other engines', async (t) => {
  const pool = openDockerPool({ skipVerify: false, deadlines });
  for (const addr of ['https://10.0.0.5', 'tcp://10.0.0.5:2376']) {
    const call = pool.client({ id: 'e1', addr }).listImages();
    await t.throwsAsync(call, { instanceOf: SatsumaError, code: 'invalid', message: /ssl-cert, ssl-key and ca-cert/ });
  }
  const invalidResponse = pool.client({ id: 'e2', addr: 'nonsense' });
  await t.throwsAsync(invalidResponse.handshake(), { instanceOf: SatsumaError, code: 'invalid' });
});

test('invalid certificates are rejected when the pool is opened', (t) => {
  const open = () => openDockerPool({ tls: { ...tls, key: 'nonsense' }, skipVerify: false, deadlines });
  t.throws(open, { instanceOf: SatsumaError, code: 'invalid', message: /^ssl-key/ });
});

test('a renewed pool uses the new certificates, and interrupts no active call', async (t) => {
  const held: StubRequest[] = [];
  const arrivals = new EventTarget();
  const stub = await startStub(t, await bothBelieved(), (request) => {
    if (!request.path.includes('/images/')) return json(request.response, 200, []);
    held.push(request);
    arrivals.dispatchEvent(new Event('held'));
  });
  const pool = openDockerPool({ tls, skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  const client = pool.client({ id: 'e1', addr: stub.addr });
  await client.ping();
  const isHeld = once(arrivals, 'held');
  const slow = client.listImages();
  const idle = client.time().catch(() => undefined);
  await Promise.all([isHeld, idle]);
  const before = stub.open();
  const theirClient = material(await theirs.issueClient('renewed', { replace: true }));
  const ca = Buffer.concat([Buffer.from(tls.ca), Buffer.from(theirClient.ca)]);
  t.throws(() => pool.renew({ ...theirClient, key: tls.key }), { code: 'invalid' }, 'files that do not fit');
  pool.renew({ ...theirClient, ca });
  t.deepEqual(
    pool.certificates().map(({ name }) => name),
    ['ca-cert', 'ca-cert', 'ssl-cert'],
  );
  t.is(pool.certificates()[2]?.authority, pool.certificates()[1]?.fingerprint);
  await client.ping();
  t.true(stub.connections() > before, 'it connected anew');
  t.is(held[0]?.socket.destroyed, false);
  if (held[0]) json(held[0].response, 200, []);
  t.deepEqual(await slow, [], 'the old connection went on to its end');
  await stub.hasAtMost(1);
  t.is(stub.open(), 1, 'and is not kept');
});

test('an engine’s certificate is known from its handshake, and forgotten with it', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours, ['127.0.0.1'], 5), answerAll);
  const pool = openDockerPool({ tls, skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  t.deepEqual(pool.engineCertificates(), []);
  await pool.client({ id: 'e1', addr: stub.addr }).ping();
  const [shown] = pool.engineCertificates();
  t.is(shown?.name, 'e1');
  t.is(shown?.authority, pool.certificates()[0]?.fingerprint);
  t.true(Date.parse(shown?.notAfter ?? '') - Date.now() < 6 * 86_400_000);
  pool.forget('e1');
  t.deepEqual(pool.engineCertificates(), []);
});

/** An engine that takes clients of either authority. */
async function bothBelieved() {
  const engine = await engineMaterial(ours);
  const { ca } = material(await theirs.issueClient('other', { replace: true }));
  return { ...engine, ca: Buffer.concat([Buffer.from(engine.ca), Buffer.from(ca)]) };
}

test('an expired certificate of an engine is known, although it is not trusted', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours, ['127.0.0.1'], -1), answerAll);
  const pool = openDockerPool({ tls, skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  const client = pool.client({ id: 'e1', addr: stub.addr });
  const refused = { code: 'engine_certificate', message: /^engine e1 .*has a certificate that has expired/ } as const;
  while (pool.engineCertificates().length === 0) await t.throwsAsync(client.ping(), refused);
  const [shown] = pool.engineCertificates();
  t.is(shown?.name, 'e1');
  t.true(Date.parse(shown?.notAfter ?? '') < Date.now());
  t.deepEqual(stub.requests, []);
});
