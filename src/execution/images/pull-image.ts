import { isBuildName } from '../../model/build.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { PullProgress } from '../../model/engine-image.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { RegistryCredentials } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';
import { PullReport } from './pull-report.ts';
import { credentialsFor } from './registry-credentials.ts';
import { type PullStatus, pullShared, type SharedPull } from './sharing/pull-shared.ts';
import { receiveBuild } from './sharing/receive-build.ts';

export interface PullRequest {
  readonly name: string;
  readonly platform?: string | undefined;
  /** The container that waits for the image. */
  readonly container?: string | undefined;
  /** Those of whoever asks for the pull, in place of those that Satsuma has of the registry. */
  readonly credentials?: RegistryCredentials | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

/**
 * Pulls an image on an engine, with events. All pulls use this. `current`: the engine already had the registry's
 * version. Throws the engine's error, and `registry_key`.
 */
export async function pullImage(
  cluster: Cluster,
  engine: EngineRecord,
  {
    name,
    platform,
    container,
    credentials: given,
    signal = new AbortController().signal,
    onProgress = () => undefined,
  }: PullRequest,
): Promise<PullStatus> {
  const credentials = given ?? (await credentialsFor(cluster, name));
  const report = new PullReport(cluster, { engine: engine.id, image: name, container });
  const pull = async (onStep: () => void = () => undefined): Promise<PullStatus> => {
    let isCurrent = false;
    await cluster.pool.client(engine).pullImage(name, {
      ...{ signal, credentials, platform },
      onProgress: (progress) => {
        isCurrent = /image is up to date/i.test(progress.status);
        report.add(progress);
        onProgress(progress);
        onStep();
      },
    });
    return isCurrent ? 'current' : 'pulled';
  };
  try {
    const shared = { name, platform, signal, onProgress, report, pull };
    const status = await obtain(cluster, engine, shared);
    await report.end();
    return status;
  } catch (error) {
    await report.end(isSatsumaError(error) ? error : { code: 'internal', message: String(error) });
    throw error;
  }
}

function obtain(cluster: Cluster, engine: EngineRecord, shared: SharedPull): Promise<PullStatus> {
  if (isBuildName(shared.name)) return receiveBuild(cluster, engine, shared);
  if (cluster.settings.imageSharing) return pullShared(cluster, engine, shared);
  return shared.pull();
}
