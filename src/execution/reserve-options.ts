import type { SatsumaError } from '../model/errors.ts';
import type { Task } from '../model/job.ts';
import type { Replica } from '../model/service.ts';
import type { Fence } from '../store/store.ts';
import type { RunAttempt } from './idempotency/attempt.ts';
/** Options of a reservation. */
export interface ReserveOptions {
  readonly owner?: string | undefined;
  /** Set for a repeatable request; see run-once.ts. */
  readonly attempt?: RunAttempt | undefined;
  /** Set for a service's container. */
  readonly replica?: Replica | undefined;
  /** Set for a job's container. */
  readonly task?: Task | undefined;
  /** The container that it replaces under the same name, by reservation. */
  readonly replaces?: { readonly id: string; readonly name: string } | undefined;
  /** Must be held, so that only the leader runs containers of services and jobs. */
  readonly lease?: Fence | undefined;
  /** Restricts it to this engine. */
  readonly onlyOn?: string | undefined;
  /**
   * Creates the container without starting it. The caller must start it soon: an unstarted container is removed, unless
   * it is marked to be kept.
   */
  readonly isLeftUnstarted?: boolean;
  /** Takes nothing but its name until its start: it stands in for a container that runs until then. Only with `isLeftUnstarted`. */
  readonly isAtRest?: boolean;
  /** An engine that already failed, with its error: it counts as tried. */
  readonly failed?: { readonly engineId: string; readonly error: SatsumaError } | undefined;
  /** Engines that are tried last. */
  readonly avoid?: readonly string[] | undefined;
  /** The engine that is tried first, before the ranking. */
  readonly first?: string | undefined;
}
