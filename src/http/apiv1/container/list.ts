import { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import {
  type ContainerFilter,
  type EngineFailure,
  listContainers,
} from '../../../commands/containers/list-containers.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { Container } from '../../../state/containers/container-view.ts';
import { serializeListedContainer } from '../../serialize.ts';
import { flagSchema, idSchema, strictValidation } from '../../validation.ts';

const querySchema = Joi.object({
  all: flagSchema,
  engine: idSchema,
  label: Joi.string().max(128),
  image: Joi.string().max(255),
  state: Joi.string().valid('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'),
});

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: ContainerFilter }>({
    method: 'GET',
    path: '/apiv1/containers',
    options: { validate: { ...strictValidation, query: querySchema } },
    handler: async ({ query }, h) => {
      const { shown, errors } = await listContainers(cluster, query, rowsOf);
      const answer = Readable.from(envelope(shown, errors), { objectMode: false });
      return h.response(answer).type('application/json; charset=utf-8');
    },
  });
}

function rowsOf(containers: readonly Container[]): string {
  return containers.map((container) => JSON.stringify(serializeListedContainer(container))).join(',');
}

/**
 * What `success` would make, as text and engine by engine: twenty thousand containers are 10 MB of text, and several times
 * that as objects.
 */
function* envelope(rows: readonly string[], errors: readonly EngineFailure[]): Generator<string> {
  yield '{"ok":true,"data":[';
  const [first = '', ...others] = rows.filter((each) => each !== '');
  yield first;
  for (const row of others) yield `,${row}`;
  yield `],"errors":${JSON.stringify(errors)}}`;
}
