import type { Target } from './schedule.ts';

/** The victims of current and earlier faults. */
export class FaultRegistry {
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

  /** In the time of `performance.now()`; 0: it had no fault. */
  healedAt(target: Target): number {
    return this.#healedAt.get(target) ?? 0;
  }

  /** Whether none of them had a fault at any moment since then. */
  wereWellSince(at: number, targets: readonly Target[]): boolean {
    return targets.every((target) => !this.isAtFault(target) && this.healedAt(target) <= at);
  }
}
