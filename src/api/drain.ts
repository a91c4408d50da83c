/** Where a replica goes. */
export interface EngineMove {
  readonly container: string;
  readonly service: string;
  readonly slot: string;
  readonly to: string;
}

/** Why a container has to stay on an engine that is drained. */
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
  /** Names of what others started. */
  readonly foreign: readonly string[];
}

/** What would become of everything on an engine that is lost. */
export interface LossRehearsal {
  readonly lands: readonly EngineMove[];
  readonly stranded: readonly (Omit<EngineMove, 'to'> & { readonly refused: unknown })[];
  readonly gone: readonly { readonly container: string; readonly image: string; readonly foreign: boolean }[];
}

/** The body of POST /apiv1/engine/{id}/drain, or none. */
export interface DrainBody {
  /** Although something has to stay. */
  readonly force?: boolean;
  /** Replicas with volumes on the engine are stopped, and moved with them. */
  readonly with_volumes?: boolean;
}
