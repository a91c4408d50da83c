import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { emptiestEngine } from '../../commands/engines/emptiest-engine.ts';
import { createMeshNetwork, removeAnyNetwork } from '../../commands/mesh/mesh-networks.ts';
import { holdNetworks } from '../../commands/networks/hold-networks.ts';
import { bringNetwork } from '../../commands/networks/movable-networks.ts';
import { connectNetwork, createNetwork, disconnectNetwork } from '../../commands/networks/networks.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import {
  isPredefinedNetwork,
  knownIdOf,
  madeMovable,
  type Network,
  type NetworkSpec,
  ownLabelsOf,
  type Subnet,
} from '../../model/network.ts';
import type { Scope } from '../../model/scope.ts';
import { activeMesh } from '../../state/active-mesh.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { enginesWithin, findWithin, isContainerWithin } from '../../state/scopes.ts';
import { isNothing } from '../docker-create/is-nothing.ts';
import { driverName, textMap } from '../engine-things.ts';
import { needsWithin } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { referenceReader, withLinksRead } from './engine-references.ts';
import { endpointOf } from './networks-in.ts';
import { type Found, findOnEngines, findOrNone, listed, noSuch, type OfThing, placeIn } from './on-engines.ts';
import { isOwn, ownLabels, unscoped } from './own-things.ts';
import { pick, type Query } from './query.ts';

interface RawSubnet {
  readonly Subnet?: string;
  readonly Gateway?: string;
  readonly IPRange?: string;
}

interface NetworkBody {
  readonly Name: string;
  readonly Driver?: string | null;
  readonly Internal?: boolean | null;
  readonly Attachable?: boolean | null;
  readonly EnableIPv6?: boolean | null;
  readonly IPAM?: { readonly Config?: readonly RawSubnet[] | null } | null;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

interface MemberBody {
  readonly Container: string;
  readonly EndpointConfig?: object | null;
  readonly Force?: boolean | null;
}

const flag = Joi.boolean().allow(null);
const cidr = Joi.string().ip({ cidr: 'required' }).allow('');
const subnet = Joi.object({ Subnet: cidr, Gateway: Joi.string().ip({ cidr: 'forbidden' }).allow(''), IPRange: cidr });

/** What is read. What else says something is refused by name. */
const createKeys = {
  Name: Joi.string().max(300).required(),
  Driver: driverName.allow('', null),
  ...{ Internal: flag, Attachable: flag, EnableIPv6: flag, CheckDuplicate: flag },
  IPAM: Joi.object({ Driver: Joi.valid('default', '', null), Config: Joi.array().items(subnet).max(16).allow(null) })
    .unknown()
    .allow(null),
  ...{ Options: textMap.allow(null), Labels: textMap.allow(null) },
};
const createBody = Joi.object<NetworkBody>(createKeys).unknown().required();

const memberBody = Joi.object<MemberBody>({
  Container: Joi.string().max(256).required(),
  EndpointConfig: Joi.object().unknown().allow(null),
  Force: flag,
}).required();

/** Networks of engines, and those over engines. `ENGINE/NAME` is the one on that engine. */
export function networkRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/networks',
    options: { plugins: needsWithin('read', 'network') },
    handler: async ({ app, query, raw }) => {
      const { scope } = app;
      const answers = await relayToEngines(cluster, enginesWithin(cluster, scope, undefined), {
        ...{ method: 'GET', path: '/networks', query: pick(query, ['filters']) },
        ...{ version: app.dockerVersion, signal: untilGone(raw) },
      });
      const all = answers.flatMap(({ engine, answer }) =>
        (Array.isArray(answer) ? answer : []).map((document) => ({ engine, document: Object(document) })),
      );
      const own = all.filter(({ engine, document }) => {
        return isPredefinedNetwork(String(document.Name)) || isOwn(scope, engine, document.Labels);
      });
      return listed(own.map((found) => ({ ...found, document: shown(cluster, scope, found) })));
    },
  });
  server.route<{ Payload: NetworkBody }>({
    method: 'POST',
    path: '/networks/create',
    options: {
      plugins: needsWithin('create', 'network'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: createBody },
    },
    handler: async (request, h) => {
      const { scope } = request.app;
      const Labels = ownLabels(cluster, request, request.payload.Labels);
      const payload = { ...request.payload, ...(Labels && { Labels }) };
      const { engine, name } = placeIn(cluster, payload.Name, request.app);
      if (isPredefinedNetwork(name)) throw predefined(name);
      const spec = specOf(payload, name);
      // Compose leaves it out where the file says none.
      const canSpan = spec.driver === undefined && !engine && !scope?.engineLabels && activeMesh(cluster) !== undefined;
      const isOverEngines = spec.driver === 'overlay' || canSpan;
      if (isOverEngines && engine)
        throw new SatsumaError('invalid', 'an overlay is over all engines: leave out the engine');
      if (isOverEngines && scope?.engineLabels)
        throw new SatsumaError('forbidden', 'an overlay is over all engines, and some are beyond your scope');
      const made = await holdNetworks(cluster, [name], async () => {
        if (await findOrNone(cluster, 'networks', payload.Name, unscoped(request)))
          throw new SatsumaError('name_taken', `network with name ${payload.Name} already exists`);
        if (isOverEngines) return await createMeshNetwork(cluster, spec);
        if (engine) return await createNetwork(cluster, engine.id, spec);
        return await createNetwork(cluster, emptiestEngine(cluster, scope).id, madeMovable(spec));
      });
      return h.response({ Id: made.id, Warning: '' }).code(201);
    },
  });
  server.route<OfThing>({
    method: 'GET',
    path: '/networks/{name}',
    options: { plugins: needsWithin('read', 'network') },
    handler: async (request) => {
      const found = await findOnEngines(cluster, 'networks', request.params.name, request);
      return shown(cluster, request.app.scope, found);
    },
  });
  server.route<OfThing>({
    method: 'DELETE',
    path: '/networks/{name}',
    options: { plugins: needsWithin('remove', 'network') },
    handler: async (request, h) => {
      const { engine, document } = await findOnEngines(cluster, 'networks', request.params.name, request);
      await removeAnyNetwork(cluster, engine.id, String(document.Name));
      return h.response().code(204);
    },
  });
  memberRoutes(server, cluster);
}

