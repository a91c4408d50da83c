import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { emptiestEngine } from '../../commands/engines/emptiest-engine.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import { createVolume, removeVolume } from '../../commands/volumes/volumes.ts';
import type { Cluster } from '../../state/cluster.ts';
import { driverName, textMap } from '../engine-things.ts';
import { needs } from '../route-rules.ts';
import { refuseVolume } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { findOnEngines, findOrNone, listed, type OfThing, placeIn } from './on-engines.ts';
import { pick, type Query } from './query.ts';

interface VolumeBody {
  readonly Name?: string | null;
  readonly Driver?: string | null;
  readonly DriverOpts?: Readonly<Record<string, string>> | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

const body = Joi.object<VolumeBody>({
  Name: Joi.string().allow('', null).max(300),
  Driver: driverName.allow('', null),
  DriverOpts: textMap.allow(null),
  Labels: textMap.allow(null),
}).required();

/** Volumes of engines. `ENGINE/NAME` is the one on that engine. */
export function volumeRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/volumes',
    options: { plugins: needs('read', 'volume') },
    handler: async ({ app, query, raw }) => {
      const answers = await relayToEngines(cluster, cluster.cache.engines(), {
        ...{ method: 'GET', path: '/volumes', query: pick(query, ['filters']) },
        ...{ version: app.dockerVersion, signal: untilGone(raw) },
      });
      const entries = answers.flatMap(({ engine, answer }) => {
        const { Volumes } = Object(answer) as { readonly Volumes?: readonly object[] | null };
        return (Volumes ?? []).map((document) => ({ engine, document: Object(document) }));
      });
      return { Volumes: listed(entries), Warnings: null };
    },
  });
  server.route<{ Payload: VolumeBody }>({
    method: 'POST',
    path: '/volumes/create',
    options: {
      plugins: needs('create', 'volume'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: async (request, h) => {
      const { Name, Driver, DriverOpts, Labels } = request.payload;
      const { engine, name } = Name ? placeIn(cluster, Name) : {};
      const known = Name ? await findOrNone(cluster, 'volumes', Name, request) : undefined;
      if (known) return h.response(known.document).code(201);
      const spec = {
        ...(name !== undefined && { name }),
        ...(Driver && { driver: Driver }),
        ...(DriverOpts && { options: DriverOpts }),
        ...(Labels && { labels: Labels }),
      };
      refuseVolume(cluster, request, spec);
      const made = await createVolume(cluster, (engine ?? emptiestEngine(cluster)).id, spec);
      return h
        .response({
          ...{ Name: made.name, Driver: made.driver, Mountpoint: made.mountpoint, Scope: made.scope },
          ...{ CreatedAt: made.createdAt, Labels: made.labels, Options: made.options },
        })
        .code(201);
    },
  });
  server.route<OfThing>({
    method: 'GET',
    path: '/volumes/{name}',
    options: { plugins: needs('read', 'volume') },
    handler: async (request) => (await findOnEngines(cluster, 'volumes', request.params.name, request)).document,
  });
  server.route<OfThing>({
    method: 'DELETE',
    path: '/volumes/{name}',
    options: { plugins: needs('remove', 'volume') },
    handler: async (request, h) => {
      const { engine } = await findOnEngines(cluster, 'volumes', request.params.name, request);
      await removeVolume(cluster, engine.id, placeIn(cluster, request.params.name).name);
      return h.response().code(204);
    },
  });
}
