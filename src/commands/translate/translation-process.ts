import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TranslatedCompose, TranslatedTemplate, TranslateTemplateBody } from '../../api/translate.ts';
import { type ErrorCode, SatsumaError } from '../../model/errors.ts';
import { packageRoot, programExtension } from '../../runtime/package-root.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { timedOut, withTimeout } from '../../runtime/with-timeout.ts';
import type { ComposeText } from './translate-compose.ts';

export type ProcessRequest = { readonly compose: ComposeText } | { readonly template: TranslateTemplateBody };

export type ProcessAnswer =
  | { readonly ok: true; readonly translation: TranslatedCompose | TranslatedTemplate }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly details?: unknown };

interface ProcessLimits {
  readonly patienceMs?: number;
  readonly maxWaiting?: number;
}

const program = join(packageRoot, `src/commands/translate/translation-program${programExtension}`);
const idleMs = 60_000;
const maxMiB = 256;

/**
 * Translates Compose files and templates in a process of its own: 128 KiB of YAML can take seconds, in which a server could do nothing else. One file at a
 * time; the process starts with the first one, and ends when none comes for a minute.
 */
export class TranslationProcess {
  readonly #oneAtATime = new Semaphore(1);
  readonly #patienceMs: number;
  readonly #maxWaiting: number;
  #waiting = 0;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ patienceMs = 60_000, maxWaiting = 32 }: ProcessLimits = {}) {
    this.#patienceMs = patienceMs;
    this.#maxWaiting = maxWaiting;
  }

  /** Throws as `translateCompose`, `too_many_readers`, and `invalid` if it takes too long or too much memory. */
  async translateCompose(compose: ComposeText): Promise<TranslatedCompose> {
    return (await this.#translate({ compose })) as TranslatedCompose;
  }

  /** Throws as `translateTemplateText`, and as `translateCompose`. */
  async translateTemplate(template: TranslateTemplateBody): Promise<TranslatedTemplate> {
    return (await this.#translate({ template })) as TranslatedTemplate;
  }

  async #translate(request: ProcessRequest): Promise<TranslatedCompose | TranslatedTemplate> {
    if (this.#waiting >= this.#maxWaiting)
      throw new SatsumaError('too_many_readers', `${this.#maxWaiting} files are being translated: try again later`);
    this.#waiting += 1;
    try {
      const answer = await this.#oneAtATime.run(() => this.#ask(request));
      if (answer.ok) return answer.translation;
      throw new SatsumaError(answer.code, answer.message, { details: answer.details });
    } finally {
      this.#waiting -= 1;
    }
  }

  end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #ask(request: ProcessRequest): Promise<ProcessAnswer> {
    clearTimeout(this.#idle);
    if (!this.#child?.connected) this.#child = started();
    const child = this.#child;
    child.ref();
    child.channel?.ref();
    const gone = new AbortController();
    try {
      const answered = firstOf(child, gone.signal);
      child.send(request);
      const answer = await withTimeout(this.#patienceMs, answered);
      if (answer === timedOut) throw tooMuch(`to read it takes more than ${this.#patienceMs / 1000} s`);
      // It keeps no server running.
      child.unref();
      child.channel?.unref();
      this.#idle = setTimeout(() => this.end(), idleMs).unref();
      return answer;
    } catch (error) {
      this.end();
      throw error;
    } finally {
      gone.abort();
    }
  }
}

/** It has no variable of the server's environment, which may hold secrets. */
function started(): ChildProcess {
  const child = fork(program, [], {
    execArgv: [...process.execArgv, `--max-old-space-size=${maxMiB}`],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Whoever waits for an answer hears of it.
  child.on('error', () => undefined);
  return child;
}

/** The answer. Throws `invalid` if the process ends for want of memory. */
async function firstOf(child: ChildProcess, signal: AbortSignal): Promise<ProcessAnswer> {
  const answer = once(child, 'message', { signal }).then(([message]) => message as ProcessAnswer);
  const end = once(child, 'exit', { signal }).then(([code]) => {
    // Node ends by a signal where there is no memory left, and with a code after an error that nobody caught.
    throw code === null
      ? tooMuch(`to read it takes more than ${maxMiB} MiB`)
      : new Error(`the process that translates files ended with code ${code}`);
  });
  return await Promise.race([answer, end]);
}

function tooMuch(why: string): SatsumaError {
  return new SatsumaError('invalid', `the file is too large: ${why}`);
}
