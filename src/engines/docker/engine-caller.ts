import type Docker from 'dockerode';
import type { EngineRecord } from '../../model/engine.ts';
import type { EngineDeadlines } from '../../model/engine-deadlines.ts';
import type { EngineCall } from './call-meanings.ts';
import type { DockerConnection } from './connection.ts';
import { Deadline } from './deadline.ts';
import { toSatsumaError } from './errors.ts';
import { EngineHttpError } from './failures.ts';
import { dockerOver } from './modem.ts';
import { RequestCoalescer } from './request-coalescer.ts';

interface Call<T> {
  readonly limitMs: number;
  readonly subject?: string;
  /** The call concerns a process that continues on the engine if the call fails. */
  readonly isUnderWay?: boolean;
  run(docker: Docker, deadline: Deadline, connection: DockerConnection): Promise<T>;
}

/** Makes calls to one engine: over its connection, with a deadline, and with errors that name the engine. */
export abstract class EngineCaller {
  protected readonly deadlines: EngineDeadlines;
  readonly #engine: Pick<EngineRecord, 'id' | 'addr'>;
  readonly #connect: () => DockerConnection;
  readonly #questions = new RequestCoalescer();
  #connection: DockerConnection | undefined;
  /** Earlier connections that calls still use. */
  #drained: DockerConnection[] = [];

  /** `connect` is called on first use, and again after `renew`. Its errors are the call's errors. */
  constructor(
    engine: Pick<EngineRecord, 'id' | 'addr'>,
    { connect, deadlines }: { connect: () => DockerConnection; deadlines: EngineDeadlines },
  ) {
    this.#engine = { id: engine.id, addr: engine.addr };
    this.#connect = connect;
    this.deadlines = deadlines;
  }

  /** Later calls use a new connection. Active calls keep theirs. */
  renew(): void {
    const old = this.#connection;
    this.#connection = undefined;
    old?.drain();
    this.#drained = [...this.#drained, ...(old ? [old] : [])].filter((each) => each.isOpen());
  }

  close(): void {
    for (const each of [this.#connection, ...this.#drained]) each?.close();
  }

  /** Translates errors of a stream that occur after its call has resolved. */
  protected async *translated<T>(source: AsyncIterable<T>, call: EngineCall, subject = ''): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (error) {
      throw this.#late(error, call, subject);
    }
  }

  /** The same for a promise. */
  protected async settled<T>(value: Promise<T>, call: EngineCall, subject = ''): Promise<T> {
    return await value.catch((error: unknown) => {
      throw this.#late(error, call, subject);
    });
  }

  /** A read call: concurrent identical calls share one request. */
  protected ask<T>(call: EngineCall, question: Call<T>): Promise<T> {
    return this.#questions.ask(`${call} ${question.subject ?? ''}`, () => this.call(call, question));
  }

  protected async call<T>(call: EngineCall, { limitMs, subject = '', isUnderWay, run }: Call<T>): Promise<T> {
    const deadline = new Deadline(limitMs);
    try {
      this.#connection ??= this.#connect();
      return await run(dockerOver(this.#connection, deadline.signal), deadline, this.#connection);
    } catch (error) {
      const { id: engineId, addr } = this.#engine;
      const isLate = deadline.signal.aborted;
      throw toSatsumaError(error, { engineId, addr, call, subject, limitMs, isLate, isUnderWay });
    } finally {
      deadline.clear();
    }
  }

  #late(error: unknown, call: EngineCall, subject: string) {
    const { id: engineId, addr } = this.#engine;
    return toSatsumaError(error, {
      engineId,
      addr,
      call,
      subject,
      limitMs: 0,
      isLate: false,
      isUnderWay: call === 'startExec',
    });
  }
}

/** dockerode inserts the id into the path unescaped: reject ids with other characters as not found. */
export function containerOf(docker: Docker, id: string): Docker.Container {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(id)) throw new EngineHttpError(404, 'No such container');
  return docker.getContainer(id);
}
