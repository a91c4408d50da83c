import { dirname } from 'node:path';
import type { CertificateFiles } from './files.ts';

/** The target folder on the engine's host. */
export const hostFolder = '/etc/docker/satsuma';

/**
 * A shell command that installs an engine's certificate on its host and restarts Docker: dockerd reads these files only
 * at its start, not at a reload. `host`: its SSH address.
 */
export function copyLine(files: Pick<CertificateFiles, 'cert'>, host: string): string {
  const there = `sudo mkdir -p ${hostFolder} && sudo tar -C ${hostFolder} -x --no-same-owner && sudo systemctl restart docker`;
  return `tar -C ${quoted(dirname(files.cert))} -c ca.pem cert.pem key.pem | ssh ${quoted(host)} '${there}'`;
}

function quoted(word: string): string {
  return /^[a-zA-Z0-9_./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
