import { amountOf, claimKeys } from '../../model/claim.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { NewReservation } from '../../model/reservation.ts';

/** A claim that does not fit, with its holders, as in answers. */
interface BlockingClaim {
  readonly key: string;
  readonly wanted: number;
  /** What others leave free of the limit. */
  readonly free: number;
  readonly limit: number;
  /** Container names; at most `maximumHolders`. */
  readonly held_by: readonly string[];
}

const maximumHolders = 20;
const namedHolders = 3;
const resourcePrefix = claimKeys.resource('');

/** Remedies if even an empty engine is too small. */
const elsewhere = {
  started: 'destroy this one and run it anew elsewhere',
  updated: 'ask for less',
} as const;

const remedies = {
  started: 'stop what is in the way, or destroy this one and run it anew elsewhere',
  updated: 'stop what is in the way, or ask for less',
} as const;

/**
 * The error if a container cannot be started or updated on its engine. `key`: the claim that the ledger refused, which
 * may fit by now.
 */
export function claimTaken(
  engine: EngineSnapshot,
  reservation: NewReservation,
  { had, key, verb }: { readonly had: NewReservation; readonly key: string; readonly verb: keyof typeof remedies },
): SatsumaError {
  const claims = reservation.claims.flatMap((claim): BlockingClaim[] => {
    const { limit, amount: wanted } = claim;
    if (limit === null) return [];
    const free = limit - ((engine.sums.get(claim.key) ?? 0) - amountOf(had, claim.key));
    if (free >= wanted && claim.key !== key) return [];
    const holders = engine.holders.filter((each) => each.name !== had.name && amountOf(each, claim.key) > 0);
    const held_by = holders.slice(0, maximumHolders).map(({ name }) => name);
    return [{ key: claim.key, wanted, free: Math.max(0, free), limit, held_by }];
  });
  const reasons = claims.map(sentenceOf).join('; ');
  const isBeyond = claims.some(({ wanted, limit }) => wanted > limit);
  const remedy = (isBeyond ? elsewhere : remedies)[verb];
  return new SatsumaError(
    'claim_taken',
    `container ${reservation.name} cannot be ${verb} on engine ${engine.id}: ${reasons}; ${remedy}`,
    { details: { engine: engine.id, claims } },
  );
}

function sentenceOf({ key, wanted, free, limit, held_by }: BlockingClaim): string {
  if (key === claimKeys.cpu) return `${wanted / 1000} cpus wanted, ${free / 1000} of ${limit / 1000} free`;
  if (key === claimKeys.memory) return `${wanted} MB of memory wanted, ${free} of ${limit} free`;
  if (key.startsWith(resourcePrefix))
    return `${wanted} ${key.slice(resourcePrefix.length)} wanted, ${free} of ${limit} free`;
  const more = held_by.length > namedHolders ? ' and others' : '';
  const by = held_by.length === 0 ? '' : ` by ${held_by.slice(0, namedHolders).join(', ')}${more}`;
  return `${describeKey(key)} is taken${by}`;
}

/** Formats a claim key: `port/tcp/6379/10.0.0.5` becomes `port tcp/6379 on 10.0.0.5`. */
function describeKey(key: string): string {
  const [kind, ...rest] = key.split('/');
  if (kind !== 'port') return [kind, rest.join('/')].join(' ').trim();
  const [proto, number, address] = rest;
  return `port ${proto}/${number}${address === undefined ? '' : ` on ${address}`}`;
}
