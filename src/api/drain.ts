/** A replica and the engine that it moves to. */
export interface EngineMove {
  readonly container: string;
  readonly service: string;
  readonly slot: string;
  readonly to: string;
}

/** Why a container cannot leave the drained engine. */
export interface DrainBlocker {
  readonly container: string;
  readonly service?: string;
  readonly code: 'no_service' | 'local_volume' | 'host_port' | 'no_room';
  readonly message: string;
  readonly details?: unknown;
}

/** The answer to POST /apiv1/engine/{id}/drain. */
export interface Drain {
  readonly engine: string;
  readonly moves: readonly EngineMove[];
  readonly blocked: readonly DrainBlocker[];
  /** Names of containers that Satsuma did not start. */
  readonly foreign: readonly string[];
}

/** What would happen to all containers of a lost engine. */
export interface LossRehearsal {
  readonly lands: readonly EngineMove[];
  readonly stranded: readonly (Omit<EngineMove, 'to'> & { readonly refused: unknown })[];
  readonly gone: readonly { readonly container: string; readonly image: string; readonly foreign: boolean }[];
}

/** The optional body of POST /apiv1/engine/{id}/drain. */
export interface DrainBody {
  /** Drain even if some containers cannot be moved. */
  readonly force?: boolean;
  /** Also stop replicas with volumes on the engine, and move them with their volumes. */
  readonly with_volumes?: boolean;
}
