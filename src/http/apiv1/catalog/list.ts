import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { type Catalog, catalog, catalogAfter } from '../../../decisions/services/catalog.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isEntryWithin } from '../../../state/scopes.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, strictValidation } from '../../validation.ts';

interface Query {
  readonly service?: string;
  readonly since?: string;
  readonly wait: number;
}

const query = Joi.object({
  service: idSchema,
  since: Joi.string().hex().length(16),
  /** In seconds. */
  wait: Joi.number().min(0).max(300).default(30).prefs({ convert: true }),
});

/** The addresses of ready replicas. `?since=TAG` answers when the catalog's tag differs, or after `?wait` seconds. */
export function listRoute(server: Server, cluster: Cluster): void {
  const waiting = new Set<AbortController>();
  // Ends waiting requests, so that they do not delay a shutdown.
  server.ext('onPreStop', () => {
    for (const each of waiting) each.abort();
  });
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/apiv1/catalog',
    options: {
      description: 'List the addresses of ready replicas',
      plugins: needs('read', 'catalog'),
      validate: { ...strictValidation, query },
    },
    handler: async ({ app: { scope }, query: { service, since, wait }, raw }) => {
      const answer = ({ tag, entries }: Catalog): object =>
        success(scope ? entries.filter((each) => isEntryWithin(cluster, scope, each)) : entries, { tag });
      if (since === undefined) return answer(catalog(cluster, service));
      const end = new AbortController();
      raw.res.once('close', () => end.abort());
      waiting.add(end);
      try {
        return answer(await catalogAfter(cluster, since, { service, ms: wait * 1000, signal: end.signal }));
      } finally {
        waiting.delete(end);
      }
    },
  });
}
