import type { CertificateFiles } from './files.ts';

/** The lines that `/etc/docker/daemon.json` needs, as JSON text. `files` are the paths as the engine's host has them. */
export function daemonJson(files: CertificateFiles): string {
  const lines = {
    tlsverify: true,
    tlscacert: files.ca,
    tlscert: files.cert,
    tlskey: files.key,
    hosts: ['tcp://0.0.0.0:2376', 'unix:///var/run/docker.sock'],
  };
  return JSON.stringify(lines, undefined, 2);
}
