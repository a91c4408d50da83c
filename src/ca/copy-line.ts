import { dirname } from 'node:path';
import type { CertificateFiles } from './files.ts';

/** Where the folder of an engine is carried to on its host. */
export const hostFolder = '/etc/docker/satsuma';

/**
 * A line for a shell that puts the certificate of an engine in place on its host and restarts Docker there: dockerd reads these files
 * at its start alone, and not at a reload. `host`: where SSH reaches it.
 */
export function copyLine(files: Pick<CertificateFiles, 'cert'>, host: string): string {
  const there = `sudo mkdir -p ${hostFolder} && sudo tar -C ${hostFolder} -x --no-same-owner && sudo systemctl restart docker`;
  return `tar -C ${quoted(dirname(files.cert))} -c ca.pem cert.pem key.pem | ssh ${quoted(host)} '${there}'`;
}

function quoted(word: string): string {
  return /^[a-zA-Z0-9_./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
