import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateFiles } from '../../src/ca/authority.ts';

/** The TLS context for direct connections to engines. */
export async function clientContext(files: CertificateFiles): Promise<SecureContext> {
  const [ca, cert, key] = await Promise.all([files.ca, files.cert, files.key].map((path) => readFile(path)));
  return createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
}
