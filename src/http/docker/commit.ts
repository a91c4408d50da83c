import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { commitContainer } from '../../commands/containers/commit-container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findWithin } from '../../state/scopes.ts';
import { requireBesides } from '../access-guard.ts';
import { isNothing } from '../docker-create/is-nothing.ts';
import { requireReach } from '../guard-reach.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { nameIn, withTag } from './image-names.ts';
import { flagIn, type Query, textIn } from './query.ts';

const maxChanges = 100;

/** An image of a container, on its engine. */
export function commitRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query; Payload: object | null }>({
    method: 'POST',
    path: '/commit',
    options: {
      plugins: needs('export', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: Joi.object().unknown().allow(null) },
    },
    handler: async (request, h) => {
      const { query, payload, app } = request;
      const instructions = Object.entries(payload ?? {}).find(([, value]) => !isNothing(value));
      if (instructions)
        throw new SatsumaError('invalid', `${instructions[0].slice(0, 64)} is not served by commit: say it in changes`);
      const given = textIn(query, 'container') ?? '';
      const reference = app.scope ? await findWithin(cluster, app.scope, { reference: given }) : given;
      await requireReach(cluster, request as unknown as Request, reference);
      const repository = textIn(query, 'repo') ?? '';
      // Other containers on the engine may use the tag, so a scoped caller needs a permission to move it.
      if (app.scope && repository !== '') requireBesides(cluster, request, { verb: 'create', noun: 'engine-image' });
      const { id } = await commitContainer(cluster, reference, {
        ...(repository !== '' && { image: nameIn(withTag(repository, textIn(query, 'tag'))) }),
        ...{ author: textIn(query, 'author') || undefined, message: textIn(query, 'comment') || undefined },
        ...{ changes: changesIn(query), pause: query.pause === undefined || flagIn(query, 'pause') },
      });
      return h.response({ Id: id }).code(201);
    },
  });
}

/** Lines as of a Dockerfile; one value may have several. Throws `invalid`. */
function changesIn({ changes }: Query): readonly string[] {
  const lines = [changes].flat().flatMap((text) => (typeof text === 'string' ? text.split('\n') : []));
  const instructions = lines.filter((line) => line.trim() !== '');
  if (instructions.length <= maxChanges) return instructions;
  throw new SatsumaError('invalid', `there may be ${maxChanges} changes at most`);
}
