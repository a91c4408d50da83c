import test from 'ava';
import { createToken } from '../../../src/commands/accounts/tokens.ts';
import { createDoors } from '../../../src/http/doors.ts';
import { openDoor } from '../open-door.ts';
import { sleeper } from './docker-door.ts';

test('where accounts are required, an address asks who comes and does what they may; a socket is its owner’s', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const settings = { listen: { host: '127.0.0.1', port: 0 }, socket: '/tmp/never-listened-on.sock' };
  const doors = await createDoors(cluster, { docker: settings }, [], { isTokenRequired: true });
  const { token } = await createToken(cluster, { name: 'eye', role: 'viewer' }, { name: 'test', role: 'admin' });
  const ask = async (door: 'docker' | 'docker-socket', method: string, url: string, key?: string) => {
    const headers = { host: '127.0.0.1', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
    const answer = await doors.get(door)?.inject({
      ...{ method, url, headers },
      ...(method === 'POST' && { payload: JSON.stringify(sleeper) }),
    });
    return answer?.statusCode;
  };
  t.is(await ask('docker', 'GET', '/_ping'), 200);
  t.is(await ask('docker', 'GET', '/v1.41/info'), 401);
  t.is(await ask('docker', 'GET', '/v1.41/info', 'satsuma_wrong'), 401);
  t.is(await ask('docker', 'GET', '/v1.41/info', token), 200);
  t.is(await ask('docker', 'POST', '/v1.41/containers/create', token), 403);
  t.is(await ask('docker', 'GET', '/v1.41/events', token), 403);
  t.is(await ask('docker-socket', 'GET', '/v1.41/info'), 200);
  t.is(await ask('docker-socket', 'POST', '/v1.41/containers/create'), 201);
  t.is(cluster.engines[0]?.containers.size, 1);
  const [engine] = cluster.engines;
  const Networks = { shop: { DriverOpts: { token: 'secret' } } };
  engine?.relayed.set('GET /containers/json', { body: [{ Id: 'x', State: 'running', NetworkSettings: { Networks } }] });
  const list = await doors.get('docker')?.inject({
    ...{ method: 'GET', url: '/v1.41/containers/json' },
    headers: { host: '127.0.0.1', authorization: `Bearer ${token}` },
  });
  t.is(list?.statusCode, 200);
  t.regex(list?.payload ?? '', /"Id":"x"/);
  t.false(list?.payload.includes('secret'), 'values of drivers are for whoever may reveal them');
});
