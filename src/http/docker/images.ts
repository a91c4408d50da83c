import type { Readable } from 'node:stream';
import type { Request, Server } from '@hapi/hapi';
import type { PullImageBody, PullLine } from '../../api/engine-image.ts';
import { type ImportedImage, importImage } from '../../commands/builds/import-image.ts';
import { removeEngineImages, tagEngineImages } from '../../commands/engine-images/change-engine-images.ts';
import { pullEngineImages } from '../../commands/engine-images/pull-engine-images.ts';
import { relayToImageEngines } from '../../commands/relay/find-image-engines.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import { SatsumaError } from '../../model/errors.ts';
import { imageNames } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin } from '../../state/scopes.ts';
import { requireBesides } from '../access-guard.ts';
import { needs, needsWithin } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { streamedPayload, uploaded } from '../uploaded.ts';
import { noBody } from '../validation.ts';
import { streamLoad } from './image-archives.ts';
import { nameIn, type OfImage, withTag } from './image-names.ts';
import { imagesWithin, namesOf, withNames } from './own-images.ts';
import { answerProgress, failureLine, failuresOf, progressLine } from './progress-lines.ts';
import { flagIn, pick, type Query, textIn } from './query.ts';
import { credentialsIn } from './registry-auth.ts';

type Image = Readonly<Record<string, unknown>>;
type Row = Image & { readonly Id: string };

const listKeys = ['all', 'filters', 'digests', 'shared-size', 'manifests'];

/** The images of all engines: one row for each, wherever it is. */
export function imageRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/images/json',
    options: { plugins: needsWithin('read', 'engine-image') },
    handler: async ({ app, query, raw }) => {
      const { scope } = app;
      // Manifests tell of containers.
      const keys = listKeys.filter((key) => !scope || key !== 'manifests');
      const answers = await relayToEngines(cluster, enginesWithin(cluster, scope, undefined), {
        ...{ method: 'GET', path: '/images/json', query: pick(query, keys) },
        ...{ version: app.dockerVersion, signal: untilGone(raw) },
      });
      const rows = merged(answers.flatMap(({ answer }) => (Array.isArray(answer) ? answer.filter(isRow) : [])));
      if (!scope?.projects) return rows;
      const used = imagesWithin(cluster, scope);
      return rows.map((row) => withNames(row, used)).filter((row) => namesOf(row).length > 0);
    },
  });
  const first = async ({ app, params, query, raw }: Request<OfImage>, path: string) => {
    const name = nameIn(params.name);
    const { scope } = app;
    const [found] = await relayToImageEngines(cluster, enginesWithin(cluster, scope, undefined), name, {
      ...{ method: 'GET', path: `/images/${name}${path}` },
      query: pick(query, scope ? ['platform'] : ['manifests', 'platform']),
      ...{ version: app.dockerVersion, signal: untilGone(raw) },
    });
    if (found) return Object(found.answer) as Image;
    throw noImage(name);
  };
  server.route<OfImage>({
    method: 'GET',
    path: '/images/{name}/json',
    options: { plugins: needsWithin('reveal', 'engine-image') },
    handler: async (request) => {
      const { scope } = request.app;
      // Whoever may run an image can read it there.
      if (scope) requireBesides(cluster, request, { verb: 'create', noun: 'container' });
      const image = await first(request, '/json');
      if (!scope?.projects) return image;
      const name = nameIn(request.params.name);
      const used = imagesWithin(cluster, scope);
      const seen = withNames(image, new Set([...used, ...imageNames(name)]));
      // By its id, one that nothing of theirs has is not there.
      if (namesOf(seen).length === 0 && !used.has(String(image.Id))) throw noImage(name);
      return seen;
    },
  });
  server.route<OfImage>({
    method: 'GET',
    path: '/images/{name}/history',
    options: { plugins: needs('reveal', 'engine-image') },
    handler: (request) => first(request, '/history'),
  });
  changeRoutes(server, cluster);
  pullRoute(server, cluster);
}

