import type { Claim } from '../../model/claim.ts';
import { type Quota, quotaOf } from '../../model/project.ts';
import type { SumRepair } from '../store.ts';
import type { Tables } from './tables.ts';

/** A claim that exceeds a quota, with the used amount. */
export interface QuotaShortage {
  readonly key: string;
  readonly used: number;
  readonly limit: number;
}

/** The first claim that exceeds its project's quota; `claims`: the changes of the sums. */
export function firstBeyondQuota(
  { quotas, documents }: Pick<Tables, 'quotas' | 'documents'>,
  claims: readonly Pick<Claim, 'key' | 'amount'>[],
): QuotaShortage | undefined {
  const grown = new Map<string, number>();
  for (const { key, amount } of claims) {
    const of = quotaOf(key);
    if (!of || amount <= 0) continue;
    const { quota = {} } = (documents.get(['project', of.project])?.value ?? {}) as { readonly quota?: Quota };
    const limit = quota[of.field as keyof Quota];
    const used = grown.get(key) ?? quotas.get(key) ?? 0;
    if (limit !== undefined && used + amount > limit) return { key, used, limit };
    grown.set(key, used + amount);
  }
  return undefined;
}

/** Call it inside a transaction, with each change of an engine's sum. */
export function addToQuota({ quotas }: Pick<Tables, 'quotas'>, key: string, amount: number): void {
  if (amount === 0 || !quotaOf(key)) return;
  const sum = (quotas.get(key) ?? 0) + amount;
  if (sum === 0) quotas.remove(key);
  else quotas.put(key, sum);
}

/** Inside a transaction: recomputes the totals from the engines' sums. Returns those that were wrong. */
export function recountQuotas({ quotas, sums }: Pick<Tables, 'quotas' | 'sums'>): SumRepair[] {
  const counted = new Map<string, number>();
  for (const { key, value } of sums.getRange({})) {
    if (quotaOf(key[1])) counted.set(key[1], (counted.get(key[1]) ?? 0) + value);
  }
  const found = new Map([...quotas.getRange({})].map(({ key, value }) => [key, value]));
  const wrong = [...new Set([...counted.keys(), ...found.keys()])].flatMap((key) => {
    const [was, is] = [found.get(key) ?? 0, counted.get(key) ?? 0];
    return was === is ? [] : [{ key, was, is }];
  });
  for (const { key, is } of wrong) {
    if (is === 0) quotas.remove(key);
    else quotas.put(key, is);
  }
  return wrong;
}
