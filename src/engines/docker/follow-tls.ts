import type { Logger } from '../../logging/logger.ts';
import { followFiles } from '../../runtime/file-follower.ts';
import { readPem } from '../../runtime/read-pem.ts';
import type { DockerPool } from './pool.ts';
import type { TlsMaterial } from './tls.ts';

/** The files of `ca-cert`, `ssl-cert` and `ssl-key`. */
export type TlsFiles = Readonly<Record<keyof TlsMaterial, string>>;

/** Throws `invalid` where a file cannot be read. */
export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<Record<keyof TlsMaterial, string>> {
  const [caPem, certPem, keyPem] = await Promise.all([readPem(ca), readPem(cert), readPem(key)]);
  return { ca: caPem, cert: certPem, key: keyPem };
}

/**
 * Reaches engines with new certificates as soon as their files have changed, within 10 seconds or at SIGHUP, without a restart. Files
 * that do not fit together yet change nothing. Until the function that is returned is called.
 */
export function followTlsFiles(
  pool: Pick<DockerPool, 'renew'>,
  files: TlsFiles,
  { used, logger }: { readonly used: TlsMaterial; readonly logger: Logger },
): () => void {
  return followFiles<TlsMaterial>({
    used,
    read: () => readTlsFiles(files),
    onChange: (material) => {
      pool.renew(material);
      logger.info({ path: files.cert }, 'reaching engines with new certificates');
    },
    onFailure: (error) => logger.warn({ err: error }, 'the certificates for engines stay: their files cannot be used'),
  });
}
