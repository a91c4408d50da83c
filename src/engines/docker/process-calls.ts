import type { ContainerExit } from '../../model/container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type {
  AttachOptions,
  CreatedExec,
  ExecOptions,
  Output,
  ProcessEnd,
  ProcessStream,
  WindowSize,
} from '../../model/process-stream.ts';
import { pause } from '../../runtime/pause.ts';
import { timedOut, withTimeout } from '../../runtime/with-timeout.ts';
import type { ProcessOperations } from '../process-operations.ts';
import type { EngineCall } from './call-meanings.ts';
import { DetachKeys } from './detach-keys.ts';
import { containerOf } from './engine-caller.ts';
import { askDocker, openSocket } from './modem.ts';
import { DockerOperations } from './operations.ts';
import { optionalField } from './optional-field.ts';
import { processOver } from './process-socket.ts';
import { booleanOf, containerIdOf, fieldsOf, integerOf } from './shape.ts';

/** A process may close its output before it exits, and an engine may report the exit with a delay. */
const minPauseMs = 10;
const maxPauseMs = 1_000;
/** A process that closed its terminal's output and still runs after this was detached: docker's ctrl-p ctrl-q. */
const detachedAfterMs = 5_000;
/** For a container with auto-remove, after its exit. */
const removedWithinMs = 30_000;

/** Processes in containers. */
export abstract class DockerProcesses extends DockerOperations implements ProcessOperations {
  async startExec(id: string, options: ExecOptions, signal: AbortSignal): Promise<ProcessStream> {
    const exec = await this.#create('startExec', id, options);
    const { tty = false, detach = false, stdin, detach_keys } = options;
    const process = await this.#start(id, { exec, tty, detach }, signal);
    return tty && stdin && !detach ? detachable(process, new DetachKeys(detach_keys)) : process;
  }

  createExec(id: string, options: ExecOptions): Promise<string> {
    return this.#create('createExec', id, options);
  }

  startCreated(id: string, exec: CreatedExec, signal: AbortSignal): Promise<ProcessStream> {
    return this.#start(id, exec, signal);
  }

