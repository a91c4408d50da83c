import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { type Redeployed, redeployContainers } from '../../commands/shipyard/redeploy-containers.ts';
import { findWebhookKey } from '../../commands/shipyard/webhook-keys.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { imageName } from '../image-schema.ts';
import { forAnyone } from '../route-rules.ts';
import { jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

/** Docker Hub sends more fields. */
const webhook = Joi.object<{ readonly repository: { readonly repo_name: string } }>({
  repository: Joi.object({ repo_name: imageName.required() }).unknown().required(),
})
  .unknown()
  .required();

/** The key authenticates a registry that has a new image. Concurrent calls are merged, across servers, too. */
export function hubRoute(server: Server, cluster: Cluster): void {
  const running = new Map<string, Promise<Redeployed | undefined>>();
  server.route<{ Params: { readonly key: string } }>({
    method: 'POST',
    path: '/hub/webhook/{key}',
    options: { plugins: { ...forAnyone, hiddenParams: ['key'] }, payload: jsonPayload },
    handler: async ({ app, params, payload }, h) => {
      const notFound = () => h.response('not found\n').type('text/plain').code(404);
      const known = await findWebhookKey(cluster, params.key);
      if (!known) return notFound();
      const { repo_name: repository } = received(webhook, fieldsOf(payload)).repository;
      if (!repository.includes(known.image)) return notFound();
      app.asked = { verb: 'update', noun: 'container' };
      // With or without a tag.
      const key = imageRepository(repository);
      const redeploy = running.get(key) ?? redeployContainers(cluster, key).finally(() => running.delete(key));
      running.set(key, redeploy);
      await redeploy;
      return h.response().code(200);
    },
  });
}
