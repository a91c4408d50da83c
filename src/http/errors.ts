import type { ErrorCode } from '../model/errors.ts';

/** The status of each code; the only place where the two meet. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unknown_type: 400,
  no_such_engine: 404,
  no_such_container: 404,
  no_such_image: 404,
  engine_exists: 409,
  address_taken: 409,
  daemon_taken: 409,
  engine_in_use: 409,
  engine_changed: 409,
  ambiguous_container: 409,
  container_busy: 409,
  wrong_state: 409,
  claim_taken: 409,
  name_taken: 409,
  port_taken: 409,
  idempotency_conflict: 409,
  idempotency_running: 409,
  unschedulable: 422,
  engine_unreachable: 502,
  engine_certificate: 502,
  engine_refused: 502,
  engine_failed: 502,
  engine_timeout: 504,
  pull_failed: 502,
  reservation_lost: 503,
  store_unavailable: 503,
};

/** Codes of what fails before a command is reached. */
export const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid',
  403: 'forbidden',
  404: 'no_such_route',
  413: 'body_too_large',
  500: 'internal',
};
