import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { BuildLine } from '../../../api/build.ts';
import { buildImage } from '../../../commands/builds/build-image.ts';
import { uploadsOf } from '../../../commands/uploads/uploads.ts';
import { serviceImageDefaults } from '../../../model/service-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requireBesides } from '../../access-guard.ts';
import { imageName } from '../../image-schema.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { constraintsSchema } from '../../placement-schema.ts';
import { needs } from '../../route-rules.ts';
import { underPolicy } from '../../under-policy.ts';
import { untilStop } from '../../until-stop.ts';
import { uploadId, uploadOwner } from '../../upload-owner.ts';
import { drained, streamedPayload, uploaded } from '../../uploaded.ts';
import { flagSchema, idSchema, strictValidation } from '../../validation.ts';
import { target } from './archive.ts';
import { tagSchema } from './schema.ts';

interface BuildQuery {
  readonly name: readonly string[];
  readonly dockerfile?: string;
  readonly target?: string;
  readonly arg?: readonly string[];
  readonly label?: readonly string[];
  readonly no_cache?: boolean;
  readonly pull?: boolean;
  readonly platform?: string;
  readonly network?: 'default' | 'none';
  readonly shm_size?: number;
  readonly cache_from?: readonly string[];
  readonly extra_host?: readonly string[];
  readonly builder?: string;
  readonly runner?: string;
  readonly engine?: string;
  readonly constraint?: readonly string[];
  readonly project?: string;
  readonly to?: readonly string[];
  readonly copies?: number;
  readonly upload?: string;
}

const pair = Joi.string()
  .max(32_768)
  .pattern(/^[^=]+=/)
  .messages({ 'string.pattern.base': '{{#label}} must be like NAME=VALUE' });
const several = (items: Joi.Schema, max = 100) => Joi.array().items(items).single().max(max);
const whole = Joi.number().integer().prefs({ convert: true });

const query = Joi.object<BuildQuery>({
  name: several(tagSchema, 16).min(1).required(),
  dockerfile: Joi.string().min(1).max(1_024),
  target: Joi.string().min(1).max(128),
  arg: several(pair),
  label: several(pair),
  no_cache: flagSchema,
  pull: flagSchema,
  platform: Joi.string().min(1).max(128),
  network: Joi.string().valid('default', 'none'),
  shm_size: whole.min(1),
  cache_from: several(imageName),
  extra_host: several(Joi.string().min(3).max(300)),
  builder: imageName,
  runner: imageName,
  engine: idSchema,
  constraint: constraintsSchema.single(),
  project: idSchema,
  to: several(target, 1_024),
  copies: whole.min(0).max(16),
  upload: uploadId,
})
  .and('builder', 'runner')
  .messages({ 'object.and': 'builder and runner go together: one makes what the other runs' });

/** The body is an archive with what is built, unless it was uploaded before. Lines of JSON: what the engine writes, how far each copy is, and what became of it. */
export function buildRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: BuildQuery; Payload: Readable }>({
    method: 'POST',
    path: '/apiv1/engine-images/build',
    options: {
      description: 'Build an image of an archive on an engine, and copy it to others',
      plugins: needs('create', 'engine-image'),
      payload: streamedPayload,
      validate: { ...strictValidation, query },
    },
    handler: async (request, h) => {
      // It runs what its client says.
      requireBesides(cluster, request, { verb: 'create', noun: 'container' });
      const {
        name: names,
        constraint,
        project,
        platform,
        builder,
        runner,
        engine,
        to,
        copies,
        upload,
        ...rest
      } = request.query;
      const [name = ''] = names;
      const given = {
        ...(constraint && { constraints: constraint }),
        ...(project && { project }),
        ...(platform && { platform }),
      };
      const place = underPolicy(cluster, request, { ...serviceImageDefaults, name, restart_policy: {}, ...given });
      const uploads = uploadsOf(cluster.cache);
      const owner = uploadOwner(request);
      const archive = upload === undefined ? uploaded(request.payload) : uploads.open(owner, upload);
      const asked = {
        ...{ names, place, engine, platform, to, copies, open: () => archive },
        ...{ dockerfile: rest.dockerfile, target: rest.target, network: rest.network, shmBytes: rest.shm_size },
        ...{ isUncached: rest.no_cache, isPulled: rest.pull, cacheFrom: rest.cache_from, extraHosts: rest.extra_host },
        ...{ args: pairsIn(rest.arg), labels: pairsIn(rest.label) },
        ...(builder !== undefined && runner !== undefined && { builder: { builder, runner } }),
      };
      return await answerJsonLines(request, h, stopping, (signal) => {
        const lines = buildImage(cluster, asked, signal);
        return upload === undefined ? lines : onceBuilt(lines, () => uploads.remove(owner, upload));
      }).catch(async (error: unknown) => {
        await drained(request.payload);
        throw error;
      });
    },
  });
}

/** After a build that fails, its context need not be uploaded again. */
async function* onceBuilt(lines: AsyncIterable<BuildLine>, then: () => void): AsyncGenerator<BuildLine> {
  for await (const line of lines) {
    if ('image' in line) then();
    yield line;
  }
}

function pairsIn(texts: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
