import tar from 'tar-stream';
import type { BuildOptions } from '../../model/build.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { eventOf } from '../../runtime/event-of.ts';
import type { Cluster } from '../../state/cluster.ts';
import { pullImage } from '../images/pull-image.ts';
import { BadArchive, TarReader } from '../read-tar.ts';
import { contentsOf, Spool } from './spool.ts';

/** Images of buildpacks: one takes an archive on its standard input and gives a slug, the other runs the slug that it is given there. */
export interface BuilderImages {
  readonly builder: string;
  readonly runner: string;
}

interface Builder {
  readonly archive: AsyncIterable<Buffer>;
  readonly builder: BuilderImages;
  readonly options: Pick<BuildOptions, 'dockerfile'>;
}

interface BuildContext {
  readonly open: () => AsyncIterable<Buffer>;
  readonly close: () => Promise<void>;
}

/**
 * The archive as it is where it has a Dockerfile, and otherwise within a context whose steps run the builder. It is kept in a file until
 * it is built. Throws `invalid`, `disk_full`, `too_many_readers`, `no_such_image`, `pull_failed`.
 */
export async function withBuilder(
  cluster: Cluster,
  engine: EngineRecord,
  { archive, builder, options: { dockerfile = 'Dockerfile' } }: Builder,
  signal: AbortSignal,
): Promise<BuildContext> {
  const spool = await Spool.open();
  try {
    const hasDockerfile = await keep(archive, spool, dockerfile);
    const whole = { offset: 0, size: spool.offset };
    const close = () => spool.close();
    if (hasDockerfile) return { open: () => contentsOf(spool.file, whole), close };
    const [build, run] = [
      await programOf(cluster, engine, builder.builder, signal),
      await programOf(cluster, engine, builder.runner, signal),
    ];
    const steps = stepsOf(builder, { build, run });
    return { open: () => wrapped(steps, contentsOf(spool.file, whole), spool.offset), close };
  } catch (error) {
    await spool.close();
    throw error;
  }
}

/** Whether there is a Dockerfile in it. */
async function keep(archive: AsyncIterable<Buffer>, spool: Spool, dockerfile: string): Promise<boolean> {
  let found = false;
  const reader = new TarReader(async ({ name }, content) => {
    found ||= name.replace(/^\.\//, '') === dockerfile;
    for await (const _ of content);
  });
  try {
    for await (const bytes of archive) {
      await spool.write(bytes);
      await reader.write(bytes);
    }
    await reader.end();
    return found;
  } catch (error) {
    if (isSatsumaError(error)) throw error;
    const why = error instanceof BadArchive ? error.message : 'it is no tar archive, or it is damaged';
    throw new SatsumaError('invalid', `the archive cannot be built: ${why}`, { cause: error });
  } finally {
    reader.close();
  }
}

/** What an image runs, as its own words. It is pulled where the engine has not got it. */
async function programOf(
  cluster: Cluster,
  engine: EngineRecord,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = cluster.pool.client(engine);
  const document = await client.inspectImage(name).catch(async (error: unknown) => {
    if (!isSatsumaError(error, 'no_such_image')) throw error;
    await pullImage(cluster, engine, { name, signal });
    return await client.inspectImage(name);
  });
  const { Entrypoint, Cmd } = Object(document.Config) as Readonly<Record<string, unknown>>;
  for (const words of [Entrypoint, Cmd]) {
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  }
  throw new SatsumaError('invalid', `the image ${name} runs no program, so that nothing can be built or run with it`);
}

const slug = '/satsuma-slug.tgz';

/** The words of programs are arguments of the shell, and no part of what it reads. `-`: the slug comes on standard output. */
function stepsOf(
  { builder, runner }: BuilderImages,
  { build, run }: { readonly build: readonly string[]; readonly run: readonly string[] },
): string {
  const made = ['/bin/sh', '-c', `"$@" - < /satsuma-app.tar > ${slug}`, 'build', ...build];
  const started = ['/bin/sh', '-c', `exec "$@" < ${slug}`, 'run', ...run];
  return [
    `FROM ${builder} AS build`,
    'USER 0',
    'COPY app.tar /satsuma-app.tar',
    `RUN ${JSON.stringify(made)}`,
    `FROM ${runner}`,
    `COPY --from=build ${slug} ${slug}`,
    `ENTRYPOINT ${JSON.stringify(started)}`,
    'CMD ["start","web"]',
    '',
  ].join('\n');
}

/** A time that is always the same: the engine knows again what it has built. */
const mtime = new Date(0);

async function* wrapped(steps: string, app: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  const fill = async () => {
    pack.entry({ name: 'Dockerfile', mtime }, steps);
    const sink = pack.entry({ name: 'app.tar', size, mtime }, () => undefined);
    for await (const bytes of app) {
      if (pack.destroyed) return;
      if (!sink.write(bytes)) await eventOf(sink, 'drain', 'close');
    }
    const over = eventOf(sink, 'finish', 'close');
    sink.end();
    await over;
    pack.finalize();
  };
  const filling = fill().catch((error: Error) => {
    pack.destroy(error);
    throw error;
  });
  // Told by the pack as well.
  filling.catch(() => undefined);
  try {
    for await (const bytes of pack) yield bytes as Buffer;
    await filling;
  } finally {
    pack.destroy();
  }
}
