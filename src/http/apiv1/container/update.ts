import type { Server } from '@hapi/hapi';
import { updateContainer } from '../../../commands/containers/update-container.ts';
import type { ContainerUpdate } from '../../../model/container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { updateSchema } from '../../image-schema.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { jsonPayload } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function updateRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Payload: ContainerUpdate }>({
    method: 'POST',
    path: '/apiv1/container/{container}/update',
    options: { payload: jsonPayload, validate: { ...containerParams, headers: keyHeader, payload: updateSchema } },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async () => {
        const updated = await updateContainer(cluster, request.params.container, request.payload);
        return { status: 200, body: success(serializeInspectedContainer(updated)) };
      }),
  });
}
