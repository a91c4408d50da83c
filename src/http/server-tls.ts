import { createSecureContext, Server as TlsServer } from 'node:tls';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { followFiles } from '../runtime/file-follower.ts';
import { readPem } from '../runtime/read-pem.ts';
import { followClientAuthorities } from './client-authorities.ts';

/** PEM files. `clientCa`: of whom the certificates of clients are, which may show one. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** What a listener is given, in Node's words. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly minVersion: 'TLSv1.2';
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

export interface FollowOptions {
  /** What is served until then. */
  readonly used: TlsOptions;
  readonly logger: Logger;
  readonly onChange?: (served: TlsOptions) => void;
}

/** Throws `invalid` where a file cannot be read, or the key is not that of the certificate. */
export async function readTls({ cert, key, clientCa }: TlsFiles): Promise<TlsOptions> {
  const read = (path: string) => readPem(path, '"tls"');
  const [certPem, keyPem, ca] = await Promise.all([read(cert), read(key), clientCa ? read(clientCa) : undefined]);
  const given = { cert: certPem, key: keyPem, ...(ca !== undefined && { ca }) };
  try {
    createSecureContext(given);
  } catch (cause) {
    // OpenSSL's words, which have nothing of the key in them.
    const why = (cause as { readonly code?: string }).code ?? 'unreadable';
    throw new SatsumaError('invalid', `${cert} and ${key} are no certificate with its key (${why})`, { cause });
  }
  // Who shows no certificate has a token; one of another authority is as good as none.
  return { ...given, minVersion: 'TLSv1.2', requestCert: ca !== undefined, rejectUnauthorized: false };
}

/**
 * Serves a new certificate as soon as its files have changed, within 10 seconds or at SIGHUP, without a restart: connections that
 * are open stay. Files that are no certificate with its key yet change nothing. Until the function that is returned is called.
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
    onFailure: (error) => logger.warn({ err: error }, 'the certificate of the API stays: its files cannot be used'),
  });
}
