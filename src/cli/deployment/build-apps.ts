import { buildName } from '../../model/build.ts';
import { visibleLines } from '../../model/visible-text.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { buildDigest, type ClientBuild, isBuilt, runBuild } from '../build/client-build.ts';
import { gitTree } from '../build/git-context.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import type { TemplateCode } from './open-template.ts';

/** A built image is on this many engines besides the one that built it. */
const copies = 2;

export interface App extends TemplateCode, ClientBuild {
  readonly digest: string;
  readonly image: string;
}

/** The committed code of each service, with the digest that names its image. Throws `invalid` where there is no repository. */
export async function readCode(deployment: string, code: readonly TemplateCode[], io: Io): Promise<readonly App[]> {
  const apps: App[] = [];
  for (const each of code) {
    const { isDirty, open } = await gitTree(each.folder);
    if (isDirty) io.stderr(line`Warning: ${each.folder} has changes that are in no commit: they are not built`);
    const query = { builder: each.builder, runner: each.runner };
    const digest = await buildDigest({ open, query });
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
  { api, stream, io }: { readonly api: ApiClient; readonly stream: ApiStream; readonly io: Io },
  apps: readonly App[],
  project: string | undefined,
): Promise<void> {
  for (const { service, image, open, query } of apps) {
    if (await isBuilt(api, image)) continue;
    io.stderr(line`${service}: being built`);
    const build = { open, query: { ...query, name: [image], copies, project } };
    const onLog = (text: string) => io.stderr(visibleLines(text));
    await runBuild(stream, build, { onLog, onCopy: (text) => io.stderr(line`${service}: ${text}`) });
  }
}
