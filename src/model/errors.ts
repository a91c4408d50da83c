/**
 * An error that callers can handle. `code` never changes once released; `message` is one sentence for people.
 * `api/error-status.ts` maps codes to HTTP statuses.
 */
export class SatsumaError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'SatsumaError';
    this.code = code;
    this.details = options.details;
  }
}

export type ErrorCode =
  // The request is wrong.
  | 'invalid'
  | 'unknown_type'
  | 'registry_denied'
  // The caller is unknown, or lacks permission.
  | 'unauthenticated'
  | 'forbidden'
  | 'too_many_logins'
  // The named resource does not exist.
  | 'no_such_engine'
  | 'no_such_container'
  | 'no_such_path'
  | 'no_such_volume'
  | 'no_such_network'
  | 'no_such_image'
  | 'no_such_image_config'
  | 'no_such_service'
  | 'no_such_generation'
  | 'no_such_job'
  | 'no_such_run'
  | 'no_rebalance'
  | 'no_mesh'
  | 'no_oidc'
  | 'no_such_webhook'
  | 'no_such_domain'
  | 'no_router'
  | 'no_such_registry'
  | 'no_such_secret'
  | 'no_such_account'
  | 'no_such_token'
  | 'no_such_role'
  | 'no_such_policy'
  | 'no_such_recording'
  | 'no_such_project'
  | 'no_such_deployment'
  | 'no_such_upload'
  // The request conflicts with the current state.
  | 'engine_exists'
  | 'address_taken'
  | 'daemon_taken'
  | 'engine_in_use'
  | 'engine_changed'
  | 'ambiguous_container'
  | 'container_busy'
  | 'image_in_use'
  | 'wrong_state'
  | 'claim_taken'
  | 'name_taken'
  | 'volume_in_use'
  | 'network_in_use'
  | 'image_config_exists'
  | 'image_config_changed'
  | 'service_exists'
  | 'service_changed'
  | 'service_removed'
  | 'plan_outdated'
  | 'unchangeable'
  | 'job_exists'
  | 'job_changed'
  | 'job_removed'
  | 'run_active'
  | 'run_ended'
  | 'drain_blocked'
  | 'rebalance_running'
  | 'webhook_exists'
  | 'domain_taken'
  | 'secret_exists'
  | 'secret_changed'
  | 'secret_in_use'
  | 'restore_refused'
  | 'account_exists'
  | 'last_admin'
  | 'token_exists'
  | 'role_exists'
  | 'role_in_use'
  | 'policy_exists'
  | 'policy_in_use'
  | 'not_recorded'
  | 'project_exists'
  | 'project_changed'
  | 'project_in_use'
  | 'deployment_exists'
  | 'deployment_changed'
  | 'deployment_conflict'
  | 'link_not_ready'
  | 'port_taken'
  | 'upload_offset'
  | 'idempotency_conflict'
  | 'idempotency_running'
  // The request is valid, but no capacity is free.
  | 'unschedulable'
  | 'quota_exceeded'
  // A dependency of Satsuma failed.
  | 'engine_unreachable'
  | 'engine_certificate'
  | 'engine_refused'
  | 'engine_failed'
  | 'engine_lacks'
  | 'engine_timeout'
  | 'pull_failed'
  | 'build_failed'
  | 'registry_unreachable'
  | 'registry_key'
  | 'oidc_unavailable'
  | 'service_not_ready'
  | 'too_many_readers'
  | 'disk_full'
  | 'server_stopping'
  | 'reservation_lost'
  | 'store_unavailable';

export function isSatsumaError(error: unknown, ...codes: ErrorCode[]): error is SatsumaError {
  return error instanceof SatsumaError && (codes.length === 0 || codes.includes(error.code));
}
