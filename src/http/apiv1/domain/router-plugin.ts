import type { Plugin } from '@hapi/hapi';
import type { Router, RouterBody } from '../../../api/router.ts';
import {
  removeRouter,
  routerImage,
  type ShownRouter,
  setRouter,
  showRouter,
} from '../../../commands/domains/router.ts';
import { defaultRouterImage } from '../../../model/router.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { underPolicy } from '../../under-policy.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { routerSchema } from './schema.ts';

const path = '/apiv1/router';

/** Who serves domains: it has ports 80 and 443 of engines, so it is a matter of whoever may register these. */
export const routerPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-router',
  register: (server, { cluster }) => {
    server.route<{ Payload: RouterBody }>({
      method: 'PUT',
      path,
      options: {
        description: 'Run a router on every engine with these labels',
        plugins: needs('create', 'engine'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: routerSchema },
      },
      handler: async (request, h) => {
        const { labels, image: name = defaultRouterImage, dns, auth, email } = request.payload;
        const image = underPolicy(cluster, request, routerImage(name, labels), { areRouters: true });
        return h.response(success(serialize(await setRouter(cluster, { image, dns, auth, email })))).code(202);
      },
    });
    server.route({
      method: 'GET',
      path,
      options: {
        description: 'Show the routers, and whether each serves what is asked for',
        plugins: needs('read', 'engine'),
        validate: strictValidation,
      },
      handler: async () => success(serialize(await showRouter(cluster))),
    });
    server.route({
      method: 'DELETE',
      path,
      options: {
        description: 'Stop all routers; the domains stay',
        plugins: needs('remove', 'engine'),
        validate: strictValidation,
      },
      handler: async (_, h) => {
        await removeRouter(cluster);
        return h.response(success('The routers are being stopped; the domains stay')).code(202);
      },
    });
  },
};

function serialize({ service, image, dns, auth, email, routers, createdAt }: ShownRouter): Router {
  return {
    ...{ service, image: image?.name ?? '', labels: image?.labels ?? [], dns, routers, created_at: createdAt },
    ...(auth && { auth }),
    ...(email !== undefined && { email }),
  };
}
