import test from 'ava';
import { openDockerPool } from '../../../src/engines/docker/pool.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { certificates, engineMaterial } from '../certificates.ts';
import { deadlines, json, type StubAnswer, startStub } from '../stub-engine.ts';

const { ours, client: tls } = await certificates();
const answerAll: StubAnswer = ({ response }) => json(response, 200, []);

test('an engine keeps its client and its connections until it is forgotten', async (t) => {
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

test('an address that is unusable throws at the call, and spoils no other engine', async (t) => {
  const pool = openDockerPool({ skipVerify: false, deadlines });
  for (const addr of ['https://10.0.0.5', 'tcp://10.0.0.5:2376']) {
    const call = pool.client({ id: 'e1', addr }).listImages();
    await t.throwsAsync(call, { instanceOf: SatsumaError, code: 'invalid', message: /ssl-cert, ssl-key and ca-cert/ });
  }
  const invalidResponse = pool.client({ id: 'e2', addr: 'nonsense' });
  await t.throwsAsync(invalidResponse.handshake(), { instanceOf: SatsumaError, code: 'invalid' });
});

test('certificates that are none are refused when the pool is opened', (t) => {
  const open = () => openDockerPool({ tls: { ...tls, key: 'nonsense' }, skipVerify: false, deadlines });
  t.throws(open, { instanceOf: SatsumaError, code: 'invalid', message: /^ssl-key/ });
});
