import type { BuildLine } from '../../api/build.ts';
import type { LoadEnd, LoadLine } from '../../api/engine-image.ts';
import { type BuilderImages, withBuilder } from '../../execution/archives/builder-context.ts';
import { watchEngine } from '../../execution/engine-loss.ts';
import { registryLogins } from '../../execution/images/registry-credentials.ts';
import type { BuildOptions, BuildStep } from '../../model/build.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { planPlacement } from '../containers/plan-container.ts';
import { loadEngineImages } from '../engine-images/load-engine-images.ts';
import { saveEngineImage } from '../engine-images/save-engine-image.ts';
import { emptiestEngines } from '../engines/emptiest-engine.ts';
import { placeBuild } from './place-build.ts';

interface BuildImageRequest extends BuildOptions {
  /** What stands for the build where an engine is chosen. */
  readonly place: ImageConfig;
  /** The engine that it must be. */
  readonly engine?: string | undefined;
  /** An archive with what it is built from. */
  readonly open: (signal: AbortSignal) => AsyncIterable<Buffer>;
  /** What builds an archive that has no Dockerfile, and what runs what comes of it. */
  readonly builder?: BuilderImages | undefined;
  /** Engines that are given the image, by id or like `label:x`. */
  readonly to?: readonly string[] | undefined;
  /** On how many other engines it is to be, so that it outlives the one that built it. */
  readonly copies?: number | undefined;
}

/** Each has a connection, and maybe a file as large as its archive. */
const maxBuilds = 8;
let builds = 0;

/**
 * Builds an image on one engine, and brings it to others. What is there under its names is left alone until it is built. When the signal
 * aborts, the engine is told to stop. Throws as `placeBuild`, and `build_failed`, `invalid`, `disk_full`, `too_many_readers`.
 */
export async function* buildImage(
  cluster: Cluster,
  { open, builder, to = [], copies = 0, place, engine: requestedEngine, ...options }: BuildImageRequest,
  signal: AbortSignal,
): AsyncGenerator<BuildLine> {
  if (builds >= maxBuilds)
    throw new SatsumaError('too_many_readers', `this server has ${maxBuilds} images built already: try again later`);
  builds += 1;
  try {
    const only =
      requestedEngine === undefined
        ? undefined
        : { engine: requestedEngine, refusal: `engine ${requestedEngine} cannot take it` };
    const engine = await placeBuild(cluster, place, only);
    yield { engine: engine.id, status: 'building' };
    const loss = watchEngine(cluster, engine.id, signal);
    const until = AbortSignal.any([signal, loss.signal]);
    let image = '';
    try {
      for await (const step of stepsOf(cluster, engine, { open, builder, options }, until)) {
        if ('log' in step) yield step;
        else image = step.imageId;
      }
    } catch (error) {
      throw loss.signal.aborted ? loss.signal.reason : error;
    } finally {
      loss.end();
    }
    cluster.logger.info({ engineId: engine.id, imageId: image, names: options.names }, 'image built');
    const targets = [...to, ...(await spareEngines(cluster, place, { built: engine, count: copies }))];
    let engines: LoadEnd['engines'] = {};
    if (targets.length > 0) {
      for await (const line of copiesOf(cluster, { engine, name: options.names[0] ?? image, targets }, signal)) {
        if ('engines' in line) engines = line.engines;
        else yield line;
      }
    }
    yield { image, names: options.names, engine: engine.id, engines };
  } finally {
    builds -= 1;
  }
}

type Building = Pick<BuildImageRequest, 'open' | 'builder'> & { readonly options: BuildOptions };

async function* stepsOf(
  cluster: Cluster,
  engine: EngineRecord,
  { open, builder, options }: Building,
  signal: AbortSignal,
): AsyncGenerator<BuildStep> {
  const client = cluster.pool.client(engine);
  const credentials = await registryLogins(cluster);
  const given = open(signal);
  const context = builder
    ? await withBuilder(cluster, engine, { archive: given, builder, options }, signal)
    : undefined;
  try {
    yield* await client.buildImage(context?.open() ?? given, { ...options, credentials }, signal);
  } finally {
    await context?.close();
  }
}

/** The emptiest engines that could run the image, by id. */
async function spareEngines(
  cluster: Cluster,
  place: ImageConfig,
  { built, count }: { readonly built: EngineRecord; readonly count: number },
): Promise<string[]> {
  if (count === 0) return [];
  const { candidates } = await planPlacement(cluster, place);
  const able = new Set(candidates.map(({ engine }) => engine.id).filter((id) => id !== built.id));
  const others = emptiestEngines(cluster).filter(({ id }) => able.has(id));
  return others.slice(0, count).map(({ id }) => id);
}

interface Copying {
  readonly engine: EngineRecord;
  readonly name: string;
  readonly targets: readonly string[];
}

function copiesOf(cluster: Cluster, { engine, name, targets }: Copying, signal: AbortSignal): AsyncGenerator<LoadLine> {
  const open = (until: AbortSignal) => saveEngineImage(cluster, { name, engine: engine.id }, until);
  return loadEngineImages(cluster, { to: targets, open }, signal);
}
