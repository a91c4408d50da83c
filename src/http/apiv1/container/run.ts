import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { runAllOrNone, runContainers } from '../../../commands/containers/run-containers.ts';
import { resolveImage } from '../../../commands/images/find-image.ts';
import type { Attempt } from '../../../execution/idempotency/attempt.ts';
import { runContainer } from '../../../execution/run-container.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type Answer, serializeError, success } from '../../envelope.ts';
import { visibleError } from '../../hide-others.ts';
import { imageRequestSchema } from '../../image-schema.ts';
import { needs } from '../../route-rules.ts';
import { serializeRunningContainer } from '../../serialize.ts';
import { underPolicy } from '../../under-policy.ts';
import { flagSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';

interface RunRoute {
  readonly Payload: ImageRequest;
  readonly Query: { readonly count?: number; readonly atomic: boolean; readonly start: boolean };
}

const query = Joi.object({
  count: Joi.number().integer().min(1).max(1000).prefs({ convert: true }),
  atomic: flagSchema.default(false),
  start: flagSchema.default(true),
});

export function runRoute(server: Server, cluster: Cluster): void {
  server.route<RunRoute>({
    method: 'POST',
    path: '/apiv1/container',
    options: {
      description: 'Run a container, or several with ?count=',
      plugins: needs('create', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, headers: keyHeader, query, payload: imageRequestSchema },
    },
    handler: (request, h) => withIdempotency(cluster, request, h, (attempt) => run(cluster, request, attempt)),
  });
}

/**
 * Answers with one container, or with a list if a count was given, as in clementine. Adds the names, and the errors of
 * containers that did not start.
 */
async function run(
  cluster: Cluster,
  request: Pick<Request, 'app'> & { readonly payload: ImageRequest; readonly query: RunRoute['Query'] },
  attempt: Attempt | undefined,
): Promise<Answer> {
  const { count, atomic, start } = request.query;
  if (!start && (count !== undefined || atomic))
    throw new SatsumaError('invalid', 'start=false cannot be combined with count or atomic');
  const image = underPolicy(cluster, request, await resolveImage(cluster, request.payload, request.app.scope));
  if (count === undefined) {
    const container = await runContainer(cluster, image, { attempt, isLeftUnstarted: !start });
    return { status: 201, body: success(serializeRunningContainer(container), { name: `/${container.name}` }) };
  }
  const several = { count, attempt };
  const { containers, errors } = atomic
    ? { containers: await runAllOrNone(cluster, image, several), errors: [] }
    : await runContainers(cluster, image, several);
  const names = containers.map(({ name }) => `/${name}`);
  const beside = {
    names,
    ...(errors.length === 0 ? {} : { errors: errors.map(visibleError(request)).map(serializeError) }),
  };
  return { status: 201, body: success(containers.map(serializeRunningContainer), beside) };
}
