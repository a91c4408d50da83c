import type { SatsumaError } from '../model/errors.ts';
import type { Task } from '../model/job.ts';
import type { Replica } from '../model/service.ts';
import type { Fence } from '../store/store.ts';
import type { RunAttempt } from './idempotency/attempt.ts';
/** For whom a place is taken. */
export interface ReserveOptions {
  readonly owner?: string | undefined;
  /** At a request that may come again; see run-once.ts. */
  readonly attempt?: RunAttempt | undefined;
  /** Of a service's. */
  readonly replica?: Replica | undefined;
  /** Of a job's. */
  readonly task?: Task | undefined;
  /** The container that it takes the place of, under the same name; by its reservation. */
  readonly replaces?: { readonly id: string; readonly name: string } | undefined;
  /** Must be held: whoever looks after services runs them, and nobody else. */
  readonly lease?: Fence | undefined;
  /** The one engine that is meant. */
  readonly onlyOn?: string | undefined;
  /** It is made and holds its place, for whoever starts it at once: one that nobody starts is removed again, unless it is kept. */
  readonly isLeftUnstarted?: boolean;
  /** An engine that could not do it already, and why: it counts as tried. */
  readonly failed?: { readonly engineId: string; readonly error: SatsumaError } | undefined;
  /** Engines that are tried after all others. */
  readonly avoid?: readonly string[] | undefined;
  /** The engine that is tried first: where it cannot, the best of the others. */
  readonly first?: string | undefined;
}
