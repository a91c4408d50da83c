import test from 'ava';
import { Random } from '../../bench/random.ts';
import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import { strategyNames } from '../../src/model/image-config.ts';
import { FleetIndex } from '../../src/placement/fleet-index.ts';
import { type Candidate, type Placement, place } from '../../src/placement/place.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { type PlainPlacement, placePlainly } from './plain-place.ts';
import { fleetSizes, randomEngine, randomImage, randomService, registry } from './random-fleet.ts';

const caseCount = 10_000;
const casesPerFleet = 50;
const fleetCount = caseCount / casesPerFleet;

test(`in ${caseCount} random cases the choice equals that engine by engine`, (t) => {
  let withBoth = 0;
  for (let seed = 1; seed <= fleetCount; seed++) {
    const random = new Random(seed);
    const fleet = new ChangingFleet(fleetSizes[seed % fleetSizes.length] as number, random);
    for (let number = 0; number < casesPerFleet; number++) {
      if (random.next() < 0.3) fleet.change();
      const { fast, plain } = fleet.decide();
      if (plain.candidateCount > 0 && plain.refusedCount > 0) withBoth++;
      if (isSame(fast, plain)) continue;
      t.deepEqual(choiceOf(fast), choiceOf(plain), `seed ${seed}, case ${number}`);
      return;
    }
  }
  // Where all engines fit, or none, there is little to do wrong.
  t.true(withBoth > caseCount / 3, `${withBoth} cases with candidates and refusals`);
});

class ChangingFleet {
  readonly #random: Random;
  readonly #engines: EngineSnapshot[];
  readonly #index: FleetIndex;

  constructor(size: number, random: Random) {
    this.#random = random;
    this.#engines = Array.from({ length: size }, (_, row) => randomEngine(row, random));
    this.#index = new FleetIndex([...this.#engines]);
  }

  /** Some rows are replaced, by engines that have nothing in common with those before but the id. */
  change(): void {
    if (this.#engines.length === 0) return;
    const newer = Array.from({ length: this.#random.between(1, 3) }, () =>
      randomEngine(this.#random.between(0, this.#engines.length - 1), this.#random),
    );
    for (const engine of newer) this.#engines[this.#index.row(engine.id) ?? -1] = engine;
    this.#index.replace(newer);
  }

  decide(): { fast: Placement; plain: PlainPlacement } {
    const random = this.#random;
    const image = randomImage(random);
    const shut = new Set(random.next() < 0.2 ? this.#engines.filter(() => random.next() < 0.3) : []);
    const common = {
      image,
      schedulers: schedulersFor(image.type, registry),
      strategy: random.oneOf(strategyNames),
      service: randomService(random),
      turn: random.between(0, 1_000_000),
      avoid: random.next() < 0.2 ? this.#engines.filter(() => random.next() < 0.3).map(({ id }) => id) : [],
      limit: random.oneOf([1, 2, 8, 8, Number.POSITIVE_INFINITY]),
    };
    const fast = place({
      ...common,
      fleet: this.#index,
      filter: (fleet, rows) => {
        for (const { id } of shut) rows.delete(fleet.row(id) ?? 0);
      },
    });
    const plain = placePlainly({ ...common, engines: this.#engines, isOpen: (engine) => !shut.has(engine) });
    return { fast, plain };
  }
}

function isSame(fast: Placement, plain: PlainPlacement): boolean {
  return (
    fast.candidateCount === plain.candidateCount &&
    fast.refusedCount === plain.refusedCount &&
    fast.candidates.length === plain.candidates.length &&
    fast.candidates.every(({ engine, score, penalties, failures }, index) => {
      const other = plain.candidates[index];
      const isSameEngine = engine === other?.engine && failures === other.failures;
      return isSameEngine && score === other.score && isSamePenalties(penalties, other.penalties);
    })
  );
}

function isSamePenalties(a: Candidate['penalties'], b: Candidate['penalties']): boolean {
  return a?.constraint === b?.constraint && a?.spread === b?.spread;
}

function choiceOf({ candidates, candidateCount, refusedCount }: Placement | PlainPlacement): object {
  return {
    candidates: candidates.map(({ engine, score, penalties }) => [engine.id, score, penalties]),
    candidateCount,
    refusedCount,
  };
}
