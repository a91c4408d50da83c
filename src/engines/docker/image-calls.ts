import type Docker from 'dockerode';
import type { BuildStep } from '../../model/build.ts';
import { toDockerAuth } from '../../model/docker-auth.ts';
import type { EngineImageList, ImageNames, ImageRemoval, ImageStep } from '../../model/engine-image.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { canonicalImageName, isImageReference } from '../../model/image-name.ts';
import type { RegistryCredentials } from '../../model/registry.ts';
import type { BuildOperations, BuildRequest } from '../build-operations.ts';
import type { ImageOperations, PullOptions } from '../image-operations.ts';
import { buildHeaders, buildPath } from './build-request.ts';
import type { Deadline } from './deadline.ts';
import { EngineHttpError } from './failures.ts';
import { layersOf, toEngineImages, toImageNames, toImageRemoval, toImageSteps } from './images.ts';
import { withSilenceTimeout } from './logs.ts';
import { dockerOver, openStream, sendStream } from './modem.ts';
import { optionalField } from './optional-field.ts';
import { DockerProcesses } from './process-calls.ts';
import { followPull } from './pull.ts';
import { readBuild } from './read-build.ts';
import { fieldsOf } from './shape.ts';

/** The engine prepares a large image for minutes. An unreachable engine is detected sooner. */
const collectingMs = 600_000;
/** A step of a build may compile for as long without a word. An engine that is gone is known sooner. */
const buildingMs = 3_600_000;

/** Calls about images. */
export abstract class DockerImages extends DockerProcesses implements ImageOperations, BuildOperations {
  pullImage(name: string, { onProgress, signal, credentials, platform }: PullOptions = {}): Promise<void> {
    return this.call('pullImage', {
      limitMs: this.deadlines.pullMs,
      subject: name,
      run: async (_, deadline, connection) => {
        const until = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
        const docker = dockerOver(connection, until);
        const { repository: fromImage, tag } = splitReference(canonicalImageName(name));
        // Passed separately, because the other argument goes into the path.
        const authConfig = credentials ? toDockerAuth(credentials) : {};
        const stream = (await docker.createImage(authConfig, {
          fromImage,
          tag,
          ...optionalField('platform', platform),
        })) as unknown as AsyncIterable<Buffer>;
        deadline.extend();
        await followPull(stream, (progress) => {
          deadline.extend();
          onProgress?.(progress);
        });
      },
    });
  }

  checkLogin(credentials: RegistryCredentials): Promise<void> {
    return this.call('checkLogin', {
      limitMs: this.deadlines.createMs,
      subject: credentials.server,
      run: async (docker) => {
        const { username, password, serveraddress } = toDockerAuth(credentials);
        // dockerode sends capitalized fields in the body; Docker accepts either case.
        await docker.checkAuth({ Username: username, Password: password, ServerAddress: serveraddress });
      },
    });
  }

  listImages(): Promise<ImageNames> {
    return this.ask('listImages', {
      limitMs: this.deadlines.listMs,
      run: async (docker) => toImageNames(await docker.listImages()),
    });
  }

  listEngineImages(): Promise<EngineImageList> {
    return this.ask('listEngineImages', {
      limitMs: this.deadlines.listMs,
      run: async (docker): Promise<EngineImageList> => toEngineImages(await docker.listImages()),
    });
  }

  inspectImage(name: string): Promise<Readonly<Record<string, unknown>>> {
    return this.ask('inspectImage', {
      limitMs: this.deadlines.listMs,
      subject: name,
      run: async (docker) => fieldsOf(await imageOf(docker, name).inspect(), 'the answer'),
    });
  }

  async listImageLayers(name: string): Promise<readonly string[]> {
    const image = await this.inspectImage(name).catch((error: unknown) => {
      if (isSatsumaError(error, 'no_such_image')) return {};
      throw error;
    });
    return layersOf(image);
  }

  listImageSteps(name: string): Promise<readonly ImageStep[]> {
    return this.ask('listImageSteps', {
      limitMs: this.deadlines.listMs,
      subject: name,
      run: async (docker) => toImageSteps(await imageOf(docker, name).history()),
    });
  }

  tagImage(name: string, tag: string): Promise<void> {
    return this.call('tagImage', {
      limitMs: this.deadlines.removeMs,
      subject: `${name} as ${tag}`,
      run: async (docker) => {
        const { repository: repo, tag: version } = splitReference(canonicalImageName(tag));
        await imageOf(docker, name).tag({ repo, tag: version });
      },
    });
  }

  removeImage(name: string, { isForced = false }: { readonly isForced?: boolean } = {}): Promise<ImageRemoval> {
    return this.call('removeImage', {
      limitMs: this.deadlines.removeMs,
      subject: name,
      run: async (docker) => toImageRemoval(await imageOf(docker, name).remove({ force: isForced })),
    });
  }

  async openImageArchive(name: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const silent = new AbortController();
    const until = AbortSignal.any([signal, silent.signal]);
    const stream = await this.call('openImageArchive', {
      // The engine prepares the whole archive before it responds.
      limitMs: Math.max(this.deadlines.pullMs, collectingMs),
      subject: name,
      run: (docker, deadline, connection) => {
        imageOf(docker, name);
        const path = `/images/${name}/get`;
        return openStream(connection, AbortSignal.any([until, deadline.signal]), { method: 'GET', path });
      },
    });
    return this.translated(withSilenceTimeout(stream, this.deadlines.pullMs, silent), 'openImageArchive', name);
  }

  loadImages(archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    return this.call('loadImages', {
      limitMs: this.deadlines.pullMs,
      run: async (_, deadline, connection) => {
        const until = AbortSignal.any([signal, deadline.signal]);
        const body = extending(archive, deadline);
        await followPull(await sendStream(connection, until, '/images/load?quiet=0', body), () => deadline.extend());
      },
    });
  }

  async buildImage(
    context: AsyncIterable<Buffer>,
    request: BuildRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<BuildStep>> {
    const [subject = ''] = request.names;
    const silent = new AbortController();
    const until = AbortSignal.any([signal, silent.signal]);
    const stream = await this.call('buildImage', {
      limitMs: Math.max(this.deadlines.pullMs, collectingMs),
      subject,
      run: (_, deadline, connection) => {
        const body = extending(context, deadline);
        const path = buildPath(request);
        const headers = buildHeaders(request);
        return sendStream(connection, AbortSignal.any([until, deadline.signal]), path, body, headers);
      },
    });
    return this.translated(readBuild(withSilenceTimeout(stream, buildingMs, silent)), 'buildImage', subject);
  }
}

async function* extending(source: AsyncIterable<Buffer>, deadline: Deadline): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    deadline.extend();
    yield bytes;
  }
  deadline.extend();
}

/** Splits a canonical name; a digest takes the place of the tag. */
function splitReference(name: string): { readonly repository: string; readonly tag: string } {
  const [, repository = name, tag = 'latest'] = /^(.*?)(?:@|:(?=[^:/]*$))(.*)$/.exec(name) ?? [];
  return { repository, tag };
}

/** dockerode inserts the name into the path unescaped: reject names with other characters as not found. */
function imageOf(docker: Docker, name: string): Docker.Image {
  if (!isImageReference(name)) throw new EngineHttpError(404, 'No such image');
  return docker.getImage(name);
}
