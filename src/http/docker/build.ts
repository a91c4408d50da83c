import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import { BuildEngines } from '../../commands/builds/build-engines.ts';
import { openBuild } from '../../commands/builds/open-build.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requireBesides } from '../access-guard.ts';
import { imageOfRaw } from '../docker-create/raw-container.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { streamedPayload, uploaded } from '../uploaded.ts';
import { noBody } from '../validation.ts';
import { buildTunnels } from './build-tunnels.ts';
import { type PlacementWords, placementWordsIn } from './placement-words.ts';
import { answerProgress } from './progress-lines.ts';
import { pick, type Query, textIn } from './query.ts';
import { fieldsIn } from './registry-auth.ts';

/** Docker's own, but for those that Satsuma writes. */
const buildKeys = [
  ...['dockerfile', 'extrahosts', 'remote', 'q', 'nocache', 'cachefrom', 'pull', 'rm', 'forcerm', 'memory', 'memswap'],
  ...['cpushares', 'cpusetcpus', 'cpusetmems', 'cpuperiod', 'cpuquota', 'shmsize', 'squash', 'networkmode', 'platform'],
  ...['target', 'outputs', 'version', 'session', 'buildid', 'ulimits', 'securityopt', 'cgroupparent', 'isolation', 't'],
];
/** An engine looks at every layer of its cache. */
const pruneMs = 120_000;

/** An image is built on one engine, which the same words choose as that of a container. */
export function buildRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const engines = new BuildEngines(cluster);
  server.route<{ Query: Query }>({
    method: 'POST',
    path: '/build',
    options: { plugins: needs('create', 'engine-image'), payload: streamedPayload },
    handler: async (request, h) => {
      // It runs what its client says.
      requireBesides(cluster, request, { verb: 'create', noun: 'container' });
      const { query, headers, payload, app } = request;
      const words = wordsIn(query);
      const image = underPolicy(cluster, request, imageIn(query, words));
      const engine = await engines.ofBuild(image, textIn(query, 'session') || undefined);
      const build = {
        query: queryOf(query, words),
        version: app.dockerVersion,
        context: uploaded(payload as unknown as Readable),
        contentType: String(headers['content-type'] ?? 'application/x-tar'),
        logins: fieldsIn(headers['x-registry-config']),
      };
      return await answerProgress(
        request,
        h,
        stopping,
        async (signal) => (await openBuild(cluster, engine, build, signal)).bytes,
      );
    },
  });
  server.route<{ Query: Query }>({
    method: 'POST',
    path: '/build/prune',
    options: { plugins: needs('remove', 'engine-image'), payload: noBody },
    handler: async ({ app, query, raw }) => {
      const answers = await relayToEngines(cluster, cluster.cache.engines(), {
        ...{ method: 'POST', path: '/build/prune', query: pick(query, ['all', 'filters', 'keep-storage']) },
        ...{ version: app.dockerVersion, signal: untilGone(raw), timeoutMs: pruneMs, limitMs: pruneMs },
      });
      const pruned = answers.map(({ answer }) => Object(answer) as Pruned);
      return {
        CachesDeleted: pruned.flatMap(({ CachesDeleted }) => CachesDeleted ?? []),
        SpaceReclaimed: pruned.reduce((sum, { SpaceReclaimed }) => sum + (SpaceReclaimed ?? 0), 0),
      };
    },
  });
  buildTunnels(server, cluster, engines);
}

interface Pruned {
  readonly CachesDeleted?: readonly string[] | null;
  readonly SpaceReclaimed?: number;
}

interface BuildWords extends Pick<PlacementWords, 'fields'> {
  readonly buildArgs: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** As classic Swarm had it: `--build-arg constraint:zone==eu`. Labels are as those of a container. Throws `invalid`. */
function wordsIn(query: Query): BuildWords {
  const given = Object.entries(mapIn(query, 'buildargs'));
  const isPlacement = ([name]: readonly [string, unknown]) => /^(constraint|affinity):/.test(name);
  const env = given.filter(isPlacement).map(([name, value]) => (value === null ? name : `${name}=${String(value)}`));
  const labels = Object.entries(mapIn(query, 'labels')).map(([name, value]) => [name, String(value)] as const);
  const { fields, labels: own } = placementWordsIn(env, Object.fromEntries(labels));
  return { fields, labels: own, buildArgs: Object.fromEntries(given.filter((each) => !isPlacement(each))) };
}

/** What stands for the build where an engine is chosen, and a policy looked at. Throws `invalid`. */
function imageIn(query: Query, { fields }: Pick<BuildWords, 'fields'>): ImageConfig {
  const [networkMode, platform, cgroupParent] = ['networkmode', 'platform', 'cgroupparent'].map((name) =>
    textIn(query, name),
  );
  const security = textIn(query, 'securityopt');
  const HostConfig = {
    ...(networkMode && networkMode !== 'default' && { NetworkMode: networkMode }),
    ...(cgroupParent && { CgroupParent: cgroupParent }),
    ...(security && security !== 'null' && { SecurityOpt: parsed(security, 'securityopt') }),
  };
  const Image = textIn(query, 't') || 'scratch';
  return imageOfRaw({ Image, HostConfig }, { ...fields, ...(platform && { platform }) });
}

function queryOf(query: Query, { buildArgs, labels }: BuildWords): URLSearchParams {
  const picked = pick(query, buildKeys);
  if (Object.keys(buildArgs).length > 0) picked.set('buildargs', JSON.stringify(buildArgs));
  if (Object.keys(labels).length > 0) picked.set('labels', JSON.stringify(labels));
  return picked;
}

/** An object in JSON, which a client may leave out. Throws `invalid`. */
function mapIn(query: Query, name: string): Readonly<Record<string, unknown>> {
  const value = parsed(textIn(query, name) || 'null', name) ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new SatsumaError('invalid', `${name} must be an object, as JSON`);
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SatsumaError('invalid', `${name} must be JSON`);
  }
}
