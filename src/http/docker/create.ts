import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { builtImagesKnown } from '../../commands/builds/built-images.ts';
import { runWithNetworks } from '../../commands/networks/movable-networks.ts';
import type { LaunchOptions } from '../../execution/launch-container.ts';
import { runContainer } from '../../execution/run-container.ts';
import { bareName } from '../../model/bare-name.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { attachmentsOf, type ImageConfig } from '../../model/image-config.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { findWithin } from '../../state/scopes.ts';
import { imageOfRaw } from '../docker-create/raw-container.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { referenceReader, withReferencesRead } from './engine-references.ts';
import { networksIn } from './networks-in.ts';
import { findOrNone } from './on-engines.ts';
import { isOwn } from './own-things.ts';
import { placementWordsIn } from './placement-words.ts';
import { type Query, textIn } from './query.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * Placed and created, and not started: it holds its claims. An image that its engine has not is pulled, as long as the
 * client waits: with one engine the client pulls it, and who leaves then has no container either.
 */
export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query; Payload: Body }>({
    method: 'POST',
    path: '/containers/create',
    options: {
      plugins: needs('create', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: Joi.object().unknown().required() },
    },
    handler: async (request, h) => {
      const { query, app } = request;
      const payload = await withReferencesRead(request.payload, referenceReader(cluster, app));
      const image = underPolicy(cluster, request, await withNetworkNames(cluster, request, imageIn(payload, query)));
      await builtImagesKnown(cluster);
      const beside = await engineOfReplaced(cluster, request);
      const { scope } = app;
      const options = { ...kept, abandonSignal: untilGone(request.raw) };
      const { id } = await runWithNetworks(cluster, image, {
        run: () => createdFrom(cluster, image, beside, options),
        isOwn: (engine, labels) => isOwn(scope, engine, labels),
      });
      return h.response({ Id: id, Warnings: [] }).code(201);
    },
  });
}

/** Clients also say the id of a network: placement and the ledger know its name. What no engine has stays as it is. */
async function withNetworkNames(
  cluster: Cluster,
  { app, raw }: Pick<Request, 'app' | 'raw'>,
  image: ImageConfig,
): Promise<ImageConfig> {
  if (!image.networks) return image;
  const nameOf = async (text: string) => {
    if (!/^[0-9a-f]{12,64}$/.test(text)) return text;
    const found = await findOrNone(cluster, 'networks', text, { app, raw });
    return found ? String(found.document.Name) : text;
  };
  const named = attachmentsOf(image).map(async (each) => ({ ...each, name: await nameOf(each.name) }));
  return { ...image, networks: await Promise.all(named) };
}

const kept = { isLeftUnstarted: true, isKept: true } as const;

/** `beside`: the engine of the container that it replaces, which holds what both need until it is stopped. */
async function createdFrom(
  cluster: Cluster,
  image: ImageConfig,
  beside: string | undefined,
  options: typeof kept & Pick<LaunchOptions, 'abandonSignal'>,
): Promise<{ readonly id: string }> {
  if (beside === undefined) return await runContainer(cluster, image, options);
  try {
    return await runContainer(cluster, image, { ...options, onlyOn: beside, isAtRest: true });
  } catch (error) {
    // It may have to be elsewhere now.
    if (!isSatsumaError(error, 'unschedulable')) throw error;
    return await runContainer(cluster, image, options);
  }
}

/**
 * Compose 2 creates a new container while the old one runs, under the old one's id and name, then stops and removes that, renames and starts. Docker
 * takes ports at the start alone.
 */
async function engineOfReplaced(
  cluster: Cluster,
  { app: { scope }, payload, query }: Pick<Request, 'app'> & { readonly payload: Body; readonly query: Query },
): Promise<string | undefined> {
  if (!('com.docker.compose.replace' in labelsIn(payload))) return undefined;
  const [, reference] = /^([0-9a-f]{12})_/.exec(bareName(textIn(query, 'name') ?? '')) ?? [];
  if (reference === undefined) return undefined;
  try {
    const id = scope ? await findWithin(cluster, scope, { reference }) : reference;
    return (await findContainer(cluster, id)).engine.id;
  } catch (error) {
    if (isSatsumaError(error, 'no_such_container', 'ambiguous_container')) return undefined;
    throw error;
  }
}

/** Docker's body and query as an image config. Throws `invalid`. */
function imageIn({ NetworkingConfig, name: _, ...body }: Body, query: Query): ImageConfig {
  // Clients such as dockerode write the name into the body as well: Docker reads that of the query alone.
  const host = Object(body.HostConfig) as Body;
  const words = placementWordsIn(textsIn(body, 'Env'), labelsIn(body));
  const networks = networksOf(NetworkingConfig, host.NetworkMode);
  const name = bareName(textIn(query, 'name') ?? '');
  const platform = textIn(query, 'platform');
  const { NetworkMode, ...others } = host;
  const HostConfig = networks.length > 0 || NetworkMode === undefined ? others : host;
  const raw = { ...body, Env: words.env, Labels: words.labels, HostConfig };
  return imageOfRaw(raw, {
    // Labels are read as they are.
    user_data: undefined,
    ...words.fields,
    ...(networks.length > 0 && { networks }),
    ...(name && { container_name: name }),
    ...(platform && { platform }),
  });
}

/** The one of `NetworkMode` first: the container's own. Some clients name it there alone. */
function networksOf(networking: unknown, mode: unknown): readonly Body[] {
  const networks = networksIn(networking);
  if (typeof mode !== 'string' || mode === '' || mode.startsWith('container:')) return networks;
  const own = networks.filter(({ name }) => name === mode);
  const rest = networks.filter(({ name }) => name !== mode);
  if (own.length > 0) return [...own, ...rest];
  return isPredefinedNetwork(mode) ? networks : [{ name: mode }, ...networks];
}

function textsIn(body: Body, key: string): readonly string[] {
  const value = body[key] ?? [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new SatsumaError('invalid', `${key} must be a list of texts`);
}

function labelsIn({ Labels }: Body): Readonly<Record<string, string>> {
  const labels = Labels ?? {};
  const isMap = typeof labels === 'object' && !Array.isArray(labels);
  if (isMap && Object.values(labels).every((each) => typeof each === 'string')) return labels as Record<string, string>;
  throw new SatsumaError('invalid', 'Labels must be an object of texts');
}
