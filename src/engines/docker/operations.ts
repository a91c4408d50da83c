import type Docker from 'dockerode';
import type {
  CommitOptions,
  ContainerExit,
  ContainerUpdate,
  FileChange,
  WaitCondition,
} from '../../model/container.ts';
import type { ContainerOperations } from '../container-operations.ts';
import type { StreamUse } from '../stream-use.ts';
import type { DockerConnection } from './connection.ts';
import type { Deadline } from './deadline.ts';
import { containerOf } from './engine-caller.ts';
import { InvalidResponse } from './failures.ts';
import { imageIdOf } from './images.ts';
import { withSilenceTimeout } from './logs.ts';
import { askDocker, type DockerRequest, openStream } from './modem.ts';
import { DockerRelay } from './relay-calls.ts';
import { toRuntimeHostConfig } from './runtime-spec.ts';
import { cleanLine, fieldsOf, integerOf, listOf, textOf } from './shape.ts';
import { toHostConfig } from './spec.ts';

/** For gigabytes; the engine sends no response until they are written. */
const committingMs = 600_000;

/** Operations on one container besides its lifecycle. */
export abstract class DockerOperations extends DockerRelay implements ContainerOperations {
  async waitContainer(id: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerExit> {
    return await (await this.beginWait(id, condition, signal, 'logs')).exit;
  }

  /** Resolves once the engine is waiting: an exit after that is reported by `exit`. */
  protected async beginWait(
    id: string,
    condition: WaitCondition,
    signal: AbortSignal,
    isStream: StreamUse,
  ): Promise<{ readonly exit: Promise<ContainerExit> }> {
    const stream = await this.call('waitContainer', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: (docker, deadline, connection) => {
        const path = `/containers/${containerOf(docker, id).id}/wait`;
        return streamUntil(connection, [signal, deadline], { method: 'POST', path, query: { condition }, isStream });
      },
    });
    return { exit: this.settled(readExit(stream), 'waitContainer', id) };
  }

  listChanges(id: string): Promise<readonly FileChange[]> {
    return this.ask('listChanges', {
      limitMs: this.deadlines.pullMs,
      subject: id,
      run: async (docker, { signal }, connection) => {
        const path = `/containers/${containerOf(docker, id).id}/changes`;
        return toFileChanges(await askDocker(connection, signal, { method: 'GET', path }));
      },
    });
  }

  async openExport(id: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const silent = new AbortController();
    const until = AbortSignal.any([signal, silent.signal]);
    const stream = await this.call('openExport', {
      limitMs: this.deadlines.pullMs,
      subject: id,
      run: (docker, deadline, connection) => {
        const path = `/containers/${containerOf(docker, id).id}/export`;
        return streamUntil(connection, [until, deadline], { method: 'GET', path, isStream: 'transfers' });
      },
    });
    return this.translated(withSilenceTimeout(stream, this.deadlines.pullMs, silent), 'openExport', id);
  }

  renameContainer(id: string, name: string): Promise<void> {
    return this.call('renameContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).rename({ name });
      },
    });
  }

  updateContainer(id: string, update: ContainerUpdate, maximumCpus: number): Promise<void> {
    return this.call('updateContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).update(toDockerUpdate(update, maximumCpus));
      },
    });
  }

  commitContainer(id: string, options: CommitOptions, signal: AbortSignal): Promise<string> {
    return this.call('commitContainer', {
      limitMs: committingMs,
      subject: id,
      run: async (docker, deadline, connection) => {
        const path = `/commit?${commitQuery(containerOf(docker, id).id, options)}`;
        const until = AbortSignal.any([signal, deadline.signal]);
        return toImageId(await askDocker(connection, until, { method: 'POST', path }));
      },
    });
  }
}

/** The deadline covers the start of the response; after that, only the caller's signal ends it. */
function streamUntil(
  connection: DockerConnection,
  [signal, deadline]: readonly [AbortSignal, Deadline],
  request: DockerRequest & { readonly isStream: StreamUse },
): Promise<AsyncIterable<Buffer>> {
  return openStream(connection, AbortSignal.any([signal, deadline.signal]), request);
}

/** The index is Docker's number. */
const kinds = ['changed', 'added', 'deleted'] as const;
/** A container that extracted an archive has so many changed files; the response size is limited separately. */
const maxChanges = 1_000_000;

/** Maps Docker's `diff`. Throws InvalidResponse. */
function toFileChanges(answer: unknown): readonly FileChange[] {
  const changes = listOf(isNothing(answer) ? [] : answer, 'the answer', maxChanges).map((entry): FileChange => {
    const { Path, Kind } = fieldsOf(entry, 'a change');
    const kind = kinds[integerOf(Kind, 'Kind', { max: kinds.length - 1 })] ?? 'changed';
    return { path: textOf(Path, 'Path'), kind };
  });
  return changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

/** Docker returns null for no changes, which our wire layer returns as an empty object. */
function isNothing(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) && Object.keys(answer).length === 0;
}

/** Docker's query of a commit, with `changes` once per line. */
function commitQuery(id: string, { image, author, message, changes = [], pause = true }: CommitOptions): string {
  const query = new URLSearchParams({ container: id, pause: String(pause) });
  const [, repo = '', tag] = /^(.*?)(?::([^:/]*))?$/.exec(image ?? '') ?? [];
  if (repo !== '') query.set('repo', repo);
  if (tag !== undefined) query.set('tag', tag);
  if (author !== undefined) query.set('author', author);
  if (message !== undefined) query.set('comment', message);
  for (const change of changes) query.append('changes', change);
  return query.toString();
}

/** The id of the new image. Throws InvalidResponse. */
function toImageId(answer: unknown): string {
  return imageIdOf(fieldsOf(answer, 'the answer').Id, 'Id');
}

/** The body of Docker's container update: its fields are those of a create. */
function toDockerUpdate(update: ContainerUpdate, maximumCpus: number): Docker.HostConfig {
  const { memory_swap, pids_limit, ...rest } = update;
  const limits = toRuntimeHostConfig({
    ...(memory_swap === undefined ? {} : { memory_swap }),
    ...(pids_limit === undefined ? {} : { pids_limit }),
  });
  return { ...toHostConfig({ name: '', type: '', restart_policy: {}, ...rest }, maximumCpus), ...limits };
}

const maxBytes = 64 * 1024;

/** Reads the response to `wait`, which starts at once and ends when the container exits. Throws InvalidResponse. */
async function readExit(stream: AsyncIterable<Buffer>): Promise<ContainerExit> {
  let text = '';
  for await (const bytes of stream) {
    text += bytes;
    if (text.length > maxBytes) throw new InvalidResponse('an answer that does not end');
  }
  const { StatusCode, Error: failure } = fieldsOf(parse(text), 'the answer');
  const message = cleanLine(fieldsOf(failure ?? {}, 'Error').Message);
  return {
    exitCode: integerOf(StatusCode, 'StatusCode', { min: -(2 ** 31) }),
    ...(message === '' ? {} : { error: message }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidResponse('an answer that is no JSON');
  }
}
