import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { anyone } from '../../access/principal.ts';
import { buildCopies, buildName, defaultBuilder, digestPrefix } from '../../model/build.ts';
import type { CodeAsked, DeploymentRecord } from '../../model/deployment.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { serviceImageDefaults } from '../../model/service-defaults.ts';
import { visibleLines } from '../../model/visible-text.ts';
import type { Cluster } from '../../state/cluster.ts';
import { buildImage } from '../builds/build-image.ts';
import { inspectEngineImage } from '../engine-images/find-engine-image.ts';
import { findDeployment } from './deployments.ts';
import { idOf, type SetUpOptions, setUp } from './set-up.ts';
import type { SetUpEvent } from './set-up-event.ts';

interface UploadedCode {
  readonly deployment: string;
  /** In the template. */
  readonly service: string;
  /** A tar archive; the same bytes each time. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Globals of the template that no record keeps. */
  readonly globals?: Readonly<Record<string, unknown>> | undefined;
}

interface AwaitedCode {
  readonly key: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly globals: DeploymentRecord['globals'];
  readonly project: string | undefined;
  readonly asked: CodeAsked;
}

/** What a set-up asked this caller to upload. Throws `no_such_deployment`, `no_such_service`, `invalid`, `forbidden`. */
export async function findAwaitedCode(
  cluster: Pick<Cluster, 'store'>,
  { deployment, service }: Pick<UploadedCode, 'deployment' | 'service'>,
  principal = anyone,
): Promise<AwaitedCode> {
  const { value: record } = await findDeployment(cluster, deployment);
  const known = Object.hasOwn(record.services, service) ? record.services[service] : undefined;
  if (!known) throw new SatsumaError('no_such_service', `deployment ${deployment} has no service ${service}`);
  const { key, codeAsked: asked } = known;
  if (!asked)
    throw new SatsumaError('invalid', `no code of ${service} was asked for: set it up, and upload what is asked for`);
  if (asked.of !== idOf(principal))
    throw new SatsumaError('forbidden', `the code of ${service} was asked of another client: set it up yourself first`);
  return {
    ...{ key, asked, definition: Object(known.definition), globals: record.globals, project: record.project },
  };
}

/**
 * Builds the code of a service that a set-up asked for, unless it is built already, and sets the service up with it. A build that fails
 * changes nothing, and the code can be uploaded again. Throws as `findAwaitedCode`, `buildImage` and `setUp`, and `deployment_changed`.
 */
export async function* receiveCode(
  cluster: Cluster,
  { deployment, service, open, globals }: UploadedCode,
  options: SetUpOptions,
): AsyncGenerator<SetUpEvent> {
  const { principal, permit, signal } = options;
  const awaited = await findAwaitedCode(cluster, { deployment, service }, principal);
  const { builder, runner } = { ...defaultBuilder, ...textsIn(awaited.definition) };
  const hash = createHash('sha256').update(digestPrefix({ builder, runner }));
  for await (const bytes of open()) hash.update(bytes);
  const digest = hash.digest('hex');
  const image = buildName(deployment, service, digest);
  if (!(await isBuilt(cluster, image))) {
    const { project } = awaited;
    const place = permit({ ...serviceImageDefaults, name: image, restart_policy: {}, ...(project && { project }) });
    const build = { names: [image], place, open, builder: { builder, runner }, copies: buildCopies };
    for await (const line of buildImage(cluster, build, signal)) {
      if (!('log' in line)) continue;
      for (const text of visibleLines(line.log).split('\n'))
        if (text.trim() !== '') yield { event: 'says', service, text };
    }
  }
  const now = await findAwaitedCode(cluster, { deployment, service }, principal);
  if (!isDeepStrictEqual(now.definition, awaited.definition)) {
    const sentence = `${service} was set up otherwise while its code was built: upload it again`;
    throw new SatsumaError('deployment_changed', sentence);
  }
  const { git, ...rest } = now.definition;
  const definition = { ...rest, git: { path: git, build: digest } };
  const asked = { deployment, services: { [now.key]: definition }, globals: { ...now.globals, ...globals } };
  yield* setUp(cluster, { ...asked, force: now.asked.force }, options);
}

function textsIn({ builder, runner }: AwaitedCode['definition']) {
  return { ...(typeof builder === 'string' && { builder }), ...(typeof runner === 'string' && { runner }) };
}

async function isBuilt(cluster: Cluster, image: string): Promise<boolean> {
  try {
    await inspectEngineImage(cluster, image);
    return true;
  } catch (error) {
    if (isSatsumaError(error, 'no_such_image')) return false;
    throw error;
  }
}
