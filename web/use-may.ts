import { useEffect, useState } from 'preact/hooks';
import type { Noun, Verb } from '../src/model/access.ts';
import { call } from './api.ts';

const known = new Map<string, Promise<boolean>>();

/** Whoever asks is somebody else from now on. */
export function forgetMay(): void {
  known.clear();
}

/** Throws as `call`; then it is asked again the next time. */
export function may(verb: Verb, noun: Noun): Promise<boolean> {
  const key = `verb=${verb}&noun=${noun}`;
  const answer = known.get(key) ?? call('GET', `apiv1/can-i?${key}`).then(({ allowed }) => allowed);
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}

const firstWaitMs = 1_000;
const maxWaitMs = 30_000;

/** Asked until somebody answers. Returns how to stop it. */
export function askUntilKnown<Answer>(ask: () => Promise<Answer>, known: (answer: Answer) => void): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attempt = (waitMs: number) => {
    ask().then(
      (answer) => !isStopped && known(answer),
      () => {
        if (!isStopped) timer = setTimeout(() => attempt(Math.min(2 * waitMs, maxWaitMs)), waitMs);
      },
    );
  };
  attempt(firstWaitMs);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** What the account may do with things of a kind; nothing until that is known. What it may not do is not offered. */
export function useMay(noun: Noun, ...verbs: readonly Verb[]): ReadonlySet<Verb> {
  const [allowed, setAllowed] = useState<ReadonlySet<Verb>>(new Set());
  const asked = verbs.join();
  useEffect(() => {
    const each = asked.split(',') as Verb[];
    return askUntilKnown(
      () => Promise.all(each.map(async (verb) => ((await may(verb, noun)) ? [verb] : []))),
      (found) => setAllowed(new Set(found.flat())),
    );
  }, [noun, asked]);
  return allowed;
}
