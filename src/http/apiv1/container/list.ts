import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import {
  type ContainerFilter,
  type ContainerListing,
  listContainers,
} from '../../../commands/containers/list-containers.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type ContainerOrder, containerOrders, readCursor } from '../../../state/containers/container-order.ts';
import { rowWriter } from '../../listed-container.ts';
import { needs } from '../../route-rules.ts';
import { flagSchema, idSchema, strictValidation } from '../../validation.ts';

interface Query extends ContainerFilter {
  readonly consistent: boolean;
  readonly sort: ContainerOrder;
  readonly after?: string;
  readonly limit?: number;
}

const querySchema = Joi.object({
  all: flagSchema,
  engine: idSchema,
  label: Joi.string().max(128),
  image: Joi.string().max(255),
  project: idSchema,
  state: Joi.string().valid('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'),
  consistent: flagSchema.default(false),
  sort: Joi.string()
    .valid(...containerOrders)
    .default('engine'),
  after: Joi.string().max(2_048),
  limit: Joi.number().integer().min(1).max(10_000).prefs({ convert: true }),
});

/** Size of the chunks in which the answer is sent, in characters. */
const chunkLength = 128 * 1024;
/** So long rows are made before others get their turn. */
const maxTurnMs = 10;

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/apiv1/containers',
    options: {
      description: 'List the containers of all engines',
      plugins: needs('read', 'container'),
      validate: { ...strictValidation, query: querySchema },
    },
    handler: async ({ app, query }, h) => {
      const after = query.after === undefined ? undefined : readCursor(query.after, query.sort);
      const listing = await listContainers(cluster, { ...query, after, scope: app.scope });
      return h
        .response(Readable.from(envelope(listing, app.hidesValues), { objectMode: false }))
        .type('application/json; charset=utf-8');
    },
  });
}

/**
 * Generates the text of what `success` would build, at the reader's speed: twenty thousand containers are 20 MB of
 * text, and several times that as objects. A reader that is fast is not served without a pause: others wait meanwhile.
 */
async function* envelope(
  { containers, errors, next }: ContainerListing,
  hidesValues: boolean | undefined,
): AsyncGenerator<string> {
  const rowOf = rowWriter(hidesValues);
  let turnBegan = performance.now();
  let text = '{"ok":true,"data":[';
  let isFirst = true;
  for (const container of containers) {
    text += isFirst ? rowOf(container) : `,${rowOf(container)}`;
    isFirst = false;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
    if (performance.now() - turnBegan < maxTurnMs) continue;
    await setImmediate();
    turnBegan = performance.now();
  }
  const last = next();
  yield `${text}],${last === undefined ? '' : `"next":${JSON.stringify(last)},`}"errors":${JSON.stringify(errors)}}`;
}
