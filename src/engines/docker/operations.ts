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
import { unlessSilent } from './logs.ts';
import { askDocker, type DockerRequest, openStream } from './modem.ts';
import { DockerRelay } from './relay-calls.ts';
import { toRuntimeHostConfig } from './runtime-spec.ts';
import { cleanLine, fieldsOf, integerOf, listOf, textOf } from './shape.ts';
import { toHostConfig } from './spec.ts';

/** Of gigabytes, about which an engine says nothing until they are written. */
const committingMs = 600_000;

/** What an operator does to one container. */
export abstract class DockerOperations extends DockerRelay implements ContainerOperations {
  async waitContainer(id: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerExit> {
    return await (await this.beginWait(id, condition, signal, 'logs')).exit;
  }

  /** Resolves when the engine waits: what ends from then on is told by `exit`. */
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
    return this.translated(unlessSilent(stream, this.deadlines.pullMs, silent), 'openExport', id);
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

/** The deadline is for the beginning; what comes then ends with the caller's signal. */
function streamUntil(
  connection: DockerConnection,
  [signal, deadline]: readonly [AbortSignal, Deadline],
  request: DockerRequest & { readonly isStream: StreamUse },
): Promise<AsyncIterable<Buffer>> {
  return openStream(connection, AbortSignal.any([signal, deadline.signal]), request);
}

/** Docker's numbers are the places here. */
const kinds = ['changed', 'added', 'deleted'] as const;
/** A container that unpacked an archive has so many files; Docker's answer is bounded by its bytes. */
const mostChanges = 1_000_000;

/** Docker's answer to `diff`. Throws InvalidResponse. */
function toFileChanges(answer: unknown): readonly FileChange[] {
  const changes = listOf(isNothing(answer) ? [] : answer, 'the answer', mostChanges).map((entry): FileChange => {
    const { Path, Kind } = fieldsOf(entry, 'a change');
    const kind = kinds[integerOf(Kind, 'Kind', { most: kinds.length - 1 })] ?? 'changed';
    return { path: textOf(Path, 'Path'), kind };
  });
  return changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

/** Docker says null for no changes, which our wire hands on as an object without fields. */
function isNothing(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) && Object.keys(answer).length === 0;
}

/** Docker's query of a commit, in which `changes` stands once for each line. */
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

/** The id of the image that was made. Throws InvalidResponse. */
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

const mostBytes = 64 * 1024;

/** Docker's answer to `wait`, which begins at once and ends when the container does. Throws InvalidResponse. */
async function readExit(stream: AsyncIterable<Buffer>): Promise<ContainerExit> {
  let text = '';
  for await (const bytes of stream) {
    text += bytes;
    if (text.length > mostBytes) throw new InvalidResponse('an answer that does not end');
  }
  const { StatusCode, Error: failure } = fieldsOf(parse(text), 'the answer');
  const message = cleanLine(fieldsOf(failure ?? {}, 'Error').Message);
  return {
    exitCode: integerOf(StatusCode, 'StatusCode', { least: -(2 ** 31) }),
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