function changeRoutes(server: Server, cluster: Cluster): void {
  server.route<OfImage>({
    method: 'POST',
    path: '/images/{name}/tag',
    options: { plugins: needs('create', 'engine-image'), payload: noBody },
    handler: async ({ params, query }, h) => {
      const tag = withTag(textIn(query, 'repo') ?? '', textIn(query, 'tag'));
      await tagEngineImages(cluster, { name: nameIn(params.name), tag: nameIn(tag) });
      return h.response().code(201);
    },
  });
  server.route<OfImage>({
    method: 'DELETE',
    path: '/images/{name}',
    options: { plugins: needs('remove', 'engine-image') },
    handler: async ({ params, query }) => {
      const name = nameIn(params.name);
      const { answers } = await removeEngineImages(cluster, { name, isForced: flagIn(query, 'force') });
      const names = (of: 'untagged' | 'deleted') => [...new Set(answers.flatMap(({ value }) => value[of]))];
      return [
        ...names('untagged').map((Untagged) => ({ Untagged })),
        ...names('deleted').map((Deleted) => ({ Deleted })),
      ];
    },
  });
}

/** On every engine, with the credentials that Satsuma has of registries. */
function pullRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: Query; Payload: Readable }>({
    method: 'POST',
    path: '/images/create',
    options: { plugins: needsWithin('create', 'engine-image'), payload: streamedPayload },
    handler: (request, h) => {
      const { query, app, payload } = request;
      const from = textIn(query, 'fromImage');
      const source = textIn(query, 'fromSrc');
      if (!from && source !== '-')
        throw new SatsumaError('invalid', 'fromImage must name an image, or fromSrc be "-" for an archive in the body');
      if (!from) {
        requireBesides(cluster, request, { verb: 'import', noun: 'engine-image' });
        const repository = textIn(query, 'repo');
        const name = repository ? nameIn(withTag(repository, textIn(query, 'tag'))) : undefined;
        const picked = pick(query, ['repo', 'tag', 'message', 'changes', 'platform']);
        const asked = { query: picked, version: app.dockerVersion, name, archive: uploaded(payload) };
        return answerProgress(request, h, stopping, async (signal) =>
          imported(await importImage(cluster, asked, signal)),
        );
      }
      if (textIn(query, 'platform'))
        throw new SatsumaError('invalid', 'a platform is not chosen by a pull: name it when the container is created');
      const name = nameIn(withTag(from, textIn(query, 'tag') || undefined));
      const pullRequest = { ...pullOf(cluster, app), name, credentials: credentialsIn(request, name) };
      return answerProgress(request, h, stopping, async (signal) =>
        pulled(name, pullEngineImages(cluster, pullRequest, signal)),
      );
    },
  });
}

/** Whoever is narrowed gets what is missing on their engines: a tag that others run stays what it is. */
function pullOf(cluster: Cluster, { scope }: Request['app']): Pick<PullImageBody, 'policy' | 'engines'> {
  if (!scope) return { policy: 'always' };
  const engines = enginesWithin(cluster, scope, undefined).map(({ id }) => id);
  return { policy: scope.projects ? 'missing' : 'always', engines };
}

function noImage(name: string): SatsumaError {
  return new SatsumaError('no_such_image', `No such image: ${name}`);
}

async function* imported({ id, lines }: ImportedImage): AsyncGenerator<Buffer> {
  yield* streamLoad(lines, []);
  yield progressLine({ status: id });
}

async function* pulled(name: string, lines: AsyncIterable<PullLine>): AsyncGenerator<Buffer> {
  yield progressLine({ status: `Pulling ${name} on all engines` });
  for await (const each of lines) {
    if (!('engine' in each)) {
      const failure = failuresOf(each.engines);
      if (failure !== undefined) yield failureLine(failure);
      else yield progressLine({ status: `Status: Image is up to date for ${name} on all engines` });
    } else if ('ok' in each) {
      yield progressLine({ id: each.engine, status: each.ok ? `Pull complete (${each.status})` : each.message });
    } else {
      const { engine, layer, status, current, total } = each;
      const progressDetail = { ...(current !== undefined && { current }), ...(total !== undefined && { total }) };
      yield progressLine({ id: layer === undefined ? engine : `${engine} ${layer}`, status, progressDetail });
    }
  }
}

function merged(rows: readonly Row[]): Row[] {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    const known = byId.get(row.Id);
    byId.set(
      row.Id,
      known ? { ...known, ...bothOf(known, row, 'RepoTags'), ...bothOf(known, row, 'RepoDigests') } : row,
    );
  }
  return [...byId.values()].sort((a, b) => Number(b.Created ?? 0) - Number(a.Created ?? 0));
}

function bothOf(one: Row, other: Row, key: string): object {
  const names = [one[key], other[key]].flatMap((each) => (Array.isArray(each) ? each : []));
  return names.length === 0 ? {} : { [key]: [...new Set(names)] };
}

function isRow(row: unknown): row is Row {
  return typeof row === 'object' && row !== null && 'Id' in row && typeof row.Id === 'string';
}
