import type { Request, Server } from '@hapi/hapi';
import { destroyContainer } from '../../commands/containers/destroy-container.ts';
import { inspectContainer } from '../../commands/containers/inspect-container.ts';
import { listContainers } from '../../commands/containers/list-containers.ts';
import { readLogs } from '../../commands/containers/read-logs.ts';
import { runAllOrNone } from '../../commands/containers/run-containers.ts';
import { restartContainer } from '../../commands/containers/start-container.ts';
import { stopContainer } from '../../commands/containers/stop-container.ts';
import { scaleAlike } from '../../commands/shipyard/scale-alike.ts';
import type { RunningContainer } from '../../execution/describe-run.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requirePermission } from '../access-guard.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { readerOf } from '../reader-of.ts';
import { needs } from '../route-rules.ts';
import { serializeContainer, serializeRunningContainer } from '../serialize.ts';
import { answerStream } from '../stream-answer.ts';
import { approvalOf, underPolicy } from '../under-policy.ts';
import { untilStop } from '../until-stop.ts';
import { jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

interface OfContainer {
  readonly Params: { readonly id: string };
  readonly Query: Readonly<Record<string, string | undefined>>;
}

export const noCount = 'you must specify a count';
const maxAtOnce = 1_000;
const restartSeconds = 10;

export function containerRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/api/containers',
    options: { plugins: needs('read', 'container') },
    handler: async ({ app: { scope } }) =>
      [...(await listContainers(cluster, { all: true, scope })).containers].map(serializeContainer),
  });
  server.route<OfContainer>({
    method: 'POST',
    path: '/api/containers',
    options: { plugins: needs('create', 'container'), payload: jsonPayload },
    handler: async (request, h) => {
      const { count, pull } = request.query;
      const image = underPolicy(cluster, request, imageOf(request.payload, flagOf(pull)));
      const requested = count === undefined || count === '' ? 1 : countOf(count);
      const running = requested === 0 ? [] : await runAllOrNone(cluster, image, { count: requested });
      return h.response(running.map(serialize)).code(201);
    },
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/api/containers/{id}',
    options: { plugins: needs('read', 'container') },
    handler: async ({ params: { id } }, h) => {
      const found = await inspectContainer(cluster, id).catch((error: unknown) => {
        if (isSatsumaError(error, 'no_such_container')) return undefined;
        throw error;
      });
      return found ? serializeContainer(found.container) : h.response('null').type('application/json');
    },
  });
  server.route<OfContainer>({
    method: 'DELETE',
    path: '/api/containers/{id}',
    // The client sends the whole container; the path is sufficient.
    options: { plugins: needs('remove', 'container'), payload: jsonPayload },
    handler: async ({ params: { id } }, h) => {
      await destroyContainer(cluster, id);
      return h.response().code(204);
    },
  });
  changeRoutes(server, cluster);
  logsRoute(server, cluster);
}

/** Changes with the method GET, as in the original. */
function changeRoutes(server: Server, cluster: Cluster): void {
  type Act = (id: string, request: Request<OfContainer>) => Promise<unknown>;
  const route = (action: string, act: Act) =>
    server.route<OfContainer>({
      method: 'GET',
      path: `/api/containers/{id}/${action}`,
      options: { plugins: needs(action === 'scale' ? 'create' : 'update', 'container') },
      handler: async (request, h) => {
        await act(request.params.id, request);
        return h.response().code(204);
      },
    });
  route('stop', (id) => stopContainer(cluster, id));
  route('restart', (id) => restartContainer(cluster, id, { timeoutSeconds: restartSeconds }));
  route('scale', (id, request) => {
    const { count } = request.query;
    if (count === undefined || count === '') throw new SatsumaError('invalid', noCount);
    requirePermission(cluster, request, { verb: 'remove', noun: 'container' });
    const held = (image: ImageConfig) => underPolicy(cluster, request, image);
    return scaleAlike(cluster, id, countOf(count), { ...approvalOf(cluster, request), held, scope: request.app.scope });
  });
}

function logsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const all = { tail: 'all', follow: false, stdout: true, stderr: true, timestamps: false } as const;
  server.route<OfContainer>({
    method: 'GET',
    path: '/api/containers/{id}/logs',
    options: { plugins: needs('logs', 'container') },
    handler: (request, h) =>
      answerStream(request, h, stopping, {
        type: 'text/plain',
        open: (signal) => readLogs(cluster, request.params.id, { ...all, reader: readerOf(request), signal }),
      }),
  });
}

/** Shipyard's page sends fractional memory values. */
function imageOf(payload: unknown, isPulled: boolean): ImageConfig {
  const { memory, ...rest } = fieldsOf(payload);
  const whole = typeof memory === 'number' ? { memory: Math.ceil(memory) } : memory === undefined ? {} : { memory };
  const image: ImageConfig = received(imageConfigSchema, { ...rest, ...whole });
  return isPulled ? { ...image, pull: 'always' } : image;
}

function countOf(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= maxAtOnce) return Number(text);
  throw new SatsumaError('invalid', `count must be a whole number from 0 to ${maxAtOnce}`);
}

/** Like Go's ParseBool. */
function flagOf(text = ''): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['', '0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new SatsumaError('invalid', 'pull must be true or false');
}

function serialize(container: RunningContainer) {
  return { ...serializeRunningContainer(container), name: `/${container.name}`, state: 'running' };
}
