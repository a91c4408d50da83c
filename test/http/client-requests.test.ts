import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { envelopeErrors } from '../../src/http/envelope.ts';
import { createListener, startListening } from '../../src/http/listener.ts';
import { forAnyone, needs } from '../../src/http/route-rules.ts';
import { startCluster } from '../fixtures/harness.ts';

/** A server that answers a client at most two requests at a time. `/long` begins an answer and does not end it. */
async function listen(t: ExecutionContext) {
  const cluster = await startCluster(t, { engines: 0 });
  const server = await createListener({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], cluster, gate: 'token' as const },
    limits: { max: 100, maxOfAddress: 100, maxOfClient: 2 },
    answerErrors: envelopeErrors(cluster.logger),
  });
  const left: Promise<unknown>[] = [];
  const long = { plugins: needs('read', 'engine') };
  server.route({
    ...{ method: 'GET', path: '/long', options: long },
    handler: ({ raw }, h) => {
      left.push(once(raw.res, 'close'));
      const answer = new PassThrough();
      answer.write('begun');
      return h.response(answer);
    },
  });
  server.route({ method: 'GET', path: '/short', options: long, handler: () => 'done' });
  server.route({ method: 'GET', path: '/open', options: { plugins: forAnyone }, handler: () => 'done' });
  await startListening(server);
  t.teardown(() => server.stop({ timeout: 0 }));
  const client = async (name: string) => {
    const { token } = await createToken(cluster, { name, role: 'viewer' }, { name: 'test', role: 'admin' });
    return async (path: string) => {
      const asked = ask({ host: '127.0.0.1', port: server.info.port, path, agent: false });
      asked.setHeader('authorization', `Bearer ${token}`);
      asked.on('error', () => undefined);
      asked.end();
      t.teardown(() => asked.destroy());
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      return { answer, status: answer.statusCode, leave: () => void asked.destroy() };
    };
  };
  return { client, left };
}

test('a client that follows as much as it may is refused more, and others are served', async (t) => {
  const { client, left } = await listen(t);
  const [greedy, other] = [await client('greedy'), await client('other')];
  const first = await greedy('/long');
  const second = await greedy('/long');
  t.deepEqual([first.status, second.status], [200, 200]);
  const refused = await greedy('/short');
  t.is(refused.status, 503);
  let text = '';
  for await (const bytes of refused.answer) text += bytes;
  t.like(JSON.parse(text), { code: 'too_many_readers' });
  t.is((await greedy('/open')).status, 200, 'whoever asks for what is for anyone is not counted');
  t.is((await other('/short')).status, 200);
  first.leave();
  await left[0];
  for (let at = 0; at < 5; at++) t.is((await greedy('/short')).status, 200, 'what was answered is not counted');
});
