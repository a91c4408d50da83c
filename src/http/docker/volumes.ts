import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { emptiestEngine } from '../../commands/engines/emptiest-engine.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import { createVolume, removeVolume } from '../../commands/volumes/volumes.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin } from '../../state/scopes.ts';
import { driverName, textMap } from '../engine-things.ts';
import { needsWithin } from '../route-rules.ts';
import { refuseVolume } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { findOnEngines, findOrNone, listed, type OfThing, placeIn } from './on-engines.ts';
import { isOwn, ownLabels, unscoped } from './own-things.ts';
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
    options: { plugins: needsWithin('read', 'volume') },
    handler: async ({ app, query, raw }) => {
      const { scope } = app;
      const answers = await relayToEngines(cluster, enginesWithin(cluster, scope, undefined), {
        ...{ method: 'GET', path: '/volumes', query: pick(query, ['filters']) },
        ...{ version: app.dockerVersion, signal: untilGone(raw) },
      });
      const entries = answers.flatMap(({ engine, answer }) => {
        const { Volumes } = Object(answer) as { readonly Volumes?: readonly object[] | null };
        const all = (Volumes ?? []).map((document) => ({ engine, document: Object(document) }));
        return all.filter(({ document }) => isOwn(scope, engine, document.Labels));
      });
      return { Volumes: listed(entries), Warnings: null };
    },
  });
  server.route<{ Payload: VolumeBody }>({
    method: 'POST',
    path: '/volumes/create',
    options: {
      plugins: needsWithin('create', 'volume'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: async (request, h) => {
      const { Name, Driver, DriverOpts, Labels } = request.payload;
      const { scope } = request.app;
      const { engine, name } = Name ? placeIn(cluster, Name, request.app) : {};
      const known = Name ? await findOrNone(cluster, 'volumes', Name, unscoped(request)) : undefined;
      if (known && !isOwn(scope, known.engine, known.document.Labels)) throw taken(name);
      if (known) return h.response(known.document).code(201);
      const labels = ownLabels(cluster, request, Labels);
      const spec = {
        ...(name !== undefined && { name }),
        ...(Driver && { driver: Driver }),
        ...(DriverOpts && { options: DriverOpts }),
        ...(labels && { labels }),
      };
      refuseVolume(cluster, request, spec);
      const place = engine ?? emptiestEngine(cluster, scope);
      const made = await createVolume(cluster, place.id, spec);
      // The engine answers with one that somebody else has made meanwhile.
      if (!isOwn(scope, place, made.labels)) throw taken(made.name);
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
    options: { plugins: needsWithin('read', 'volume') },
    handler: async (request) => (await findOnEngines(cluster, 'volumes', request.params.name, request)).document,
  });
  server.route<OfThing>({
    method: 'DELETE',
    path: '/volumes/{name}',
    options: { plugins: needsWithin('remove', 'volume') },
    handler: async (request, h) => {
      const { engine } = await findOnEngines(cluster, 'volumes', request.params.name, request);
      await removeVolume(cluster, engine.id, placeIn(cluster, request.params.name, request.app).name);
      return h.response().code(204);
    },
  });
}

function taken(name: string | undefined): SatsumaError {
  return new SatsumaError('name_taken', `volume with name ${name} already exists`);
}
