import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { LifecycleBody } from '../../../api/container.ts';
import type { InspectedContainer } from '../../../commands/containers/inspect-container.ts';
import { restartContainer, startContainer } from '../../../commands/containers/start-container.ts';
import { killContainer, pauseContainer, stopContainer } from '../../../commands/containers/stop-container.ts';
import type { Attempt } from '../../../execution/idempotency/attempt.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { jsonPayload } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type ContainerParams, containerParams } from './params.ts';

interface Action {
  readonly description: string;
  /** Allowed in the body and in the query. */
  readonly options: Joi.SchemaMap<LifecycleBody>;
  run(cluster: Cluster, container: string, options: LifecycleBody, attempt?: Attempt): Promise<InspectedContainer>;
}

/** In seconds, Docker's `t`. A request may take an hour at most. */
const timeout = Joi.number().integer().min(0).max(3600);

/** As listed by `kill -l`, with or without SIG, or a number. The engine rejects unknown ones. */
const signal = Joi.alternatives(
  Joi.string().pattern(/^(SIG)?([A-Z]{2,8}[12]?|RTM(IN|AX)([+-]\d{1,2})?)$|^([1-9]|[1-5]\d|6[0-4])$/i),
  Joi.number().integer().min(1).max(64),
).messages({
  'alternatives.match': '{{#label}} must be a signal like SIGTERM, TERM or 15',
  'string.pattern.base': '{{#label}} must be a signal like SIGTERM, TERM or 15',
});

const actions: Readonly<Record<string, Action>> = {
  start: {
    description: 'Start a container',
    options: {},
    run: (cluster, container) => startContainer(cluster, container),
  },
  stop: {
    description: 'Stop a container',
    options: { timeout, signal },
    run: (cluster, container, { timeout: timeoutSeconds, signal }) =>
      stopContainer(cluster, container, { timeoutSeconds, signal: signal?.toString() }),
  },
  restart: {
    description: 'Restart a container',
    options: { timeout },
    run: (cluster, container, { timeout: timeoutSeconds }) => restartContainer(cluster, container, { timeoutSeconds }),
  },
  pause: {
    description: 'Pause all processes of a container',
    options: {},
    run: (cluster, container) => pauseContainer(cluster, container, true),
  },
  unpause: {
    description: 'Resume the processes of a container',
    options: {},
    run: (cluster, container) => pauseContainer(cluster, container, false),
  },
  kill: {
    description: 'Send a signal to a container',
    options: { signal },
    run: (cluster, container, options, attempt) =>
      killContainer(cluster, container, { signal: options.signal?.toString(), isRetry: attempt?.isRetry }),
  },
};

export function lifecycleRoutes(server: Server, cluster: Cluster): void {
  for (const [name, { description, options: keys, run }] of Object.entries(actions)) {
    server.route<ContainerParams & { Payload: LifecycleBody | null; Query: LifecycleBody }>({
      method: 'POST',
      path: `/apiv1/container/{container}/${name}`,
      options: {
        description,
        plugins: needs('update', 'container'),
        payload: jsonPayload,
        validate: {
          ...containerParams,
          headers: keyHeader,
          payload: Joi.object(keys).allow(null),
          query: Joi.object(keys).prefs({ convert: true }),
        },
      },
      handler: (request, h) => {
        const { app, params, headers, method, path: asked } = request;
        const options = { ...request.query, ...request.payload };
        return withIdempotency(
          cluster,
          { app, method, path: asked, query: {}, headers, payload: options },
          h,
          async (attempt) => {
            const container = await run(cluster, params.container, options, attempt);
            return { status: 200, body: success(serializeInspectedContainer(container)) };
          },
        );
      },
    });
  }
}
