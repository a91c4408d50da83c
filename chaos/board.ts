import type { Target } from './schedule.ts';

/** Who is at fault at the moment, and who was. */
export class Board {
  readonly #atFault = new Set<Target>();
  readonly #healedAt = new Map<Target, number>();

  begins(target: Target): void {
    this.#atFault.add(target);
  }

  isHealed(target: Target): void {
    this.#atFault.delete(target);
    this.#healedAt.set(target, performance.now());
  }

  atFault(): Target[] {
    return [...this.#atFault];
  }

  isAtFault(target: Target): boolean {
    return this.#atFault.has(target);
  }

  /** By `performance.now()`; 0: it never was at fault. */
  healedAt(target: Target): number {
    return this.#healedAt.get(target) ?? 0;
  }

  /** Whether none of them was at fault at any moment since then. */
  wereWellSince(at: number, targets: readonly Target[]): boolean {
    return targets.every((target) => !this.isAtFault(target) && this.healedAt(target) <= at);
  }
}
