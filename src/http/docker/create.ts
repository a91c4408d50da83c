import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { runContainer } from '../../execution/run-container.ts';
import { bareName } from '../../model/bare-name.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import { imageOfRaw } from '../docker-create/raw-container.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { jsonPayload, strictValidation } from '../validation.ts';
import { networksIn } from './networks-in.ts';
import { placementWordsIn } from './placement-words.ts';
import { type Query, textIn } from './query.ts';

type Body = Readonly<Record<string, unknown>>;

/** Placed and created, and not started: it holds its claims. An image that its engine has not is pulled. */
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
      const { payload, query } = request;
      const image = underPolicy(cluster, request, imageIn(payload, query));
      const { id } = await runContainer(cluster, image, { isLeftUnstarted: true, isKept: true });
      return h.response({ Id: id, Warnings: [] }).code(201);
    },
  });
}

/** Docker's body and query as an image config. Throws `invalid`. */
export function imageIn({ NetworkingConfig, name: _, ...body }: Body, query: Query): ImageConfig {
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

/** The one of `NetworkMode` first: the container's own. */
function networksOf(networking: unknown, mode: unknown): readonly Body[] {
  const networks = networksIn(networking);
  if (networks.length === 0 || typeof mode !== 'string' || mode === '' || mode.startsWith('container:'))
    return networks;
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
