import { stat } from 'node:fs/promises';
import type { Desired, DesiredBuild, DesiredJob, DesiredService } from '../../compose/desired.ts';
import type { Changes } from '../../compose/plan-changes.ts';
import { buildName } from '../../model/build.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { buildDigest, buildUnlessBuilt, type ClientBuild } from '../build/client-build.ts';
import { folderContext } from '../build/folder-context.ts';
import type { Io } from '../io.ts';

/**
 * Names each built image by the digest of its files and options: what was changed is another image, and is rolled out.
 * `isRenewed`: it is another image in any case, built with base images as they are now. Throws `invalid` where a folder cannot be read.
 */
export async function withDigests(desired: Desired, { isRenewed }: { readonly isRenewed: boolean }): Promise<Desired> {
  const known = new Map<string, Promise<string>>();
  const named = async <T extends DesiredService | DesiredJob>(part: T): Promise<T> => {
    if (!part.build) return part;
    const subject = JSON.stringify(part.build);
    const digest = known.get(subject) ?? digestOf(part.build, isRenewed);
    known.set(subject, digest);
    const name = buildName(desired.project, part.key, await digest);
    const build = isRenewed ? { ...part.build, query: { ...part.build.query, pull: true } } : part.build;
    return { ...part, build, spec: { ...part.spec, image: { ...part.spec.image, name } } };
  };
  return {
    ...desired,
    services: await Promise.all(desired.services.map(named)),
    jobs: await Promise.all(desired.jobs.map(named)),
  };
}

async function digestOf(build: DesiredBuild, isRenewed: boolean): Promise<string> {
  const { folder, place } = build;
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new SatsumaError('invalid', `${place.file}:${place.line}: build: there is no folder ${folder}`);
  const { open, query } = clientBuild(build);
  return await buildDigest({ open, query: { ...query, ...(isRenewed && { renewed: Date.now() }) } });
}

function clientBuild({ folder, query }: DesiredBuild): ClientBuild {
  const { dockerfile } = query;
  return { open: () => folderContext(folder, typeof dockerfile === 'string' ? dockerfile : undefined), query };
}

interface Built {
  readonly changes: Changes;
  readonly project: string | undefined;
  readonly constraints: readonly string[] | undefined;
}

/** Builds the images that are wanted and that no engine has, one after the other. Throws `build_failed`. */
export async function buildMissing(
  client: { readonly api: ApiClient; readonly stream: ApiStream; readonly io: Io },
  { changes, project, constraints }: Built,
): Promise<void> {
  const steps = [...changes.services, ...changes.jobs].filter(({ action }) => action !== 'keep');
  for (const { what } of steps) {
    if (!what.build) continue;
    const { open, query } = clientBuild(what.build);
    const asked = { ...query, project, constraint: constraints };
    await buildUnlessBuilt(client, { title: what.key, image: what.spec.image.name, open, query: asked });
  }
}
