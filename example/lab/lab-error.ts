/** An error of a lab, with a message for people. */
export class LabError extends Error {
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LabError';
    this.code = code;
  }
}

type LabErrorCode =
  | 'bad_request'
  | 'not_root'
  | 'missing_package'
  | 'no_such_lab'
  | 'lab_exists'
  | 'no_such_engine'
  | 'command_failed'
  | 'engine_failed'
  | 'no_network_left';
