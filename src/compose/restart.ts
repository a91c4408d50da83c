import { quoted } from '../application/problems.ts';
import type { Fields, Value } from '../application/value.ts';

/** When what has ended is started again. `retries`: at most so often. */
export interface Restart {
  readonly when: 'always' | 'on-failure' | 'never';
  readonly retries?: number | undefined;
  /** Says that it cannot be so. */
  readonly fail: (sentence: string) => undefined;
}

/** `restart`. */
export function restartOf(value: Value): Restart | undefined {
  const text = value.text() ?? '';
  const fail = (sentence: string) => value.fail(sentence);
  // YAML's `no` without quotes is false for many.
  if (text === 'no' || text === 'false') return { when: 'never', fail };
  if (text === 'always' || text === 'unless-stopped') return { when: 'always', fail };
  const [, retries] = /^on-failure(?::(\d{1,3}))?$/.exec(text) ?? [];
  if (!text.startsWith('on-failure') || (retries === undefined && text !== 'on-failure')) {
    return fail(`must be no, always, unless-stopped or on-failure[:N], and is ${quoted(text)}`);
  }
  return { when: 'on-failure', retries: retries === undefined ? undefined : Number(retries), fail };
}

const whenOf = { none: 'never', 'on-failure': 'on-failure', any: 'always' } as const;

/** `deploy.restart_policy`. */
export function swarmRestart(fields: Fields): Restart | undefined {
  const condition = fields.take('condition')?.oneOf(['none', 'on-failure', 'any']);
  const max = fields.take('max_attempts');
  fields.finish({
    delay: 'what ended is started again after 1, 2, 4 ... 60 seconds',
    window: 'a replica counts once it was healthy for the monitor of update_config',
  });
  const retries = max?.whole({ max: 1000 });
  return { when: whenOf[condition ?? 'any'], retries, fail: (sentence) => (max ?? fields).fail(sentence) };
}
