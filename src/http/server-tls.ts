import { createSecureContext, Server as TlsServer } from 'node:tls';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { followFiles } from '../runtime/file-follower.ts';
import { readPem } from '../runtime/read-pem.ts';
import { followClientAuthorities } from './client-authorities.ts';

/** PEM files. `clientCa`: the CA of optional client certificates. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** Options of Node's TLS server. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly minVersion: 'TLSv1.2';
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

export interface FollowOptions {
  /** The options currently in use. */
  readonly used: TlsOptions;
  readonly logger: Logger;
  readonly onChange?: (served: TlsOptions) => void;
}

/** Throws `invalid` if a file cannot be read, or the key does not match the certificate. */
export async function readTls({ cert, key, clientCa }: TlsFiles): Promise<TlsOptions> {
  const read = (path: string) => readPem(path, '"tls"');
  const [certPem, keyPem, ca] = await Promise.all([read(cert), read(key), clientCa ? read(clientCa) : undefined]);
  const given = { cert: certPem, key: keyPem, ...(ca !== undefined && { ca }) };
  try {
    createSecureContext(given);
  } catch (cause) {
    // OpenSSL's error code contains nothing of the key.
    const why = (cause as { readonly code?: string }).code ?? 'unreadable';
    throw new SatsumaError('invalid', `${cert} and ${key} are not a certificate and its key (${why})`, { cause });
  }
  // Clients without a valid certificate may connect: they authenticate with a token.
  return { ...given, minVersion: 'TLSv1.2', requestCert: ca !== undefined, rejectUnauthorized: false };
}

/**
 * Reloads the certificate within 10 seconds after its files have changed, or at SIGHUP, without a restart or closed
 * connections. Ignores files while certificate and key do not match. Runs until the returned function is called.
 */
export function followTls(listener: unknown, files: TlsFiles, { used, logger, onChange }: FollowOptions): () => void {
  let clientCa = used.ca;
  const changeAuthorities = listener instanceof TlsServer ? followClientAuthorities(listener) : undefined;
  return followFiles({
    used,
    read: () => readTls(files),
    onChange: (options) => {
      if (listener instanceof TlsServer) listener.setSecureContext(options);
      changeAuthorities?.(clientCa, options.ca);
      clientCa = options.ca;
      onChange?.(options);
      logger.info({ path: files.cert }, 'serving a new certificate');
    },
    onFailure: (error) => logger.warn({ err: error }, 'keeping the current API certificate: its files cannot be used'),
  });
}
