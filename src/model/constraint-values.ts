import { claimKeys } from './claim.ts';
import type { Constraint } from './constraint.ts';
import { labelValues } from './engine-label.ts';
import { type EngineSnapshot, holdersOf } from './engine-snapshot.ts';
import type { Fleet } from './fleet.ts';
import { matchesPattern } from './pattern.ts';
import type { RowSet } from './row-set.ts';
import { SparseRows } from './sparse-rows.ts';

/** The engine's values for the subject of the constraint. */
export function constraintValues(constraint: Constraint, engine: EngineSnapshot): readonly string[] {
  const { subject, key, on, project } = constraint;
  switch (subject) {
    case 'label':
      return labelValues(engine.labels, key);
    case 'engine':
      return [engine.id];
    case 'container':
      if (on !== undefined && on !== engine.id) return [];
      return (project === undefined ? engine.holders : holdersOf(engine, project)).map(({ name }) => name);
    case 'service':
    case 'image':
      return heldKeys(engine, project).flatMap((claim) => nameIn(claim, subject) ?? []);
  }
}

/**
 * The rows with a matching value; it may include rows outside of `rows`. Uses an index where there is one; constraints
 * on containers, and patterns on engine ids, test each row.
 */
export function constraintRows(constraint: Constraint, fleet: Fleet, rows: RowSet): SparseRows {
  const { subject, key, pattern, project } = constraint;
  const matching = new SparseRows();
  switch (subject) {
    case 'label':
      for (const [value, some] of fleet.rowsByLabel(key)) if (matchesPattern(pattern, value)) matching.join(some);
      return matching;
    case 'engine': {
      const row = pattern.kind === 'literal' ? fleet.row(pattern.text) : undefined;
      if (row !== undefined) matching.add(row);
      if (pattern.kind !== 'literal') {
        addEach(matching, rows, (each) => matchesPattern(pattern, fleet.engine(each).id));
      }
      return matching;
    }
    case 'container':
      addEach(matching, rows, (row) =>
        constraintValues(constraint, fleet.engine(row)).some((name) => matchesPattern(pattern, name)),
      );
      return matching;
    case 'service':
    case 'image': {
      const claims = pattern.kind === 'literal' ? [claimKeys[subject](pattern.text)] : fleet.claimKeys();
      for (const claim of claims) {
        const name = nameIn(claim, subject);
        if (name === undefined || !matchesPattern(pattern, name)) continue;
        for (const [sum, some] of fleet.rowsBySum(claim)) if (sum > 0) matching.join(some);
      }
      return project === undefined ? matching : ofProjectAlone(constraint, fleet, matching, rows);
    }
  }
}

function addEach(matching: SparseRows, rows: RowSet, matches: (row: number) => boolean): void {
  for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) if (matches(row)) matching.add(row);
}

/** The index knows no projects: the rows that it found are looked at one by one. */
function ofProjectAlone(constraint: Constraint, fleet: Fleet, found: SparseRows, rows: RowSet): SparseRows {
  const some = rows.shared(found);
  const matching = new SparseRows();
  addEach(matching, some, (row) =>
    constraintValues(constraint, fleet.engine(row)).some((value) => matchesPattern(constraint.pattern, value)),
  );
  return matching;
}

function heldKeys(engine: EngineSnapshot, project: string | undefined): readonly string[] {
  if (project === undefined) return [...engine.sums].flatMap(([key, sum]) => (sum > 0 ? [key] : []));
  return holdersOf(engine, project).flatMap(({ claims }) =>
    claims.flatMap(({ key, amount }) => (amount > 0 ? [key] : [])),
  );
}

/** Extracts `web` from the claim key `service/web`. */
function nameIn(claim: string, subject: 'service' | 'image'): string | undefined {
  const prefix = claimKeys[subject]('');
  return claim.startsWith(prefix) ? claim.slice(prefix.length) : undefined;
}
