import { isIPv6 } from 'node:net';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { CatalogEntry } from '../../../api/catalog.ts';
import { catalog } from '../../../decisions/services/catalog.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isEntryWithin } from '../../../state/scopes.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, strictValidation } from '../../validation.ts';

interface Query {
  readonly service?: string;
  readonly port?: number;
}

const query = Joi.object({
  service: idSchema,
  port: Joi.number().integer().min(1).max(65_535).prefs({ convert: true }),
});

/** For Prometheus' http_sd, in its own format without an envelope. `?port`: the container port of the metrics. */
export function httpSdRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/apiv1/catalog/http_sd',
    options: {
      description: 'List the addresses of ready replicas, for Prometheus',
      plugins: needs('read', 'catalog'),
      validate: { ...strictValidation, query },
    },
    handler: ({ app: { scope }, query: { service, port } }) =>
      catalog(cluster, service)
        .entries.filter(
          ({ proto, container_port }) => proto === 'tcp' && (port === undefined || port === container_port),
        )
        .filter((entry) => isEntryWithin(cluster, scope, entry))
        .map(targetGroup),
  });
}

function targetGroup({ service, slot, engine, container, host, port, container_port }: CatalogEntry): object {
  const labels = { service, slot, engine, container, container_port: String(container_port) };
  const named = Object.entries(labels).map(([label, value]) => [`__meta_satsuma_${label}`, value]);
  return { targets: [`${isIPv6(host) ? `[${host}]` : host}:${port}`], labels: Object.fromEntries(named) };
}
