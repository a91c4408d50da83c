import { buildName } from '../../model/build.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { buildDigest, buildUnlessBuilt, type ClientBuild } from '../build/client-build.ts';
import { gitTree } from '../build/git-context.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import type { TemplateCode } from './open-template.ts';

interface App extends TemplateCode, ClientBuild {
  readonly digest: string;
  readonly image: string;
}

/** The committed code of each service, with the digest that names its image. Throws `invalid` where there is no repository. */
export async function readCode(deployment: string, code: readonly TemplateCode[], io: Io): Promise<readonly App[]> {
  const apps: App[] = [];
  const digests = new Map<string, string>();
  for (const each of code) {
    const { isDirty, open } = await gitTree(each.folder);
    const query = { builder: each.builder, runner: each.runner };
    const subject = JSON.stringify([each.folder, query]);
    if (isDirty && !digests.has(subject))
      io.stderr(line`Warning: ${each.folder} has changes that are in no commit: they are not built`);
    const digest = digests.get(subject) ?? (await buildDigest({ open, query }));
    digests.set(subject, digest);
    apps.push({ ...each, open, query, digest, image: buildName(deployment, each.service, digest) });
  }
  return apps;
}

/** The definition as it is sent: with the digest, which names the image. */
export function withBuild(definition: unknown, { digest }: App): unknown {
  const { git, ...rest } = Object(definition) as Readonly<Record<string, unknown>>;
  return { ...rest, git: { path: git, build: digest } };
}

/** Builds what no engine has. Throws `build_failed`. */
export async function buildApps(
  client: { readonly api: ApiClient; readonly stream: ApiStream; readonly io: Io },
  apps: readonly App[],
  project: string | undefined,
): Promise<void> {
  for (const { service, image, open, query } of apps) {
    await buildUnlessBuilt(client, { title: service, image, open, query: { ...query, project } });
  }
}