/** With Docker's status. */
function predefined(name: string): SatsumaError {
  const message = `operation is not permitted on predefined ${name} network`;
  return new SatsumaError('invalid', message, { cause: Object.assign(new Error(message), { status: 403 }) });
}

function memberRoutes(server: Server, cluster: Cluster): void {
  for (const action of ['connect', 'disconnect'] as const) {
    server.route<OfThing & { Payload: MemberBody }>({
      method: 'POST',
      path: `/networks/{name}/${action}`,
      options: {
        plugins: needsWithin('update', 'network'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: memberBody },
      },
      handler: async (request, h) => {
        const { params, payload, app } = request;
        const { name } = placeIn(cluster, params.name, app);
        const { Container: reference, EndpointConfig, Force } = payload;
        const container = app.scope ? await findWithin(cluster, app.scope, { reference }) : reference;
        // Its networks are those of its engine.
        const { engine } = await findContainer(cluster, container);
        const network = await networkOn(cluster, engine, name, { request, isBrought: action === 'connect' });
        const member = { engineId: engine.id, network, container };
        if (action === 'connect') {
          const endpoint = await withLinksRead(Object(EndpointConfig), referenceReader(cluster, app));
          await connectNetwork(cluster, member, endpointOf(name, endpoint));
        } else await disconnectNetwork(cluster, member, { isForced: Force ?? false });
        return h.response().code(200);
      },
    });
  }
}

/** The id of a network that a container on the engine may be in. Throws as `findOnEngines`, and as `bringNetwork`. */
async function networkOn(
  cluster: Cluster,
  engine: EngineRecord,
  name: string,
  { request, isBrought }: { readonly request: Pick<Request, 'app' | 'raw'>; readonly isBrought: boolean },
): Promise<string> {
  const there = await findOrNone(cluster, 'networks', `${engine.id}/${name}`, request);
  const { engine: where, document } = there ?? (await findOnEngines(cluster, 'networks', name, request));
  // One that moved here has the id that clients know no more. An engine does not know an overlay before it has a container there.
  if (where.id === engine.id || document.Scope === 'swarm') return String(document.Id);
  if (!isBrought) throw noSuch('networks', name);
  const membership = { name: String(document.Name), engineId: engine.id };
  return await bringNetwork(cluster, membership, (of, labels) => isOwn(request.app.scope, of, labels));
}

/** As its clients know it; without the containers of others, and the addresses of the engines. */
function shown(cluster: Cluster, scope: Scope | undefined, { engine, document: raw }: Found): Found['document'] {
  const labels = Object(raw.Labels) as Network['labels'];
  const Id = knownIdOf({ labels }) ?? raw.Id;
  const document: Readonly<Record<string, unknown>> = {
    ...raw,
    Id,
    ...(raw.Labels ? { Labels: ownLabelsOf(labels) } : {}),
  };
  if (!scope) return document;
  const { Containers, Peers: _, Services: __, ...rest } = document;
  const isSeen = (id: string) => {
    const known = cluster.cache.containers.get(engine.id, id);
    return known !== undefined && isContainerWithin(cluster, scope, known);
  };
  const seen = Object.entries(Object(Containers)).filter(([id]) => isSeen(id));
  return { ...rest, ...(Containers !== undefined && { Containers: Object.fromEntries(seen) }) };
}

/** Throws `invalid`. */
function specOf(
  { Name: _, Driver, Internal, Attachable, EnableIPv6, IPAM, Options, Labels, ...rest }: NetworkBody,
  name: string,
): NetworkSpec {
  const unread = Object.entries(rest).find(
    ([key, value]) => !(key in createKeys) && key !== 'Scope' && !isNothing(value),
  );
  if (unread) throw new SatsumaError('invalid', `${unread[0].slice(0, 64)} of a network is not served`);
  const subnets = (IPAM?.Config ?? []).flatMap(({ Subnet, Gateway, IPRange }): Subnet[] =>
    Subnet ? [{ subnet: Subnet, gateway: Gateway || undefined, ip_range: IPRange || undefined }] : [],
  );
  return {
    name,
    ...(Driver && { driver: Driver }),
    ...{ isInternal: Internal ?? undefined, isAttachable: Attachable ?? undefined, isIPv6: EnableIPv6 ?? undefined },
    ...(subnets.length > 0 && { subnets }),
    ...(Options && { options: Options }),
    ...(Labels && { labels: Labels }),
  };
}