  #create(call: 'startExec' | 'createExec', id: string, options: ExecOptions): Promise<string> {
    return this.call(call, {
      limitMs: this.deadlines.createMs,
      subject: id,
      run: async (docker, deadline, connection) => {
        const path = `/containers/${containerOf(docker, id).id}/exec`;
        const request = { method: 'POST', path, query: toExecBody(options) } as const;
        // It is started next.
        if (!options.detach) connection.prepareUpgrade();
        const { Id } = fieldsOf(await askDocker(connection, deadline.signal, request), 'the answer');
        return containerIdOf(Id, 'Id');
      },
    });
  }

  async #start(id: string, { exec, tty: Tty, detach }: CreatedExec, signal: AbortSignal): Promise<ProcessStream> {
    if (detach) return await this.#startDetached(id, exec, Tty);
    const body = JSON.stringify({ Detach: false, Tty });
    const socket = await this.#connect('startExec', id, { path: `/exec/${exec}/start`, body }, signal);
    return processOver(socket, Tty, {
      translated: (output) => this.translated(output, 'startExec', id),
      resize: (size) => this.#resize('startExec', id, `/exec/${exec}/resize`, size),
      end: () =>
        this.#untilEnded(signal, Tty, async () => {
          const path = `/exec/${exec}/json`;
          const { Running, ExitCode } = await this.#get('startExec', id, path, { isUnderWay: true });
          return { isRunning: booleanOf(Running, 'Running'), code: ExitCode };
        }),
    });
  }

  /** Throws `invalid` if the engine cannot run it. */
  async #startDetached(id: string, exec: string, Tty: boolean): Promise<ProcessStream> {
    await this.call('startExec', {
      limitMs: this.deadlines.startMs,
      subject: id,
      run: (_, { signal }, connection) =>
        askDocker(connection, signal, {
          ...{ method: 'POST', path: `/exec/${exec}/start` },
          query: { Detach: true, Tty },
        }),
    });
    return detachedProcess();
  }

  async attachContainer(id: string, { start, ...options }: AttachOptions, signal: AbortSignal): Promise<ProcessStream> {
    const { Id, Config, State, HostConfig } = await this.#get('attachContainer', id, `/containers/${id}/json`, {
      isUpgradeNext: true,
    });
    const whole = containerIdOf(Id, 'Id');
    if (!start && fieldsOf(State, 'State').Running !== true)
      throw new SatsumaError('wrong_state', `container ${id} does not run: start it first`);
    const hasTerminal = fieldsOf(Config, 'Config').Tty === true;
    if (options.follow === false) return await this.#readLogs(whole, { ...options, hasTerminal }, signal);
    const removesItself = fieldsOf(HostConfig ?? {}, 'HostConfig').AutoRemove === true;
    const left = new AbortController();
    const until = AbortSignal.any([signal, left.signal]);
    try {
      // Started early, because a container with auto-remove is gone when its output ends, and a container that is
      // started now may exit before another request.
      const { exit } = await this.beginWait(whole, start ? 'next-exit' : 'not-running', until, 'processes');
      const { exit: removal } =
        start && removesItself ? await this.beginWait(whole, 'removed', until, 'processes') : { exit: undefined };
      for (const each of [exit, removal]) each?.catch(() => undefined);
      const process = await this.#attach(whole, { ...options, hasTerminal }, { exit, removal }, until);
      await start?.();
      return {
        ...process,
        destroy: () => {
          process.destroy();
          left.abort();
        },
      };
    } catch (error) {
      // Also ends the connection.
      left.abort();
      throw error;
    }
  }

  async #attach(
    id: string,
    { hasTerminal, ...options }: Attached,
    { exit, removal }: { readonly exit: Promise<ContainerExit>; readonly removal: Promise<unknown> | undefined },
    until: AbortSignal,
  ): Promise<ProcessStream> {
    const query = attachQuery(options);
    const socket = await this.#connect('attachContainer', id, { path: `/containers/${id}/attach?${query}` }, until);
    return processOver(socket, hasTerminal, {
      translated: (output) => this.translated(output, 'attachContainer', id),
      resize: (size) => this.#resize('attachContainer', id, `/containers/${id}/resize`, size),
      end: async () => {
        const ended = exit.then(({ exitCode }) => ({ exitCode }));
        const end = hasTerminal ? await withTimeout(detachedAfterMs, ended) : await ended;
        if (end === timedOut) return { isDetached: true };
        // As in docker, its name is free when this returns. If removing its files takes long, the exit code is returned
        // anyway.
        await withTimeout(removedWithinMs, removal?.catch(() => undefined) ?? Promise.resolve());
        return end;
      },
    });
  }

  /** Has no end to wait for: the process is not attached to. */
  async #readLogs(id: string, { hasTerminal, ...options }: Attached, signal: AbortSignal): Promise<ProcessStream> {
    const path = `/containers/${id}/attach?${attachQuery(options)}`;
    return processOver(await this.#connect('attachContainer', id, { path }, signal), hasTerminal, {
      translated: (output) => this.translated(output, 'attachContainer', id),
      resize: async () => undefined,
      end: async () => ({ isDetached: true }),
    });
  }

  #connect(call: EngineCall, id: string, request: { path: string; body?: string }, signal: AbortSignal) {
    return this.call(call, {
      limitMs: this.deadlines.startMs,
      subject: id,
      run: (_, deadline, connection) => openSocket(connection, AbortSignal.any([signal, deadline.signal]), request),
    });
  }

  #get(call: EngineCall, id: string, path: string, { isUnderWay = false, isUpgradeNext = false } = {}) {
    return this.call(call, {
      isUnderWay,
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker, { signal }, connection) => {
        containerOf(docker, id);
        if (isUpgradeNext) connection.prepareUpgrade();
        return fieldsOf(await askDocker(connection, signal, { method: 'GET', path }), 'the answer');
      },
    });
  }

  /** A process that has ended needs no resize. */
  async #resize(call: EngineCall, id: string, path: string, { rows, columns }: WindowSize): Promise<void> {
    await this.call(call, {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: (_, { signal }, connection) =>
        askDocker(connection, signal, { method: 'POST', path: `${path}?h=${rows}&w=${columns}` }),
    }).catch(() => undefined);
  }

  async #untilEnded(
    signal: AbortSignal,
    hasTerminal: boolean,
    look: () => Promise<{ isRunning: boolean; code: unknown }>,
  ): Promise<ProcessEnd> {
    const began = performance.now();
    for (let pauseMs = minPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      const { isRunning, code } = await look();
      if (!isRunning) return { exitCode: integerOf(code ?? 0, 'ExitCode', { min: -(2 ** 31) }) };
      if (hasTerminal && performance.now() - began > detachedAfterMs) return { isDetached: true };
      await pause(pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

type Attached = Omit<AttachOptions, 'start'> & { readonly hasTerminal: boolean };

function attachQuery({ stdin, detach_keys, logs = false, follow = true }: AttachOptions): URLSearchParams {
  const flag = (isSet: boolean) => (isSet ? '1' : '0');
  const query = new URLSearchParams({ stream: flag(follow), stdin: flag(stdin), stdout: '1', stderr: '1' });
  if (logs) query.set('logs', '1');
  if (detach_keys !== undefined) query.set('detachKeys', detach_keys);
  return query;
}

/** Closes the connection when the detach keys are typed; the process keeps running. */
function detachable(process: ProcessStream, keys: DetachKeys): ProcessStream {
  let isDetached = false;
  async function* output(): AsyncGenerator<Output> {
    try {
      yield* process.output;
    } catch (error) {
      if (!isDetached) throw error;
    }
  }
  return {
    ...process,
    output: output(),
    write: async (bytes) => {
      const passed = isDetached ? undefined : keys.push(bytes);
      if (passed) return await process.write(passed);
      isDetached = true;
      process.destroy();
    },
    end: async () => (isDetached ? { isDetached } : await process.end()),
  };
}

const detachedProcess = (): ProcessStream => ({
  output: (async function* () {})(),
  write: async () => undefined,
  closeInput: () => undefined,
  resize: async () => undefined,
  end: async () => ({ isDetached: true }),
  destroy: () => undefined,
});

function toExecBody({ cmd, env = {}, stdin, detach_keys, ...options }: ExecOptions): Record<string, unknown> {
  const isAttached = !options.detach;
  return {
    ...{ AttachStdin: stdin, AttachStdout: isAttached, AttachStderr: isAttached, Cmd: [...cmd] },
    Env: Object.entries(env).map((pair) => pair.join('=')),
    ...optionalField('Tty', options.tty),
    ...optionalField('Privileged', options.privileged),
    ...optionalField('User', options.user),
    ...optionalField('WorkingDir', options.working_dir),
    ...optionalField('DetachKeys', detach_keys),
  };
}
