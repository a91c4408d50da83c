import type { Archive, PathStat, PutArchiveOptions } from '../../model/path-stat.ts';
import type { ArchiveOperations } from '../archive-operations.ts';
import type { DockerConnection } from './connection.ts';
import { type Deadline, withoutWaiting } from './deadline.ts';
import { containerOf } from './engine-caller.ts';
import { EngineHttpError, InvalidResponse, nameStatus } from './failures.ts';
import { DockerImages } from './image-calls.ts';
import { withSilenceTimeout } from './logs.ts';
import { refusalIn } from './modem.ts';
import { fieldsOf, integerOf, lineOf } from './shape.ts';
import { bodyLimits, logSlicesOf, readBody } from './wire.ts';

const statHeader = 'x-docker-container-path-stat';

/** Files of containers as tar archives. */
export abstract class DockerArchives extends DockerImages implements ArchiveOperations {
  statPath(id: string, path: string): Promise<PathStat> {
    return this.call('statPath', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker, { signal }, connection) => {
        const request = { method: 'HEAD', path: archivePath(containerOf(docker, id).id, { path }) };
        const answer = await connection.exchange(request, signal);
        await readBody(answer, bodyLimits.words);
        const { statusCode: status = 0, headers } = answer.response;
        // A response to HEAD has no error message.
        if (status === 404) throw new EngineHttpError(status, 'it has no such file or folder');
        if (status !== 200) throw new EngineHttpError(status, nameStatus(status));
        return toPathStat(headers[statHeader]);
      },
    });
  }

  async openArchive(id: string, path: string, signal: AbortSignal): Promise<Archive> {
    const silent = new AbortController();
    const until = AbortSignal.any([signal, silent.signal]);
    const { stat, bytes } = await this.call('openArchive', {
      limitMs: this.deadlines.pullMs,
      subject: id,
      run: async (docker, deadline, connection) => {
        const request = {
          method: 'GET',
          path: archivePath(containerOf(docker, id).id, { path }),
          isStream: 'transfers',
        } as const;
        const answer = await connection.exchange(request, AbortSignal.any([until, deadline.signal]));
        const { response } = answer;
        if (response.statusCode !== 200) throw await refusalIn(answer);
        return { stat: toPathStat(response.headers[statHeader]), bytes: logSlicesOf(response) };
      },
    });
    const watched = withSilenceTimeout(bytes, this.deadlines.pullMs, silent);
    return { stat, bytes: this.translated(watched, 'openArchive', id) };
  }

  putArchive(
    id: string,
    { path, noOverwriteDirNonDir, copyUIDGID }: PutArchiveOptions,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.call('putArchive', {
      limitMs: this.deadlines.pullMs,
      subject: id,
      run: async (docker, deadline, connection) => {
        const query = { path, noOverwriteDirNonDir, copyUIDGID };
        const request = { method: 'PUT', path: archivePath(containerOf(docker, id).id, query) };
        await sendArchive(connection, deadline, { ...request, archive, signal });
      },
    });
  }
}

interface ArchiveUpload {
  readonly method: string;
  readonly path: string;
  readonly archive: AsyncIterable<Buffer>;
  readonly signal: AbortSignal;
}

async function sendArchive(connection: DockerConnection, deadline: Deadline, upload: ArchiveUpload): Promise<void> {
  const { method, path, archive, signal } = upload;
  const body = withoutWaiting(archive, deadline);
  const request = { method, path, body, isStream: 'transfers' } as const;
  const answer = await connection.exchange(request, AbortSignal.any([signal, deadline.signal]));
  if (answer.response.statusCode !== 200) throw await refusalIn(answer);
  await readBody(answer, bodyLimits.words);
}

function archivePath(id: string, query: Readonly<Record<string, string | boolean | undefined>>): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (typeof value === 'string') parts.set(key, value);
    else if (value) parts.set(key, '1');
  }
  return `/containers/${id}/archive?${parts}`;
}

/** Parses Docker's path stat header: JSON in base64. Throws InvalidResponse. */
function toPathStat(header: string | string[] | undefined): PathStat {
  if (typeof header !== 'string') throw new InvalidResponse('its answer does not say what is at the path');
  const { name, size, mode, mtime, linkTarget } = fieldsOf(parse(header), 'the stat of the path');
  return {
    name: lineOf(name, 'name'),
    size: integerOf(size, 'size'),
    mode: integerOf(mode, 'mode', { max: 2 ** 32 - 1 }),
    mtime: lineOf(mtime, 'mtime'),
    linkTarget: lineOf(linkTarget ?? '', 'linkTarget'),
  };
}

function parse(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString());
  } catch {
    throw new InvalidResponse('the stat of the path is not JSON');
  }
}
