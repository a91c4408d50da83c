import type { Request, ResponseToolkit, Server } from '@hapi/hapi';
import { acceptedAnswer, readAnswer } from '../../commands/relay/read-answer.ts';
import { relayToContainer } from '../../commands/relay/relay-to-container.ts';
import type { StreamUse } from '../../engines/stream-use.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { readerOf } from '../reader-of.ts';
import { needs } from '../route-rules.ts';
import { answerStream } from '../stream-answer.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { noBody } from '../validation.ts';
import type { OfContainer } from './lifecycle.ts';
import { flagIn, pick, type Query } from './query.ts';

const bytesPerMiB = 2 ** 20;
const logKeys = ['follow', 'stdout', 'stderr', 'since', 'until', 'timestamps', 'tail', 'details'];
/** Options and columns, and nothing that a shell would read. */
const psArgs = /^[\w ,=+-]{0,256}$/;

/** What one engine says of one container, in its own words. */
export function readRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const ask = async ({ params, raw, app }: Request<OfContainer>, path: string, query?: URLSearchParams) =>
    await readAnswer(
      await relayToContainer(cluster, params.container, {
        ...{ method: 'GET', path, query, version: app.dockerVersion, signal: untilGone(raw) },
      }),
    );
  const stream = async (
    request: Request<OfContainer>,
    h: Pick<ResponseToolkit, 'response'>,
    asked: { method?: 'GET' | 'POST'; path: string; query?: URLSearchParams; type: string; use: StreamUse },
  ) => {
    const { type, ...relay } = asked;
    const version = request.app.dockerVersion;
    let answered = type;
    const response = await answerStream(request, h, stopping, {
      type,
      open: async (signal) => {
        const reader = readerOf(request);
        const all = { method: 'GET', ...relay, version, reader, signal } as const;
        const answer = await acceptedAnswer(await relayToContainer(cluster, request.params.container, all));
        answered = String(answer.headers['content-type'] ?? type);
        return answer.bytes;
      },
    });
    return response.type(answered);
  };
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/json',
    options: { plugins: needs('reveal', 'container') },
    handler: async (request) => {
      const document = await ask(request, '/json', pick(request.query, ['size']));
      const { engine } = await findContainer(cluster, request.params.container);
      return { ...Object(document), Node: nodeOf(engine) };
    },
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/logs',
    options: { plugins: needs('logs', 'container') },
    handler: (request, h) =>
      stream(request, h, {
        ...{ path: '/logs', query: pick(request.query, logKeys), use: 'logs' },
        type: 'application/vnd.docker.raw-stream',
      }),
  });
  server.route<OfContainer>({
    method: 'POST',
    path: '/containers/{container}/wait',
    options: { plugins: needs('read', 'container'), payload: noBody },
    handler: (request, h) =>
      stream(request, h, {
        ...{ method: 'POST', path: '/wait', query: pick(request.query, ['condition']), use: 'logs' },
        type: 'application/json',
      }),
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/top',
    options: { plugins: needs('reveal', 'container') },
    handler: (request, h) => {
      const query = pick(request.query, ['ps_args']);
      if (!psArgs.test(query.get('ps_args') ?? ''))
        return h.response({ message: 'ps_args must be options of ps and names of columns' }).code(400);
      return ask(request, '/top', query);
    },
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/changes',
    options: { plugins: needs('read', 'container') },
    // Docker has null for none.
    handler: async (request, h) => h.response(JSON.stringify(await ask(request, '/changes'))).type('application/json'),
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/stats',
    options: { plugins: needs('read', 'container') },
    handler: (request, h) => {
      const query = pick(request.query, ['stream', 'one-shot']);
      const isOnce = query.has('stream') && !isFollowed(request.query);
      if (isOnce) return ask(request, '/stats', query);
      return stream(request, h, { path: '/stats', query, type: 'application/json', use: 'logs' });
    },
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/export',
    options: { plugins: needs('export', 'container') },
    handler: (request, h) => stream(request, h, { path: '/export', type: 'application/x-tar', use: 'transfers' }),
  });
}

function isFollowed(query: Query): boolean {
  return flagIn(query, 'stream');
}

/** As classic Swarm told where a container is. */
function nodeOf({ id, addr, cpus, memory, labels }: EngineRecord): object {
  return {
    ...{ ID: id, Name: id, Addr: addr.replace(/^\w+:\/\//, ''), Cpus: cpus, Memory: memory * bytesPerMiB },
    Labels: Object.fromEntries(labels.map((label) => label.split(/=(.*)/s).slice(0, 2).concat('').slice(0, 2))),
  };
}
