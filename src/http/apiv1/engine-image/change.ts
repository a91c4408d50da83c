import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type {
  EngineChoiceBody,
  PrunedImages,
  PruneImagesBody,
  RemovedImages,
  RemoveImageBody,
  TagImageBody,
} from '../../../api/engine-image.ts';
import { removeEngineImages, tagEngineImages } from '../../../commands/engine-images/change-engine-images.ts';
import { pruneEngineImages } from '../../../commands/engine-images/prune-engine-images.ts';
import type { EngineImage } from '../../../model/engine-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { choiceKeys, choiceMessages, imageSchema, tagSchema } from './schema.ts';

const withChoice = <T extends EngineChoiceBody>(keys: Joi.SchemaMap) =>
  Joi.object<T>({ ...keys, ...choiceKeys })
    .oxor('engines', 'labels')
    .messages(choiceMessages);

const tagBody = withChoice<TagImageBody>({ name: imageSchema.required(), tag: tagSchema.required() }).required();

export function tagRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: TagImageBody }>({
    method: 'POST',
    path: '/apiv1/engine-images/tag',
    options: {
      description: 'Tag an image',
      plugins: needs('create', 'engine-image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: tagBody },
    },
    handler: async ({ payload }) => {
      const { answers, errors } = await tagEngineImages(cluster, payload);
      return success({ engines: answers.map(({ engine }) => engine.id) }, { errors });
    },
  });
}

const removeBody = withChoice<RemoveImageBody>({ name: imageSchema.required(), force: Joi.boolean() }).required();

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: RemoveImageBody }>({
    method: 'POST',
    path: '/apiv1/engine-images/remove',
    options: {
      description: 'Remove a tag of an image, or the image',
      plugins: needs('remove', 'engine-image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: removeBody },
    },
    handler: async ({ payload: { force: isForced = false, ...rest } }) => {
      const { answers, errors } = await removeEngineImages(cluster, { ...rest, isForced });
      const engines: RemovedImages = Object.fromEntries(answers.map(({ engine, value }) => [engine.id, value]));
      return success({ engines }, { errors });
    },
  });
}

const pruneBody = withChoice<PruneImagesBody>({ dry_run: Joi.boolean(), dangling: Joi.boolean() }).allow(null);

export function pruneRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: PruneImagesBody | null }>({
    method: 'POST',
    path: '/apiv1/engine-images/prune',
    options: {
      description: 'Remove unused images',
      plugins: needs('remove', 'engine-image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: pruneBody },
    },
    handler: async ({ payload }) => {
      const { dry_run: isDryRun = false, dangling: isDangling = false, ...choice } = payload ?? {};
      const { removed, kept, errors } = await pruneEngineImages(cluster, { ...choice, isDryRun, isDangling });
      const pruned: PrunedImages = {
        dry_run: isDryRun,
        removed: removed.map(serialize),
        kept: kept.map(({ reason, ...each }) => ({ ...serialize(each), reason })),
        size: removed.reduce((sum, { found }) => sum + found.sizeBytes, 0),
      };
      return success(pruned, { errors });
    },
  });
}

function serialize({
  engineId,
  found: { id, tags, sizeBytes },
}: {
  readonly engineId: string;
  readonly found: EngineImage;
}) {
  return { engine: engineId, id, tags, size: sizeBytes };
}
