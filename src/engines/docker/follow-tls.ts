import type { Logger } from '../../logging/logger.ts';
import { followFiles } from '../../runtime/file-follower.ts';
import { readPem } from '../../runtime/read-pem.ts';
import type { DockerPool } from './pool.ts';
import type { TlsMaterial } from './tls.ts';

/** Paths of `ca-cert`, `ssl-cert` and `ssl-key`. */
export type TlsFiles = Readonly<Record<keyof TlsMaterial, string>>;

/** Throws `invalid` if a file cannot be read. */
export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<Record<keyof TlsMaterial, string>> {
  const [caPem, certPem, keyPem] = await Promise.all([readPem(ca), readPem(cert), readPem(key)]);
  return { ca: caPem, cert: certPem, key: keyPem };
}

/**
 * Reloads the engine certificates when their files change, within 10 seconds or at SIGHUP, without a restart. Files
 * that do not match each other yet are ignored. Returns a function that stops it.
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
    onFailure: (error) =>
      logger.warn({ err: error }, 'keeping the current engine certificates: the new files cannot be used'),
  });
}
