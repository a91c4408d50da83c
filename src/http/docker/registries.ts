import { Readable } from 'node:stream';
import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { findImageEngines } from '../../commands/relay/find-image-engines.ts';
import { readAnswer } from '../../commands/relay/read-answer.ts';
import { relayToEngine } from '../../commands/relay/relay-to-engine.ts';
import { relayToFirst } from '../../commands/relay/relay-to-first.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { jsonPayload, noBody, strictValidation } from '../validation.ts';
import { nameIn, type OfImage, withTag } from './image-names.ts';
import { answerProgress } from './progress-lines.ts';
import { pick, type Query, textIn } from './query.ts';
import { registryHeader } from './registry-auth.ts';

/** An engine waits for the registry. */
const registryMs = 30_000;

interface AuthBody {
  readonly username?: string;
  readonly password?: string;
  readonly serveraddress?: string;
  readonly identitytoken?: string;
}

const text = Joi.string().allow('', null).max(8192);
const authBody = Joi.object<AuthBody>({
  ...{ username: text, password: text, auth: text, email: text },
  ...{ serveraddress: text, identitytoken: text, registrytoken: text },
}).required();

/** What registries answer, through an engine: this server may have no way to them. */
export function registryRoutes(server: Server, cluster: Cluster): void {
  const ask = async (
    request: Pick<Request, 'app' | 'raw'>,
    asked: { path: string; query?: URLSearchParams },
    more = {},
  ) =>
    await readAnswer(
      await relayToFirst(
        cluster,
        { method: 'GET', ...asked, version: request.app.dockerVersion, limitMs: registryMs, ...more },
        untilGone(request.raw),
      ),
    );
  server.route<{ Payload: AuthBody }>({
    method: 'POST',
    path: '/auth',
    options: {
      plugins: needs('create', 'engine-image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: authBody },
    },
    handler: async (request) => {
      const body = Readable.from([Buffer.from(JSON.stringify(request.payload))]);
      const headers = { 'content-type': 'application/json' };
      return Object(await ask(request, { path: '/auth' }, { method: 'POST', body, headers }));
    },
  });
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/images/search',
    options: { plugins: needs('read', 'engine-image') },
    handler: async (request) => {
      const query = pick(request.query, ['term', 'limit', 'filters']);
      const headers = await registryHeader(cluster, request, query.get('term') ?? '');
      return Object(await ask(request, { path: '/images/search', query }, { headers }));
    },
  });
  server.route<OfImage>({
    method: 'GET',
    path: '/distribution/{name}/json',
    options: { plugins: needs('read', 'engine-image') },
    handler: async (request) => {
      const name = nameIn(request.params.name);
      const headers = await registryHeader(cluster, request, name);
      return Object(await ask(request, { path: `/distribution/${name}/json` }, { headers }));
    },
  });
  pushRoute(server, cluster);
}

/** From the first engine that has the image. */
function pushRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<OfImage>({
    method: 'POST',
    path: '/images/{name}/push',
    options: { plugins: needs('export', 'engine-image'), payload: noBody },
    handler: async (request, h) => {
      const { params, query, app } = request;
      const name = nameIn(params.name);
      const tagged = nameIn(withTag(name, textIn(query, 'tag')));
      const headers = await registryHeader(cluster, request, name);
      return await answerProgress(request, h, stopping, async (signal) => {
        const [engine] = await findImageEngines(cluster, [tagged], signal);
        const path = `/images/${name}/push`;
        const call = { method: 'POST', path, use: 'transfers', limitMs: registryMs } as const;
        const asked = { ...call, query: pick(query, ['tag', 'platform']), headers, version: app.dockerVersion };
        return (await relayToEngine(cluster, engine, asked, signal)).bytes;
      });
    },
  });
}
