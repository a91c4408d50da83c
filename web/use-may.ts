import { useEffect, useState } from 'preact/hooks';
import type { Noun, Verb } from '../src/model/access.ts';
import { call } from './api.ts';

/** What the account may do with things of a kind; nothing until that is known. What it may not do is not offered. */
export function useMay(noun: Noun, ...verbs: readonly Verb[]): ReadonlySet<Verb> {
  const [may, setMay] = useState<ReadonlySet<Verb>>(new Set());
  const asked = verbs.join();
  useEffect(() => {
    const each = asked.split(',') as Verb[];
    const answers = each.map(async (verb) => {
      const { allowed } = await call('GET', `apiv1/can-i?verb=${verb}&noun=${noun}`);
      return allowed ? [verb] : [];
    });
    Promise.all(answers).then(
      (allowed) => setMay(new Set(allowed.flat())),
      () => undefined,
    );
  }, [noun, asked]);
  return may;
}
