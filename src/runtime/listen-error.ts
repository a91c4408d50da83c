import { SatsumaError } from '../model/errors.ts';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'only root may listen on that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
};

/** Explains why listening failed, as an `invalid` error. */
export function listenError(host: string, port: number | string, cause: NodeJS.ErrnoException): SatsumaError {
  const why = reasons[cause.code ?? ''] ?? cause.code;
  return new SatsumaError('invalid', `cannot listen on ${host}:${port}: ${why}`, { cause });
}
