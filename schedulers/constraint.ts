import { amountOf, type Claim, claimKeys } from '../src/model/claim.ts';
import { type Constraint, isMet, parseConstraint } from '../src/model/constraint.ts';
import { constraintRows, constraintValues } from '../src/model/constraint-values.ts';
import { type EngineSnapshot, holdersOf } from '../src/model/engine-snapshot.ts';
import { type ImageConfig, projectOf } from '../src/model/image-config.ts';
import { imageNames } from '../src/model/image-name.ts';
import { lowestRow, RowSet } from '../src/model/row-set.ts';
import type { FilterRejection, Scheduler } from '../src/model/scheduler.ts';
import type { SparseRows } from '../src/model/sparse-rows.ts';

/**
 * Filters by constraints on the engine and its containers; see src/model/constraint.ts. Soft constraints refuse no
 * engine: engines that violate the fewest of them rank first.
 */
export const constraint: Scheduler = {
  name: 'constraint',
  description: 'the engine meets the constraints: on its id, its labels, and the services, images and containers there',
  prepare(image) {
    const hard = constraintsOf(image, false);
    if (hard.length === 0) return undefined;
    return (engine) => {
      for (const each of hard) {
        const values = constraintValues(each, engine);
        if (!isMet(each, values)) return unmet(each, values);
      }
      return undefined;
    };
  },
  exclude(image, fleet, rows) {
    for (const each of constraintsOf(image, false)) {
      const matching = constraintRows(each, fleet, rows);
      if (each.isNegated) rows.remove(matching);
      else rows.retain(matching);
    }
  },
  /**
   * A service with anti-affinity to itself gets at most one replica per engine, even with concurrent placements. For images of one project alone, two
   * placements at the same moment may both fit beside the same others: the ledger does not tell projects apart.
   */
  claims(image, engine, service) {
    const names = imageNames(image.name);
    return constraintsOf(image, false).flatMap((each): Claim[] => {
      if (!each.isNegated || (each.project ?? projectOf(image)) !== projectOf(image)) return [];
      if (each.subject === 'image') {
        return names.filter((name) => !isMet(each, [name])).map((name) => only(claimKeys.image(name), each, engine));
      }
      if (each.subject !== 'service' || service === undefined || isMet(each, [service])) return [];
      return [{ key: claimKeys.service(service), amount: 1, limit: 1 }];
    });
  },
  prefer(image, rows, { fleet }) {
    const soft = constraintsOf(image, true);
    if (soft.length === 0) return undefined;
    // The number of unmet constraints per row.
    const unmetCounts = new Uint16Array(rows.rowCount).fill(soft.filter(({ isNegated }) => !isNegated).length);
    for (const each of soft) add(unmetCounts, constraintRows(each, fleet, rows), each.isNegated ? 1 : -1);
    const byCount = new Map<number, RowSet>();
    for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) {
      const penalty = unmetCounts[row] as number;
      const level = byCount.get(penalty) ?? new RowSet(rows.rowCount);
      level.add(row);
      byCount.set(penalty, level);
    }
    return [...byCount].map(([penalty, level]) => ({ rows: level, penalty }));
  },
};

function add(counts: Uint16Array, { positions, words }: SparseRows, amount: number): void {
  for (const [index, position] of positions.entries()) {
    for (let bits = words[index] as number; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      counts[row] = (counts[row] as number) + amount;
    }
  }
}

function constraintsOf({ constraints }: ImageConfig, isSoft: boolean): readonly Constraint[] {
  return constraints?.map(parseConstraint).filter((each) => each.isSoft === isSoft) ?? [];
}

/** The only one of its project: others that hold the same stay beside it. */
function only(key: string, { project }: Constraint, engine: EngineSnapshot): Claim {
  if (project === undefined) return { key, amount: 1, limit: 1 };
  const own = holdersOf(engine, project).reduce((sum, holder) => sum + amountOf(holder, key), 0);
  return { key, amount: 1, limit: (engine.sums.get(key) ?? 0) - own + 1 };
}

function unmet(each: Constraint, values: readonly string[]): FilterRejection {
  const { text, subject, key } = each;
  const because = (reason: string) => `${text} is not met: ${reason}`;
  if (subject === 'engine') return { code: 'constraint_unmet', message: because(`the engine is ${values[0]}`) };
  if (subject === 'label') {
    const reason = values.length === 0 ? `the engine has no ${key}` : `the engine's ${key} is ${values.join(' and ')}`;
    return { code: 'constraint_unmet', message: because(reason) };
  }
  const inTheWay = values.find((value) => !isMet(each, [value]));
  if (!each.isNegated || inTheWay === undefined) {
    return { code: 'affinity_unmet', message: because(`no such ${subject} is there`) };
  }
  const message = because(`${subject} ${inTheWay} is there already`);
  const rejection = { code: 'affinity_unmet', message, scopedMessage: `${text} is not met` };
  return subject === 'container' ? rejection : { ...rejection, key: claimKeys[subject](inTheWay) };
}
